"""Emails: assets of Content Builder that are emails, and the sender that a triggered send gives them."""

from __future__ import annotations

from typing import Any

from scenarios.projects.files import MetaFile, read

# Source: Content Builder asset types.
_EMAILS = {"htmlemail", "templatebasedemail", "textonlyemail"}


def parse_asset(file: MetaFile) -> tuple[str, str, dict[str, Any]] | None:
    """(key, name, {subject, html, text}), or None for an asset that is no email."""
    data = file.data
    kind = data.get("assetType")
    if not isinstance(kind, dict) or str(kind.get("name")).lower() not in _EMAILS:
        return None
    key = str(data.get("customerKey") or data.get("name") or "")
    name = str(data.get("name") or key).strip()
    return key, name, {part: _view(file, view) for part, view in _VIEWS.items()}


_VIEWS = {"subject": "subjectline", "html": "html", "text": "text"}


def _view(file: MetaFile, view: str) -> str:
    """The content of a view: in the JSON, else in a file of its own beside it."""
    views = file.data.get("views")
    found = views.get(view) if isinstance(views, dict) else None
    if isinstance(found, dict) and isinstance(found.get("content"), str):
        return str(found["content"])
    beside = sorted(file.path.parent.glob(f"views.{view}.content.*"))
    return read(beside[0]) if beside else ""


def parse_triggered_send(file: MetaFile) -> tuple[str, str, dict[str, Any]] | None:
    """(key, name, {email, from_name, from_email}), or None when it names no email by number."""
    data = file.data
    email = data.get("Email")
    number = str(email.get("ID") if isinstance(email, dict) else "")
    if not number.isdecimal():
        return None
    body = {"email": int(number), "from_name": data.get("FromName"), "from_email": data.get("FromAddress")}
    return str(data.get("CustomerKey") or ""), str(data.get("Name") or ""), body
