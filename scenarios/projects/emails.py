"""Making the emails of a project, and those that its journeys name by number."""

from __future__ import annotations

from typing import Any

from scenarios.projects.content import Item
from scenarios.projects.naming import Import
from store import messaging
from store.commands import run_command


def make_email(run: Import, item: Item) -> None:
    """An email of Content Builder."""
    run.emails.setdefault(item["key"].lower(), item["body"])
    run_command(run.org, "messaging.create_email", {"name": item["name"], **item["body"]})


def remember_sender(run: Import, item: Item) -> None:
    """A triggered send says who an email is from."""
    body = item["body"]
    run.senders.setdefault(body["email"], {key: body[key] for key in ("from_name", "from_email") if body[key]})


def provide_emails(run: Import, wanted: list[dict[str, Any]]) -> None:
    """Make the emails that a journey sends, as far as the project says what is in them."""
    for email in wanted:
        if _is_there(run, email):
            continue
        known = run.emails.setdefault(email["key"].lower(), {}) if email["key"] else {}
        if not known:
            shown = f"{email['id'] or ''} '{email['name']}'".strip()
            run.note(f"Email {shown} is not in the project: made with its subject only.")
        made = {"email_id": email["id"], "name": email["name"], "subject": email["subject"]}
        made |= {part: known[part] for part in ("html", "text") if known.get(part)}
        made |= {name: str(value) for name, value in run.senders.get(email["id"], {}).items()}
        run_command(run.org, "messaging.create_email", made)


def _is_there(run: Import, email: dict[str, Any]) -> bool:
    """Whether an email need not be made; mcdev of today writes its asset key instead of its number."""
    if email["id"] is not None:
        return messaging.find_email(run.org, email["id"]) is not None
    return not email["key"] or email["key"].lower() in run.emails
