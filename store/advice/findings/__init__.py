"""One file per finding."""
