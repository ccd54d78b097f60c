"""Files of others, read into the ledger: lines, layouts, and what becomes of each line."""
