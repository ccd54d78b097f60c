"""What is refused before any question is looked at has the shape of every other fault, as the document says."""

from pathlib import Path

import pytest
import schemathesis

from franking.web.api.document import document
from franking.web.api.interface import ENDPOINTS
from franking.web.guard import hosts
from support.dashboard import client

TOKEN = "a-token-that-is-long-enough"

schema = schemathesis.openapi.from_dict(document(ENDPOINTS, "/api/v1"))


@pytest.mark.parametrize("path", ["/api/v1/costs", "/api/v1/version"])
@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (401, {}),
        (401, {"Authorization": "Bearer another"}),
        (403, {"Sec-Fetch-Site": "cross-site"}),
        (421, {"Host": "evil.example.com:8788"}),
        (421, {"Host": ""}),
    ],
)
def test_as_the_document_says(ledger: Path, path: str, status: int, headers: dict[str, str]) -> None:
    with client(ledger, token=TOKEN, hosts=hosts("127.0.0.1", 8788, loopback=True)) as program:
        answer = program.get(path, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert "content-security-policy" in answer.headers
    assert str(status) in schema.raw_schema["paths"][path]["get"]["responses"]
    schema[path]["GET"].validate_response(answer)


@pytest.mark.parametrize("path", ["/metrics", "/api/v1/nothing", "/api/else"])
def test_other_paths_of_programs(ledger: Path, path: str) -> None:
    with client(ledger, hosts=hosts("127.0.0.1", 8788, loopback=True)) as program:
        for status, headers in ((403, {"Sec-Fetch-Site": "same-site"}), (421, {"Host": "evil"})):
            answer = program.get(path, headers=headers)
            assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
            assert answer.json()["detail"]


def test_a_path_beside_the_interface(ledger: Path) -> None:
    with client(ledger) as program:
        answer = program.get("/api/else")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_pages_are_told_in_words(ledger: Path) -> None:
    with client(ledger, hosts=hosts("127.0.0.1", 8788, loopback=True)) as visitor:
        answer = visitor.get("/", headers={"Host": "evil"})
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
