"""How each provider writes its answers: pure functions from a request's body to the answer's events."""
