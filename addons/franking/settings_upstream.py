"""The configuration's ``[upstream]``: how the gateways are reached, and whom to trust on the way."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from pydantic import Field, field_validator

from franking.settings_addresses import split_address
from franking.settings_section import Place, Section

__all__ = ["Upstream"]


class Upstream(Section):
    """The way out to the gateways. connect_timeout: seconds to reach one and to shake hands with it."""

    ca_file: Place | None = None
    resolve: Mapping[str, str]
    proxy: str | None = None
    connect_timeout: float = Field(gt=0)

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
