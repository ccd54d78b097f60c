"""The configuration's ``[listen]``: where clients reach the sidecar, and what they must show."""

import re

from pydantic import field_validator

from franking.settings_addresses import is_loopback, split_address
from franking.settings_section import Section

__all__ = ["Listen"]


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
