"""What keeps the sidecar up: one process that holds the sockets and the home, and the proxy as its child."""
