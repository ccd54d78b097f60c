"""The garbage collector's rounds in the dashboard's process are rare, and go over little."""

import gc

from franking.web import collector


def test_what_is_loaded_is_left_out_of_its_rounds() -> None:
    before = gc.get_threshold()
    try:
        collector.calm()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 10_000
        assert gc.get_threshold() > before
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
