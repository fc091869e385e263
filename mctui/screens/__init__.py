"""Screens over the panes: help, a record whole, the lesson, an error, a question. Each is imported when it opens."""
