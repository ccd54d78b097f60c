"""The alerts' deliverer beside the proxy, with a dashboard or without one; it sends scheduled reports too."""

from collections.abc import Sequence

from franking.supervisor.kept import Kept

__all__ = ["Alerting"]


class Alerting(Kept):
    """fault: why it died. reports: are any sent by schedule?"""

    reports = False

    NAME = "the alerts' deliverer"

    def command(self, alive: int) -> tuple[Sequence[str], Sequence[int]]:
        """The deliverer."""
        # Without reports it is as small as it can be.
        return ("-m", "franking.reports" if self.reports else "franking.budgets", str(alive)), ()
