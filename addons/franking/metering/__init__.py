"""What a request used, and what that cost."""
