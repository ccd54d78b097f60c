"""The garbage collector of a process that answers questions."""

import gc

__all__ = ["calm"]


def calm() -> None:
    """Take what is loaded by now out of its rounds, and let these be rare.

    The thousands of groups that a page is made of go when it is done, without the collector, whose rounds took a
    twentieth of a large page, and now and then a fifth.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
