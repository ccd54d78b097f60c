"""Every option, declared once: the shipped defaults, under the user's file, under the environment.

``config/franking.toml`` holds the defaults with their explanation; ``$FRANKING_CONFIG`` (or the platform's
config folder) overrides them; ``FRANKING_SECTION__KEY`` overrides both. ``load()`` gives frozen Settings or
raises SettingsError, whose text names the file, the line, the key and what was expected.
"""

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError as UnreadVariableError

from franking import paths
from franking.settings_addresses import is_loopback, split_address
from franking.settings_budgets import Alert, Budgets
from franking.settings_faults import explained, name_of, stray_variable, unread_variable, why_unread
from franking.settings_gateway import Gateway
from franking.settings_invoice import Invoice
from franking.settings_listen import Listen
from franking.settings_reports import Report, checked
from franking.settings_section import FOLDER, Place, Section
from franking.settings_upstream import Upstream

__all__ = [
    "Gateway",
    "Settings",
    "SettingsError",
    "Upstream",
    "check_token",
    "is_loopback",
    "listening",
    "load",
    "split_address",
]


class SettingsError(Exception):
    """The configuration cannot be used. Its text says where, which key, and what was expected."""


def check_token(key: str, host: str, token: str | None) -> None:
    """Off loopback a token is demanded. Raises SettingsError where there is none."""
    if not is_loopback(host) and not token:
        raise SettingsError(f"{key} = {host}: off loopback franking listens only with listen.token set")


class Defaults(Section):
    """The sidecar's own word on attribution, and how it is found."""

    feature: str | None = None
    project: str | None = None
    organization: str | None = None
    user: str | None = None
    project_id: Literal["repo", "owner/repo"]
    rules: Place | None = None


class Features(Section):
    """The gateway's allow-list; None is the shipped one."""

    allowed: tuple[str, ...] | None = None


class Privacy(Section):
    """What is kept of prompts."""

    prompts: Literal["none", "preview", "full"]


class Ledger(Section):
    """How long requests are kept, None is for ever; the user's own rules for filling in older ones."""

    retention_days: int | None = Field(default=None, ge=1)
    layouts: Place | None = None
    backfill_rules: Place | None = None


class Prices(Section):
    """The user's own prices."""

    file: Place | None = None


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
    reports: tuple[Report, ...] = ()

    @field_validator("alerts")
    @classmethod
    def _alerts(cls, alerts: tuple[Alert, ...]) -> tuple[Alert, ...]:
        if len({alert.name for alert in alerts}) < len(alerts):
            raise ValueError("two alert channels have the same name")
        return alerts

    @field_validator("reports")
    @classmethod
    def _reports(cls, reports: tuple[Report, ...], info: ValidationInfo) -> tuple[Report, ...]:
        # Where the channels are wrong themselves, that is what is told.
        return checked(reports, [alert.name for alert in info.data["alerts"]]) if "alerts" in info.data else reports

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
        raise SettingsError(f"{file}: cannot be read: {why_unread(fault)}") from None
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError(f"{file}: not valid TOML: {fault}") from None
    merged = _merge(shipped, own)
    if stray := stray_variable(os.environ, Settings.model_fields):
        raise SettingsError(stray)
    held = FOLDER.set(file.parent)
    try:
        return Settings(**merged)
    except UnreadVariableError as fault:
        raise SettingsError(unread_variable(os.environ, str(fault))) from None
    except ValidationError as fault:
        raise SettingsError("\n".join(explained(file, text, merged, own, error) for error in fault.errors())) from None
    finally:
        FOLDER.reset(held)


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
        elif key == "gateway" and isinstance(value, list):
            named = {entry["name"]: entry for entry in shipped["gateway"]}
            wrong = [entry for entry in value if name_of(entry) is None]
            for entry in value:
                if (name := name_of(entry)) is not None:
                    named[name] = named.get(name, {}) | entry
            merged[key] = [*named.values(), *wrong]
        else:
            merged[key] = value
    return merged
