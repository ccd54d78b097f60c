"""The rooms that know mitmproxy: connections, hooks, certificates."""
