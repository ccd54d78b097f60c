"""The configuration's ``[[gateway]]``: which hosts are opened, and which headers each of them reads."""

import re
from collections.abc import Mapping

from pydantic import field_validator

from franking.settings_section import Section

__all__ = ["Gateway"]


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
