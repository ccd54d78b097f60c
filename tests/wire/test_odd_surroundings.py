"""A sidecar in odd surroundings: a wrong configuration, no git, secrets on their way through everything."""

from pathlib import Path

import pytest

from franking.demo.certificates import Certificates
from franking.demo.gateway import FakeGateway
from support.clients import CANARIES, CHAT, chat, curl
from support.leaks import leaks
from support.repositories import make
from support.sidecar import Sidecar, frank

URL = f"https://api.kilo.ai{CHAT}"
WRONG = [
    # configuration, words of the complaint
    ("[listen]\nprxy = '127.0.0.1:0'\n", ("config.toml:2", "listen.prxy", "unknown key")),
    ("[listen]\nproxy = 'nowhere'\n", ("config.toml:2", "listen.proxy", "HOST:PORT")),
    ("[privacy]\nprompts = 'all'\n", ("config.toml:2", "privacy.prompts", "'none'")),
    ("[upstream]\nca_file = '/no/such/file.pem'\n", ("upstream.ca_file", "/no/such/file.pem")),
    ("[listen\n", ("config.toml", "TOML")),
]


def config(certificates: Certificates, upstream: FakeGateway, more: str = "") -> str:
    return (
        f'[upstream]\nca_file = "{certificates.ca_file}"\n'
        f'resolve = {{"api.kilo.ai:443" = "127.0.0.1:{upstream.port}"}}\n{more}'
    )


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_a_wrong_configuration_stops_the_start(tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    done = frank("start", "--listen", "127.0.0.1:0", "--no-web", home=tmp_path / "home", config=file)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert all(word in done.stderr for word in words), done.stderr


def test_without_git_and_in_a_strict_shell_requests_are_served(
    tmp_path: Path, certificates: Certificates, gateway: FakeGateway
) -> None:
    place = make(tmp_path / "workshop", origin="git@github.com:example-co/example-repo.git")
    (tmp_path / "empty").mkdir()
    surroundings = {"PATH": str(tmp_path / "empty"), "PYTHONWARNINGS": "error", "TZ": "Nowhere/Bad"}
    sidecar = Sidecar(tmp_path, config(certificates, gateway), environment=surroundings)
    try:
        watch = sidecar.watch()
        done = curl(sidecar, URL, "--data-binary", chat().decode(), cwd=place)
        assert done.returncode == 0, done.stderr
        assert watch.row()["status"] == "ok"
    finally:
        assert sidecar.stop() == 0


@pytest.mark.parametrize("prompts", ["none", "preview"])
def test_secrets_stay_out_of_every_file(
    tmp_path: Path, certificates: Certificates, gateway: FakeGateway, prompts: str
) -> None:
    sidecar = Sidecar(tmp_path, config(certificates, gateway, f'[privacy]\nprompts = "{prompts}"\n'))
    try:
        watch = sidecar.watch()
        for scenario in ("", "401", "broken-json", "error-event", "reset-first"):
            _send(sidecar, scenario)
        rows = watch.rows(5)
    finally:
        assert sidecar.stop() == 0
    kept = [row["prompt_preview"] is not None for row in rows]
    assert kept == [prompts == "preview"] * 5
    found = {leak.rpartition(": ")[2] for leak in leaks(tmp_path)}
    assert found == ({"prompt"} if prompts == "preview" else set())


def _send(sidecar: Sidecar, scenario: str) -> None:
    curl(
        sidecar, f"{URL}?key={CANARIES['api-key']}",
        "--proxy", f"http://client-a:cli&token={CANARIES['proxy-password']}@127.0.0.1:{sidecar.port}",
        "--data-binary", chat(stream=True).decode(),
        "--header", f"x-demo-scenario: {scenario}",
        "--header", f"Authorization: Bearer {CANARIES['authorization']}",
        "--header", f"Cookie: session={CANARIES['cookie']}",
    )  # fmt: skip
