"""The only room that opens SQLite."""
