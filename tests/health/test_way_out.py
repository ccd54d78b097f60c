"""Whether a company's proxy is noticed, and the sidecar's own is not taken for one."""

from pathlib import Path

import pytest

from franking import settings
from franking.health.way_out import named_proxy, way_out

OWN = ("127.0.0.1", 8787)


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({}, None),
        ({"HTTPS_PROXY": ""}, None),
        ({"HTTPS_PROXY": "http://shop:cli@127.0.0.1:8787"}, None),
        ({"HTTPS_PROXY": "http://[nonsense"}, None),
        ({"HTTP_PROXY": "http://proxy.example.com:3128"}, None),
        ({"https_proxy": "http://name:word@proxy.example.com:3128/"}, ("https_proxy", "http://proxy.example.com:3128")),
        ({"HTTPS_PROXY": "proxy.example.com:3128"}, ("HTTPS_PROXY", "http://proxy.example.com:3128")),
        ({"ALL_PROXY": "http://127.0.0.1:7890"}, ("ALL_PROXY", "http://127.0.0.1:7890")),
    ],
)
def test_named_proxy(environment: dict[str, str], named: tuple[str, str] | None) -> None:
    assert named_proxy(environment, OWN) == named


def test_way_out(tmp_path: Path) -> None:
    company = {"HTTPS_PROXY": "http://name:word@proxy.example.com:3128"}
    direct = settings.load(tmp_path / "none.toml")
    assert way_out(direct, {}, OWN).verdict == "ok"
    finding = way_out(direct, company, None)
    assert (finding.verdict, "word" in f"{finding}") == ("warn", False)
    assert 'upstream.proxy = "http://proxy.example.com:3128"' in f"{finding.todo}"
    (tmp_path / "config.toml").write_text('[upstream]\nproxy = "http://name:word@proxy.example.com:3128"\n')
    finding = way_out(settings.load(tmp_path / "config.toml"), company, OWN)
    assert (finding.verdict, finding.says) == ("ok", "through http://proxy.example.com:3128 (upstream.proxy)")
