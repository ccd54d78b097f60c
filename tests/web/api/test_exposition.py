"""Metrics as text: read back by a parser that is written after the format's own grammar."""

import pytest

from franking.web.api.exposition import Family, Sample, text
from support.dashboard import HOSTILE
from support.exposition import parsed

NAMES = (*HOSTILE, "", "\\", '"', "\n", '\\"\n\\n', "},# EOF\nfranking_x 1")


@pytest.mark.parametrize("openmetrics", [False, True])
def test_every_label_comes_back_as_it_was(openmetrics: bool) -> None:
    samples = [Sample({"project": name, "kind": "input"}, str(number)) for number, name in enumerate(NAMES)]
    families = [
        Family("a", "counter", 'What "a"\nis \\ not.', samples),
        Family("b", "gauge", "B.", [Sample({}, "0.5")]),
    ]
    found = parsed(text(families, openmetrics=openmetrics), openmetrics=openmetrics)
    assert found["a"].kind == "counter"
    assert found["a"].meaning == 'What "a"\nis \\ not.'
    assert found["a"].samples == {(("project", name), ("kind", "input")): str(n) for n, name in enumerate(NAMES)}
    assert (found["b"].kind, found["b"].samples) == ("gauge", {(): "0.5"})


def test_the_two_formats_name_a_counter_differently() -> None:
    families = [Family("a", "counter", "A.", [Sample({}, "1")])]
    assert text(families, openmetrics=False) == "# HELP a_total A.\n# TYPE a_total counter\na_total 1\n"
    assert text(families, openmetrics=True) == "# HELP a A.\n# TYPE a counter\na_total 1\n# EOF\n"
