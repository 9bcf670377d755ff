"""The search on a large store: speed against raw FTS5, size of the index, loading."""
