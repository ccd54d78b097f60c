"""When what a directory said holds for a request, and when it is asked again; look-ups are in ``test_scout``."""

import asyncio
from collections.abc import Iterator

import pytest

from franking.proxy.callers import Connection, Told
from franking.proxy.lookups import Known
from franking.proxy.whereabouts import Whereabouts

NOW = 1000.0
CASES = [
    # requests on the connection with this one, seconds ago: it was opened, it was asked; whether it holds
    (1, 0.5, 0.005, True),
    (2, 0.5, 0.005, True),
    (1, 0.5, 0.4, True),
    (1, 0.5, 0.505, True),  # asked a moment before, for another connection from there
    (1, 0.5, 0.6, False),
    (2, 0.5, 0.4, False),
    (1, 60.0, 59.0, False),
    (1, None, 0.4, False),
]


@pytest.fixture
def answer() -> Iterator["asyncio.Future[Known]"]:
    """To come, in a loop whose clock stands still."""
    loop = asyncio.new_event_loop()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(loop, "time", lambda: NOW)
        yield loop.create_future()
    loop.close()


@pytest.mark.parametrize(("requests", "opened", "asked", "holds"), CASES)
def test_how_long_it_holds(
    answer: "asyncio.Future[Known]", requests: int, opened: float | None, asked: float, holds: bool
) -> None:
    answer.set_result(Known(1, Whereabouts()))
    connection = Connection(requests=requests)
    if opened is not None:
        connection.opened = NOW - opened
    assert Told(answer, NOW - asked).fresh(connection) is holds


@pytest.mark.parametrize(("asked", "holds"), [(0.005, True), (0.04, True), (0.06, False)])
def test_one_that_is_to_come_is_waited_for_and_not_asked_again(
    answer: "asyncio.Future[Known]", asked: float, holds: bool
) -> None:
    assert Told(answer, NOW - asked).fresh() is holds


def test_one_that_went_wrong_is_asked_again_at_once(answer: "asyncio.Future[Known]") -> None:
    answer.set_exception(LookupError())
    answer.exception()
    assert not Told(answer, NOW).fresh(Connection(requests=1, opened=0.0))
