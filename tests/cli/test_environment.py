"""``frank env``: every variable that a tool may read, each shell's quoting, and what the caller had is kept."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from franking import trust
from franking.cli import environment
from franking.cli.environment import render, variables
from franking.cli.java import java_options
from franking.demo.certificates import issue
from franking.proxy import authority
from franking.trust import Files
from support.commands import Frank

URL = "http://127.0.0.1:8787"
CA = Files(Path("/home/me/ca"))
STORE = CA.java


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"])
def test_every_spelling_of_the_proxy(name: str) -> None:
    assert variables(URL, CA, {})[name] == URL


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("NODE_USE_ENV_PROXY", "1"),
        ("NODE_EXTRA_CA_CERTS", CA.root),
        ("DENO_CERT", CA.root),
        ("SSL_CERT_FILE", CA.bundle),
        ("REQUESTS_CA_BUNDLE", CA.bundle),
        ("CURL_CA_BUNDLE", CA.bundle),
        ("CODEX_CA_CERTIFICATE", CA.bundle),
        ("AWS_CA_BUNDLE", CA.bundle),
        ("GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", CA.bundle),
    ],
)
def test_every_runtime_is_told_whom_to_trust(name: str, expected: Path | str) -> None:
    assert variables(URL, CA, {})[name] == str(expected)


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ({}, "localhost,127.0.0.1,::1"),
        ({"NO_PROXY": "::1, .corp.example"}, "localhost,127.0.0.1,::1,.corp.example"),
        ({"no_proxy": "a,b", "NO_PROXY": "b,c"}, "localhost,127.0.0.1,::1,b,c,a"),
        ({"NO_PROXY": "*"}, "localhost,127.0.0.1,::1,*"),
    ],
)
def test_no_proxy_is_added_to(base: Mapping[str, str], expected: str) -> None:
    found = variables(URL, CA, base)
    assert found["NO_PROXY"] == found["no_proxy"] == expected


@pytest.mark.parametrize(
    "base",
    [
        {},
        {"NO_PROXY": "corp.example", "JAVA_TOOL_OPTIONS": "-Xmx1g '-Dname=a b'"},
        {"JAVA_TOOL_OPTIONS": "-Dhttp.nonProxyHosts=*.corp.example -Dhttp.proxyHost=old"},
    ],
)
def test_setting_them_twice_changes_nothing(base: dict[str, str]) -> None:
    once = base | variables(URL, CA, base)
    assert once | variables(URL, CA, once) == once


OPTIONS = (
    "-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=8787 -Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=8787 "
    "-Dhttp.nonProxyHosts=localhost|127.*|[::1]{} "
    "-Djavax.net.ssl.trustStore=/home/me/ca/truststore.p12 -Djavax.net.ssl.trustStoreType=PKCS12 "
    "-Djavax.net.ssl.trustStorePassword=franking"
)


@pytest.mark.parametrize(
    ("present", "no_proxy", "expected"),
    [
        ("", "", OPTIONS.format("")),
        ("", "localhost,127.0.0.1,::1", OPTIONS.format("")),
        ("-Xmx1g  '-Dname=a b'", "", "-Xmx1g '-Dname=a b' " + OPTIONS.format("")),
        ("", ".corp.example,10.0.0.0/8,10.1.2.3", OPTIONS.format("|corp.example|*.corp.example|10.1.2.3")),
        ("", "*", OPTIONS.format("|*")),
        ('-Dhttp.nonProxyHosts="*.local|[::1]" -Dx', "", "-Dx " + OPTIONS.format("|*.local")),
        ("-Djavax.net.ssl.trustStore=/opt/company.jks", "", None),
        ("-Djavax.net.ssl.trustStore='/home/me/ca/truststore.p12'", "", OPTIONS.format("")),
    ],
)
def test_java_options_are_added_to(present: str, no_proxy: str, expected: str | None) -> None:
    assert java_options(URL, STORE, present, no_proxy) == expected


def test_a_java_with_a_trust_store_of_its_own_is_left_alone() -> None:
    assert "JAVA_TOOL_OPTIONS" not in variables(URL, CA, {"JAVA_TOOL_OPTIONS": "-Djavax.net.ssl.trustStore=/x"})


@pytest.mark.parametrize(
    ("host", "userinfo", "expected"),
    [
        ("127.0.0.1", "a:b", "a:b"),
        ("::1", "", ""),
        ("localhost", "", ""),
        ("192.0.2.1", "", ":&token=s%2526cret"),
        ("0.0.0.0", "a:b", "a:b&token=s%2526cret"),
    ],
)
def test_the_token_is_carried_off_loopback(
    monkeypatch: pytest.MonkeyPatch, host: str, userinfo: str, expected: str
) -> None:
    monkeypatch.setenv("FRANKING_LISTEN__TOKEN", "s&cret")
    assert environment.with_token((host, 8787), userinfo) == expected


HARD = "a b'c\"d$HOME`id`\\e!|&;*~#%\u2019\u00fc"


@pytest.mark.parametrize(
    ("shell", "expected"),
    [
        ("bash", "export X='it'\"'\"'s'"),
        ("zsh", "export X='it'\"'\"'s'"),
        ("fish", "set -gx X 'it\\'s'"),
        ("powershell", "$env:X = 'it''s'"),
        ("json", '{\n  "X": "it\'s"\n}'),
    ],
)
def test_each_shells_words(shell: str, expected: str) -> None:
    assert render({"X": "it's"}, shell) == expected


def test_powershell_takes_curly_quotes_for_quotes() -> None:
    assert render({"X": "\u2019; bad"}, "powershell") == "$env:X = '\u2019\u2019; bad'"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "json"])
def test_a_shell_reads_back_what_was_written(shell: str) -> None:
    text = render({"X": HARD}, shell)
    if shell == "json":
        assert json.loads(text) == {"X": HARD}
        return
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not at hand")
    done = subprocess.run([shell, "-c", f"{text}\nprintenv X"], capture_output=True, check=True)
    assert done.stdout.decode() == HARD + "\n"


def test_roots_of_the_callers_own_are_kept(tmp_path: Path) -> None:
    ca = authority.ensure(tmp_path / "ca", ["api.example.com"], environment={}).files
    other = issue(tmp_path, ["api.company.example"]).ca_file
    base = {
        "SSL_CERT_FILE": str(other),
        "NODE_EXTRA_CA_CERTS": str(other),
        "REQUESTS_CA_BUNDLE": str(ca.upstream),
        "CURL_CA_BUNDLE": str(tmp_path / "absent.pem"),
        "DENO_CERT": str(ca.root),
    }
    found = variables(URL, ca, base, environment.bundles(ca, base))
    merged = Path(found["SSL_CERT_FILE"])
    assert merged != ca.bundle
    assert other.read_bytes() in merged.read_bytes()
    assert ca.bundle.read_bytes() in merged.read_bytes()
    assert found["NODE_EXTRA_CA_CERTS"] == str(merged)
    assert found["REQUESTS_CA_BUNDLE"] == found["CURL_CA_BUNDLE"] == found["AWS_CA_BUNDLE"] == str(ca.bundle)
    assert found["DENO_CERT"] == str(ca.root)
    again = base | found
    assert variables(URL, ca, again, environment.bundles(ca, again)) == found
    assert set(environment.bundles(ca, base)) <= set(trust.VARIABLES)


def test_without_a_sidecar_it_says_so_and_the_authority_is_made(frank: Frank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRANKING_LISTEN__PROXY", "127.0.0.1:9")
    done = frank("env", "--shell", "json")
    assert (done.status, done.err) == (0, "frank: no sidecar is running yet: `frank start --detach` starts it\n")
    found = json.loads(done.out)
    assert found["HTTPS_PROXY"] == "http://127.0.0.1:9"
    assert all(Path(found[name]).is_file() for name in trust.VARIABLES)


def test_an_open_port_is_not_guessed(frank: Frank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRANKING_LISTEN__PROXY", "127.0.0.1:0")
    done = frank("env")
    assert (done.status, done.out, done.err.count("\n")) == (1, "", 1)
    assert "frank start --detach" in done.err
