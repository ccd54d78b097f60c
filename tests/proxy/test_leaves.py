"""Leaves: for the gateways' hosts alone, each with a key of its own, sent with the intermediate, through a renewal."""

import contextlib
import datetime
import ipaddress
import itertools
from pathlib import Path

import pytest
from cryptography import x509
from mitmproxy.certs import CertStoreEntry, DHParams
from mitmproxy.net import tls
from OpenSSL import SSL

from franking.proxy import authority
from franking.proxy.authority import Authority
from franking.proxy.leaves import LIFETIME, MOST, Leaves

NOW = datetime.datetime.now(datetime.UTC)
HOSTS = ("api.example.com", "*.example.org", "192.0.2.7")
DAY = datetime.timedelta(days=1)


def made(folder: Path, days: float = 0, hosts: tuple[str, ...] = HOSTS) -> Authority:
    return authority.ensure(folder, hosts, environment={}, now=NOW + days * DAY)


def general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def leaf(leaves: Leaves, *names: str) -> CertStoreEntry:
    return leaves.get_cert(names[0], [general(name) for name in names], "Upstream Inc", "http://crl.example.com/x.crl")


def names(entry: CertStoreEntry) -> list[str]:
    return [str(name.value) for name in entry.cert.altnames]


def sent(entry: CertStoreEntry) -> list[x509.Certificate]:
    """The chain that a client receives, by the context that mitmproxy's TlsConfig makes."""
    context = tls.create_client_proxy_context(
        method=tls.Method.TLS_SERVER_METHOD,
        min_version=tls.Version.TLS1_2,
        max_version=tls.Version.UNBOUNDED,
        cipher_list=None,
        ecdh_curve=None,
        chain_file=entry.chain_file,
        alpn_select_callback=None,
        request_client_cert=False,
        extra_chain_certs=(),
        dhparams=DHParams(b""),
    )
    server, client = SSL.Connection(context), SSL.Connection(SSL.Context(SSL.TLS_CLIENT_METHOD))
    server.use_certificate(entry.cert.to_cryptography())
    server.use_privatekey(entry.privatekey)
    server.set_accept_state()
    client.set_connect_state()
    for _ in range(3):
        for side, other in ((client, server), (server, client)):
            with contextlib.suppress(SSL.WantReadError):
                side.do_handshake()
            with contextlib.suppress(SSL.WantReadError):
                other.bio_write(side.bio_read(65_536))
    return [entry.to_cryptography() for entry in client.get_peer_cert_chain() or ()]


@pytest.mark.parametrize(
    ("asked", "certified"),
    [
        (("api.example.com",), ["api.example.com"]),
        (("API.example.com", "api.example.com"), ["api.example.com"]),
        (("a.b.example.org", "api.example.com"), ["a.b.example.org", "api.example.com"]),
        (("api.example.com", "bank.example.net", "127.0.0.1"), ["api.example.com"]),
        (("192.0.2.7",), ["192.0.2.7"]),
        (("example.org",), ["refused.invalid"]),
        (("sub.api.example.com",), ["refused.invalid"]),
        (("evilexample.org",), ["refused.invalid"]),
        (("127.0.0.1",), ["refused.invalid"]),
    ],
)
def test_a_leaf_names_gateways_alone(tmp_path: Path, asked: tuple[str, ...], certified: list[str]) -> None:
    assert names(leaf(Leaves(made(tmp_path)), *asked)) == certified


def test_a_leaf_is_short_lived_and_copies_nothing_of_the_upstreams(tmp_path: Path) -> None:
    certificate = leaf(Leaves(made(tmp_path)), "api.example.com").cert
    assert certificate.notafter - NOW <= LIFETIME + DAY / 24
    assert certificate.organization is None
    assert certificate.crl_distribution_points == []
    assert not certificate.is_ca


def test_each_has_a_key_of_its_own(tmp_path: Path) -> None:
    held = made(tmp_path)
    leaves = Leaves(held)
    entries = [leaf(leaves, f"{name}.example.org") for name in "abc"]
    keys = [held.newest.key.public_key(), *(entry.privatekey.public_key() for entry in entries)]
    assert not [(one, other) for one, other in itertools.combinations(keys, 2) if one == other]
    for entry in entries:
        assert entry.cert.public_key() == entry.privatekey.public_key()


def test_a_client_receives_the_leaf_and_the_intermediate(tmp_path: Path) -> None:
    held = made(tmp_path)
    entry = leaf(Leaves(held), "api.example.com")
    assert sent(entry) == [entry.cert.to_cryptography(), held.newest.intermediate]


def test_a_leaf_is_made_once_and_the_store_is_bounded(tmp_path: Path) -> None:
    leaves = Leaves(made(tmp_path))
    first = leaf(leaves, "api.example.com")
    assert leaf(leaves, "api.example.com") is first
    for nth in range(MOST + 50):
        leaf(leaves, f"h{nth}.example.org")
    assert len(leaves._leaves) == MOST
    assert leaf(leaves, "api.example.com") is not first


def test_a_leaf_is_renewed_before_its_end(tmp_path: Path) -> None:
    clock = [NOW]
    leaves = Leaves(made(tmp_path), lambda: clock[0])
    first = leaf(leaves, "api.example.com")
    clock[0] = NOW + 4 * DAY
    assert leaf(leaves, "api.example.com") is first
    clock[0] = NOW + 6 * DAY
    second = leaf(leaves, "api.example.com")
    assert second is not first
    assert second.cert.notafter > clock[0] + 2 * DAY


@pytest.mark.parametrize(("days", "signs"), [(61, 0), (86, 0), (87.5, 1), (89.5, 1)])
def test_the_old_generation_signs_until_shortly_before_its_end(tmp_path: Path, days: float, signs: int) -> None:
    made(tmp_path)
    held = made(tmp_path, 61)
    entry = leaf(Leaves(held, lambda: NOW + days * DAY), "api.example.com")
    assert entry.cert.issuer == [(a.rfc4514_attribute_name, a.value) for a in held.issuers[signs].intermediate.subject]
    assert sent(entry)[1:] == [held.issuers[signs].intermediate]
    assert entry.cert.notafter <= held.issuers[signs].not_after


def test_a_new_gateway_is_signed_by_the_generation_that_permits_it(tmp_path: Path) -> None:
    made(tmp_path, hosts=("api.example.com",))
    held = made(tmp_path, 1, ("api.example.com", "more.example.com"))
    leaves = Leaves(held, lambda: NOW + DAY)
    assert sent(leaf(leaves, "api.example.com"))[1] == held.issuers[0].intermediate
    assert sent(leaf(leaves, "more.example.com"))[1] == held.issuers[1].intermediate


def test_a_rotation_by_another_process_is_in_force_at_once(tmp_path: Path) -> None:
    leaves = Leaves(made(tmp_path))
    old = leaf(leaves, "api.example.com")
    assert len(sent(old)) == 2
    held = authority.rotate(tmp_path, HOSTS)
    entry = leaf(leaves, "api.example.com")
    assert entry is not old
    assert sent(entry) == [entry.cert.to_cryptography(), held.newest.intermediate]
    assert leaves.default_ca.to_cryptography() == held.newest.intermediate


def test_refresh_takes_another_authority(tmp_path: Path) -> None:
    leaves = Leaves(made(tmp_path / "one"))
    leaf(leaves, "api.example.com")
    other = made(tmp_path / "other")
    leaves.refresh(other)
    assert sent(leaf(leaves, "api.example.com"))[1] == other.newest.intermediate


def test_a_folder_that_is_lost_changes_nothing(tmp_path: Path) -> None:
    leaves = Leaves(made(tmp_path))
    first = leaf(leaves, "api.example.com")
    for file in tmp_path.glob("issuer-*"):
        file.write_bytes(b"")
    assert leaf(leaves, "api.example.com") is first
    tmp_path.rename(tmp_path.with_name("gone"))
    assert leaf(leaves, "api.example.com") is first
