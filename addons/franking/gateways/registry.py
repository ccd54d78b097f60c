"""Which hosts are gateways: ``find(host)`` for a request, ``pattern()`` for the proxy's gate, ``hosts`` for the CA.

A gateway lists exact names (``api.example.com``) or all names below one (``*.example.com``, at any depth, not
``example.com`` itself). Case does not matter, nor does a dot at the end. An exact name goes before a wildcard, the
longer wildcard before the shorter; where two gateways list the same name the later one has it, so that a user's
entry goes before the shipped ones.
"""

import re
from collections.abc import Iterable

from franking.settings import Gateway

__all__ = ["Gateways"]


class Gateways:
    """The gateways of a configuration, looked up by host.

    hosts: every name as configured, lower-case, each once, wildcards as ``*.example.com``.

    Raises ValueError when no gateway lists a host: an empty gate would open every connection.
    """

    def __init__(self, gateways: Iterable[Gateway]) -> None:
        self._exact: dict[str, Gateway] = {}
        self._below: dict[str, Gateway] = {}
        for gateway in gateways:
            for host in gateway.hosts:
                name = host.lower().removesuffix(".")
                if name.startswith("*."):
                    self._below[name[2:]] = gateway
                else:
                    self._exact[name] = gateway
        if not self._exact and not self._below:
            raise ValueError("gateway: no [[gateway]] lists a host; name at least one under hosts")
        self.hosts: tuple[str, ...] = (*self._exact, *(f"*.{name}" for name in self._below))

    def find(self, host: str) -> Gateway | None:
        """The gateway that a host belongs to; None for every other host."""
        name = host.lower().removesuffix(".")
        if (found := self._exact.get(name)) is not None or not self._below:
            return found
        _, dot, parent = name.partition(".")
        while dot:
            if (found := self._below.get(parent)) is not None:
                return found
            _, dot, parent = parent.partition(".")
        return None

    def pattern(self) -> list[str]:
        """Anchored, escaped patterns over ``host:port``: one for each name in ``hosts``, never an empty list."""
        exact = [rf"^{re.escape(name)}\.?:\d+$" for name in self._exact]
        return exact + [rf"^(?:[^.:/\s]+\.)+{re.escape(name)}\.?:\d+$" for name in self._below]
