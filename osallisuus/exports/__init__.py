"""What goes out. Exports are given records, never a database."""
