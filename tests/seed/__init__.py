"""The tables of the description that this program was made from, row by row."""
