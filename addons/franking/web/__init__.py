"""The dashboard: pages for people, made on the server, live by server-sent events. A process of its own."""
