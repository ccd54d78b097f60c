"""Throw-away certificates: valid in the strict sense, for their names, for a day."""

from pathlib import Path

from cryptography import x509

from franking.demo.certificates import LIFETIME, issue
from franking.proxy.issuer import BACKDATED


def test_the_leaf_names_hosts_and_addresses(tmp_path: Path) -> None:
    made = issue(tmp_path, ["api.kilo.ai", "127.0.0.1", "::1"])
    ca = x509.load_pem_x509_certificate(made.ca_file.read_bytes())
    leaf = x509.load_pem_x509_certificate(made.leaf_file.read_bytes())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["api.kilo.ai"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]
    leaf.verify_directly_issued_by(ca)
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc == LIFETIME + BACKDATED


def test_every_authority_is_new(tmp_path: Path) -> None:
    first = issue(tmp_path, ["a.example"]).ca_file.read_bytes()
    assert issue(tmp_path, ["a.example"]).ca_file.read_bytes() != first
