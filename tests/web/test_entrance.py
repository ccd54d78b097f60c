"""The token: every way to show it, and that nothing is seen without."""

from pathlib import Path

import pytest

from support.dashboard import client

TOKEN = "s&cret-tøken"


@pytest.mark.parametrize("address", ["/", "/?period=all", "/live", "/nowhere"])
def test_without_it_pages_lead_to_the_form(ledger: Path, address: str) -> None:
    with client(ledger, token=TOKEN) as visitor:
        told = visitor.get(address)
    assert told.status_code == 303
    assert told.headers["location"].startswith("/login?next=%2F")


@pytest.mark.parametrize("address", ["/api/v1/costs", "/metrics"])
def test_programs_are_told_401(ledger: Path, address: str) -> None:
    with client(ledger, token=TOKEN) as visitor:
        told = visitor.get(address)
    assert (told.status_code, told.headers["www-authenticate"]) == (401, "Bearer")


def test_the_form(ledger: Path) -> None:
    with client(ledger, token=TOKEN) as visitor:
        wrong = visitor.post("/login", data={"token": "guess", "next": "/"})
        assert (wrong.status_code, "set-cookie" in wrong.headers) == (401, False)
        assert visitor.get("/").status_code == 303
        right = visitor.post("/login", data={"token": f" {TOKEN} ", "next": "/?period=all"})
        assert (right.status_code, right.headers["location"]) == (303, "/?period=all")
        cookie = right.headers["set-cookie"]
        assert TOKEN not in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert visitor.get("/").status_code == 200


def test_an_address_that_holds_it_is_left_at_once(ledger: Path) -> None:
    with client(ledger, token=TOKEN) as visitor:
        told = visitor.get("/", params={"period": "all", "token": TOKEN})
        assert (told.status_code, told.headers["location"]) == (303, "/?period=all")
        assert visitor.get("/").status_code == 200


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        ("Bearer guess", 303),
        (f"Basic {TOKEN}", 303),
        ("Bearer", 303),
    ],
)
def test_a_header(ledger: Path, said: str, status: int) -> None:
    with client(ledger, token=TOKEN) as visitor:
        assert visitor.get("/", headers=[(b"Authorization", said.encode())]).status_code == status


@pytest.mark.parametrize("there", ["//evil.example.com", "https://evil.example.com", "/\\evil.example.com", "/\n/x"])
def test_it_leads_nowhere_else(ledger: Path, there: str) -> None:
    with client(ledger, token=TOKEN) as visitor:
        told = visitor.post("/login", data={"token": TOKEN, "next": there})
        assert told.headers["location"] == "/"


def test_a_forged_cookie(ledger: Path) -> None:
    with client(ledger, token=TOKEN) as visitor:
        assert visitor.get("/", headers={"Cookie": "franking_session=0"}).status_code == 303


def test_files_need_none(ledger: Path) -> None:
    with client(ledger, token=TOKEN) as visitor:
        assert visitor.get("/static/any/franking.css").status_code == 200


def test_without_a_token_there_is_no_form_to_fill(ledger: Path) -> None:
    with client(ledger) as visitor:
        assert visitor.post("/login", data={"token": "", "next": "//x"}).headers["location"] == "/"
