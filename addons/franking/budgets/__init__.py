"""Budgets: what may be spent on what in which time, and how much of it is spent. It stands beside the ledger."""
