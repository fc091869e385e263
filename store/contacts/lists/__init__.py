"""Lists of subscribers: lists, publication lists, suppression lists, groups, and who is on them with which status."""

from __future__ import annotations
