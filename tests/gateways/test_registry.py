"""Hosts → gateway, and the gate's patterns: exactly the gateways' hosts and nothing beside them."""

import re

import pytest

from franking import settings
from franking.gateways.registry import Gateways
from franking.settings import Gateway

KILO = Gateway(name="kilo", hosts=("api.kilo.ai", "*.kilocode.ai", "kilocode.ai"))
OPENAI = Gateway(name="openai", hosts=("API.OpenAI.com",))
EU = Gateway(name="eu", hosts=("*.eu.kilocode.ai",))
GATEWAYS = Gateways((KILO, OPENAI, EU))

CASES = [
    ("api.kilo.ai", "kilo"),
    ("API.KILO.AI", "kilo"),
    ("api.kilo.ai.", "kilo"),
    ("kilocode.ai", "kilo"),
    ("app.kilocode.ai", "kilo"),
    ("a.b.kilocode.ai", "kilo"),
    ("x.eu.kilocode.ai", "eu"),
    ("eu.kilocode.ai", "kilo"),
    ("api.openai.com", "openai"),
    ("evil-api.kilo.ai", None),
    ("api.kilo.ai.evil.com", None),
    ("apixkilo.ai", None),
    ("evilkilocode.ai", None),
    (".kilocode.ai", "kilo"),  # no such name can be connected to
    ("kilo.ai", None),
    ("openai.com", None),
    ("", None),
    (".", None),
    ("127.0.0.1", None),
    ("[::1]", None),
]


@pytest.mark.parametrize(("host", "name"), CASES)
def test_a_host_belongs_to_its_gateway(host: str, name: str | None) -> None:
    found = GATEWAYS.find(host)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(("host", "name"), [case for case in CASES if not case[0].startswith(".")])
def test_the_gate_opens_what_belongs_to_a_gateway_and_nothing_else(host: str, name: str | None) -> None:
    # as the proxy does it: searched, case ignored
    opened = any(re.search(pattern, f"{host}:443", re.IGNORECASE) for pattern in GATEWAYS.pattern())
    assert opened == (name is not None)


@pytest.mark.parametrize(
    "address", ["api.kilo.ai", "api.kilo.ai:", "api.kilo.ai:443x", "x/api.kilo.ai:443", "x/app.kilocode.ai:443"]
)
def test_the_gate_stays_shut_on_what_is_no_host_and_port(address: str) -> None:
    assert not any(re.search(pattern, address, re.IGNORECASE) for pattern in GATEWAYS.pattern())


def test_hosts_are_all_names_once() -> None:
    assert sorted(GATEWAYS.hosts) == [
        "*.eu.kilocode.ai",
        "*.kilocode.ai",
        "api.kilo.ai",
        "api.openai.com",
        "kilocode.ai",
    ]
    assert len(GATEWAYS.pattern()) == len(GATEWAYS.hosts)


def test_a_later_gateway_takes_a_host_over() -> None:
    mine = Gateway(name="mine", hosts=("api.openai.com",))
    found = Gateways((OPENAI, mine)).find("api.openai.com")
    assert found is mine


@pytest.mark.parametrize("gateways", [(), (Gateway(name="idle"),)])
def test_no_host_at_all_is_refused(gateways: tuple[Gateway, ...]) -> None:
    with pytest.raises(ValueError, match=r"gateway: no \[\[gateway\]\] lists a host"):
        Gateways(gateways)


def test_the_shipped_gateways() -> None:
    shipped = Gateways(settings.load().gateway)
    for host in ("api.kilo.ai", "openrouter.ai", "api.openai.com", "api.anthropic.com"):
        assert shipped.find(host) is not None
    assert shipped.find("example.com") is None
