"""What leaves the ledger for others: exports, invoices, reports, and links for clients."""
