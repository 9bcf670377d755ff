"""The web pages on the store: Datasette with an allow-list, read-only, on loopback."""
