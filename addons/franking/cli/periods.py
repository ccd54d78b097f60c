"""Periods of local days and months, as every view means them (``views/periods.py``)."""

from franking.views.periods import Name, Period, between, moment, named

__all__ = ["Name", "Period", "between", "moment", "named"]
