"""SQLite: migrations, loading, candidate entries, queries, search, export, consistency."""
