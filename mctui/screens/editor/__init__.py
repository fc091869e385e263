"""The query editor: text with completion and check on top, what a run gave below."""
