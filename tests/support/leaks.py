"""Looking for canaries: secrets planted in requests that may stand in no file of a sidecar, and on no page."""

import base64
import io
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from pyarrow import parquet  # type: ignore[import-untyped]

from franking.ledger.connection import patient
from franking.projects import link_tokens, links, questions
from franking.projects.link_values import Terms
from franking.reports import exports
from support.clients import CANARIES
from support.dashboard import client

__all__ = ["leaks", "shown"]

FORMS = {name: (text.encode(), base64.b64encode(text.encode())[:-4]) for name, text in CANARIES.items()}


def leaks(folder: Path) -> list[str]:
    """``file: canary`` for every one found under a folder, plain or in base64."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [found for file in files for found in _found(str(file), file.read_bytes())]


def shown(home: Path) -> list[str]:
    """``address: canary`` for every one that the dashboard gives away of a home's ledger: in exports of every format,
    reports, invoices, and the pages that clients' links open.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("FRANKING_HOME", str(home))
        patched.setenv("FRANKING_CONFIG", str(home / "none.toml"))
        visitor = client(home / "ledger.db")
        found = []
        for address in _addresses(home / "ledger.db"):
            answer = visitor.get(address)
            assert answer.status_code < 500, f"{address}: {answer.text}"
            content = answer.content
            if answer.headers["content-type"] == "application/vnd.apache.parquet":
                content = repr(parquet.read_table(io.BytesIO(content)).to_pylist()).encode()
            found += _found(address, content)
        return found


def _addresses(ledger: Path) -> list[str]:
    now, month = time.time_ns() // 1000, time.strftime("%Y-%m", time.gmtime())
    found = [f"/export/file?period=all&format={form}" for form in exports.FORMATS]
    found += [f"/api/v1/export?period=all&format={form}" for form in exports.FORMATS]
    found += ["/export?period=all", f"/reports?month={month}&all.reports=1", "/invoices", "/invoices/draft"]
    found.append(f"/reports/file?month={month}&of=all&format=html")
    with closing(patient(ledger)) as opened:
        for name in [project.name for project in questions.known(opened)][:5]:
            draft = {"project": name, "month": month, "lines": "user"}
            found += [f"/invoices/draft?{urlencode(draft | {'format': form})}" for form in ("", "csv", "json")]
            link = links.make(opened, link_tokens.key(), name, Terms("https://costs.example.com"), now)
            found.append(urlsplit(link.url or "").path)
    return found


def _found(where: str, content: bytes) -> list[str]:
    return [f"{where}: {name}" for name, looks in FORMS.items() if any(look in content for look in looks)]
