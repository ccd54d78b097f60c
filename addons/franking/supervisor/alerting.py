"""The alerts' deliverer beside the proxy, with a dashboard or without one."""

from collections.abc import Sequence

from franking.supervisor.kept import Kept

__all__ = ["Alerting"]


class Alerting(Kept):
    """fault: why it died last."""

    NAME = "the alerts' deliverer"

    def command(self, alive: int) -> tuple[Sequence[str], Sequence[int]]:
        """The deliverer."""
        return ("-m", "franking.budgets", str(alive)), ()
