"""The allow-list: which values are stored, which are rejected."""

import pytest

from franking import settings
from franking.attribution.features import UNKNOWN, Features

GATEWAYS_LIST = {
    "vscode-extension",
    "jetbrains-extension",
    "autocomplete",
    "parallel-agent",
    "managed-indexing",
    "agent-manager",
    "cli",
    "cloud-agent",
    "code-review",
    "auto-triage",
    "autofix",
    "app-builder",
    "security-agent",
    "slack",
    "webhook",
    "kilo-claw",
    "direct-gateway",
}


def test_the_list_is_the_gateways_and_unknown() -> None:
    listed = Features.load().listed
    assert sorted(listed) == sorted(GATEWAYS_LIST | {UNKNOWN})
    for name, feature in listed.items():
        assert feature.name == name
        assert feature.meaning
        assert feature.set_by


@pytest.mark.parametrize(
    ("value", "stored", "rejected"),
    [
        ("cli", "cli", None),
        (" CLI\t", "cli", None),
        ("unknown", "unknown", None),
        ("chat", None, "chat"),
        (" Chat ", None, "Chat"),
        ("", None, None),
        ("  ", None, None),
        ("c\x00li", None, "cli"),
        ("x" * 10_240, None, "x" * 256),
    ],
)
def test_a_value_is_stored_or_rejected(value: str, stored: str | None, rejected: str | None) -> None:
    assert Features.load().normalise(value) == (stored, rejected)


def test_the_configuration_may_put_another_list_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRANKING_FEATURES__ALLOWED", '["Chat", "cli", ""]')
    features = Features.load(settings.load())
    assert list(features.listed) == ["chat", "cli", UNKNOWN]
    assert features.listed["cli"].meaning
    assert features.normalise("CHAT") == ("chat", None)
    assert features.normalise("slack") == (None, "slack")
