"""One record whole: a contact, a row, a CRM record, an activity, a step."""

from __future__ import annotations

from mctui.screens.text import TextScreen


class RecordScreen(TextScreen):
    """A detail in a modal."""
