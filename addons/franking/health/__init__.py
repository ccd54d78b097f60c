"""Does it all work? Checks, each a small function that looks at one thing and says what it found. Read-only."""
