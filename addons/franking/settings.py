"""Every option, declared once: the shipped defaults, under the user's file, under the environment.

``config/franking.toml`` holds the defaults with their explanation; ``$FRANKING_CONFIG`` (or the platform's
config folder) overrides them; ``FRANKING_SECTION__KEY`` overrides both. ``load()`` gives frozen Settings or
raises SettingsError, whose text names the file, the line, the key and what was expected.
"""

import ipaddress
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from franking import paths
from franking.settings_budgets import Alert, Budgets
from franking.settings_faults import explained
from franking.settings_invoice import Invoice
from franking.settings_section import Section

__all__ = [
    "Gateway",
    "Settings",
    "SettingsError",
    "check_token",
    "is_loopback",
    "listening",
    "load",
    "split_address",
]


class SettingsError(Exception):
    """The configuration cannot be used. Its text says where, which key, and what was expected."""


def split_address(text: str) -> tuple[str, int]:
    """``127.0.0.1:8787``, ``[::1]:8787`` or ``localhost:0`` as (host, port). Raises ValueError otherwise."""
    match = re.fullmatch(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[^\s:\[\]/@]+)):(?P<port>\d{1,5})", text)
    if not match or int(match["port"]) > 65535:
        raise ValueError("expected HOST:PORT, such as 127.0.0.1:8787")
    return match["v6"] or match["name"], int(match["port"])


def is_loopback(host: str) -> bool:
    """Is an address to listen on reached from this machine alone?"""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_token(key: str, host: str, token: str | None) -> None:
    """Off loopback a token is demanded. Raises SettingsError where there is none."""
    if not is_loopback(host) and not token:
        raise SettingsError(f"{key} = {host}: off loopback franking listens only with listen.token set")


class Listen(Section):
    """Where clients reach the sidecar."""

    proxy: str
    web: str
    reverse: tuple[str, ...]
    token: str | None = None

    @property
    def loopback(self) -> bool:
        """Is the proxy reached from this machine alone?"""
        return is_loopback(split_address(self.proxy)[0])

    @property
    def demanded_token(self) -> str | None:
        """What every client must show: nothing on loopback, the token off it."""
        return None if self.loopback else self.token

    @field_validator("proxy", "web")
    @classmethod
    def _address(cls, text: str) -> str:
        split_address(text)
        return text

    @field_validator("reverse")
    @classmethod
    def _reverse(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        for url in urls:
            if not re.fullmatch(r"https?://[^\s/@]+(/[^\s@]*)?@\d{1,5}", url):
                raise ValueError("expected URL@PORT, such as https://api.kilo.ai@8790")
        named = [url.rpartition("@")[0] for url in urls]
        if twice := next((url for url in named if named.count(url) > 1), None):
            raise ValueError(f"{twice} stands twice; one port serves any number of clients")
        return urls


class Gateway(Section):
    """An LLM endpoint that franking opens. stamp: field → the header that this gateway reads.

    routes: path pattern → wire format, for paths beyond the usual ones (``*`` stands for any part).
    """

    name: str
    hosts: tuple[str, ...] = ()
    stamp: Mapping[str, str] = {}
    routes: Mapping[str, str] = {}

    @field_validator("hosts")
    @classmethod
    def _hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not re.fullmatch(r"(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", host):
                raise ValueError(f"{host!r} is no host name; expected api.example.com or *.example.com")
        return tuple(host.lower() for host in hosts)

    @field_validator("stamp")
    @classmethod
    def _stamp(cls, stamp: Mapping[str, str]) -> Mapping[str, str]:
        for header in stamp.values():
            if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", header):
                raise ValueError(f"{header!r} is no header name")
        return stamp


class Upstream(Section):
    """The way out to the gateways."""

    ca_file: Path | None = None
    resolve: Mapping[str, str]
    proxy: str | None = None

    @field_validator("resolve")
    @classmethod
    def _resolve(cls, table: Mapping[str, str]) -> Mapping[str, str]:
        for name, target in table.items():
            split_address(name)
            split_address(target)
        return table

    @field_validator("proxy")
    @classmethod
    def _proxy(cls, url: str | None) -> str | None:
        if url is not None and not re.fullmatch(r"https?://([^\s/@]+@)?[^\s/@]+/?", url):
            raise ValueError("expected a proxy's URL, such as http://proxy.example.com:3128")
        return url

    @property
    def proxy_address(self) -> str | None:
        """The company's proxy's URL without its credentials."""
        return self.proxy and re.sub(r"//[^/@]+@", "//", self.proxy).rstrip("/")

    @property
    def proxy_credentials(self) -> str | None:
        """``name:password`` for the company's proxy, decoded; a secret."""
        found = re.search(r"//([^/@]+)@", self.proxy or "")
        return unquote(found[1]) if found else None


class Defaults(Section):
    """The sidecar's own word on attribution, and how it is found."""

    feature: str | None = None
    project: str | None = None
    organization: str | None = None
    user: str | None = None
    project_id: Literal["repo", "owner/repo"]
    rules: Path | None = None


class Features(Section):
    """The gateway's allow-list; None is the shipped one."""

    allowed: tuple[str, ...] | None = None


class Privacy(Section):
    """What is kept of prompts."""

    prompts: Literal["none", "preview", "full"]


class Ledger(Section):
    """How long requests are kept, None is for ever; the user's own rules for filling in older ones."""

    retention_days: int | None = Field(default=None, ge=1)
    layouts: Path | None = None
    backfill_rules: Path | None = None


class Prices(Section):
    """The user's own prices."""

    file: Path | None = None


class Metering(Section):
    """Hosts whose streamed OpenAI chats are asked for usage."""

    ask_for_usage: tuple[str, ...]


class Settings(BaseSettings):
    """The whole configuration, frozen."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="FRANKING_", env_nested_delimiter="__", env_ignore_empty=True
    )

    listen: Listen
    gateway: tuple[Gateway, ...]
    upstream: Upstream
    attribution: Defaults
    features: Features
    privacy: Privacy
    ledger: Ledger
    prices: Prices
    metering: Metering
    budgets: Budgets
    invoice: Invoice
    alerts: tuple[Alert, ...] = ()

    @field_validator("alerts")
    @classmethod
    def _alerts(cls, alerts: tuple[Alert, ...]) -> tuple[Alert, ...]:
        if len({alert.name for alert in alerts}) < len(alerts):
            raise ValueError("two alert channels have the same name")
        return alerts

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment over the files' merged tables."""
        assert isinstance(env_settings, EnvSettingsSource)
        return env_settings, init_settings


def load(file: Path | None = None) -> Settings:
    """The settings in force. Raises SettingsError; an absent file is fine."""
    file = file or paths.config_file()
    shipped = tomllib.loads(paths.shipped("franking.toml").read_text(encoding="utf-8"))
    text = ""
    try:
        text = file.read_text(encoding="utf-8-sig")
        own = tomllib.loads(text)
    except FileNotFoundError:
        own = {}
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError(f"{file}: cannot be read: {fault}") from None
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError(f"{file}: not valid TOML: {fault}") from None
    merged = _merge(shipped, own)
    try:
        return Settings(**merged)
    except ValidationError as fault:
        raise SettingsError("\n".join(explained(file, text, merged, own, error) for error in fault.errors())) from None


def listening(settings: Settings, **changes: object) -> Settings:
    """The settings with other ``listen`` keys (``proxy``, ``web``, ``reverse``). Raises SettingsError."""
    try:
        listen = Listen.model_validate(settings.listen.model_dump() | changes)
    except ValidationError as fault:
        texts = (f"--{error['loc'][0]}: {error['msg'].removeprefix('Value error, ')}" for error in fault.errors())
        raise SettingsError("; ".join(texts).replace("--proxy", "--listen")) from None
    return settings.model_copy(update={"listen": listen})


def _merge(shipped: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Table by table; gateways by name, a new one after the shipped."""
    merged = dict(shipped)
    for key, value in own.items():
        if isinstance(value, dict) and isinstance(shipped.get(key), dict):
            merged[key] = shipped[key] | value
        elif key == "gateway" and isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
            named = {entry["name"]: entry for entry in shipped["gateway"]}
            for entry in value:
                named[entry.get("name")] = named.get(entry.get("name"), {}) | entry
            merged[key] = list(named.values())
        else:
            merged[key] = value
    return merged
