"""franking: a sidecar proxy that stamps every LLM request with whose it is, and meters what it cost."""

__all__ = ["__version__"]

__version__ = "0.1.0"
