"""What is remembered: one row a request."""
