"""Folder paths of the account."""

from __future__ import annotations

from typing import Any

_TOP = ("data extensions", "shared items")


def folder_of(data: dict[str, Any]) -> str:
    """`r__folder_Path` as the file keeps it: without the root that every data extension is under."""
    parts = [part.strip() for part in str(data.get("r__folder_Path") or "").split("/")]
    if parts and parts[0].lower() in _TOP:
        parts = parts[1:]
    return "/".join(part for part in parts if part)
