"""Data Extensions: the list, rows or schema of one, and SQL over the world."""
