"""schemathesis against a real server with a real ledger: what the document says is what is answered, to anything.

Bounded to some seconds; ``FRANKING_LONG=1`` asks for longer.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, settings
from schemathesis import GenerationMode

from franking.web.api.document import document
from franking.web.api.interface import ENDPOINTS
from support.dashboard import HOSTILE, seed, serving
from support.ledgers import made

LONG = os.environ.get("FRANKING_LONG") == "1"
EXAMPLES = 40 if LONG else 12

schema = schemathesis.openapi.from_dict(document(ENDPOINTS, "/api/v1"))
schema.config.phases.coverage.enabled = LONG


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("fuzzed")
    ledger = made(folder / "ledger.db", seed(names=("example-repo", *HOSTILE[:7])))
    with serving(ledger, folder) as found:
        yield found


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_the_document_says(case: Any, address: str) -> None:
    assert case.meta is not None
    if case.meta.generation.mode is GenerationMode.POSITIVE:
        # Each is right alone; which go together a schema cannot say (test_common, test_single).
        for name, others in (("period", {"since", "until"}), ("until", {"since"}), ("after", {"before"})):
            if others & {*case.query}:
                case.query.pop(name, None)
    # What is longer never reaches the interface: the server refuses the request's head.
    assume(sum(len(str(value)) for value in case.query.values()) < 8_000)
    case.call_and_validate(base_url=address)
