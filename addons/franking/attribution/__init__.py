"""Whose request it is, and how that is known."""
