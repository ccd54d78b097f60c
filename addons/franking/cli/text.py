"""Values in words, as every view says them (``views/words.py``)."""

from franking.views.words import UNKNOWN, clean, count, dollars, duration, iso, local, money, percent, plural, short

__all__ = ["UNKNOWN", "clean", "count", "dollars", "duration", "iso", "local", "money", "percent", "plural", "short"]
