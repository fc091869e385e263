"""Emails and the jobs that send them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import business_units
from store.commands import Outcome, command
from store.errors import Refused
from store.ids import guid
from store.messaging.classification import COMMERCIAL, TRANSACTIONAL, find_classification
from store.messaging.exclusions.named import NAMES, keep_named, named

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org


@dataclass(frozen=True)
class Email:
    """An email as Content Builder keeps it; `links` are (url, name)."""

    email_id: int
    name: str
    subject: str
    html: str
    text: str
    from_name: str
    from_email: str
    links: tuple[tuple[str, str], ...]
    modified_at: int  # UTC seconds


@dataclass(frozen=True)
class Job:
    """A send definition at work. `definition_object_id` is what the tracking views call
    TriggererSendDefinitionObjectID, `definition_key` their TriggeredSendCustomerKey."""

    job_id: int
    mid: int
    email_id: int
    name: str
    definition_object_id: str
    definition_key: str
    subject: str
    classification: str
    auto_add: bool
    send_classification: str
    honors_opt_outs: bool
    sender_profile: str
    list_id: int
    suppresses: bool

    @property
    def is_transactional(self) -> bool:
        """Whether unsubscribes do not keep it from anyone."""
        return self.classification == TRANSACTIONAL


def _email(row: sqlite3.Row) -> Email:
    links = tuple((link["url"], link["name"]) for link in json.loads(row["links"]))
    return Email(
        row["email_id"], row["name"], row["subject"], row["html"], row["text"], row["from_name"], row["from_email"],
        links, row["modified_at"],
    )  # fmt: skip


def find_email(org: Org, email_id: int) -> Email | None:
    """The email of that id, or None."""
    row = org.row("SELECT * FROM emails WHERE email_id = ?", email_id)
    return _email(row) if row else None


def find_email_of_asset(org: Org, asset_key: str, name: str = "") -> Email | None:
    """The email of a Content Builder asset by its customer key, else the first of that name, or None."""
    row = org.row(
        """SELECT * FROM emails WHERE asset_key = :key OR (:name <> '' AND name = :name COLLATE NOCASE)
           ORDER BY asset_key = :key DESC, email_id LIMIT 1""",
        {"key": asset_key or None, "name": name},
    )
    return _email(row) if row else None


def emails(org: Org) -> list[Email]:
    """All emails, by id."""
    return [_email(row) for row in org.rows("SELECT * FROM emails ORDER BY email_id")]


@command("messaging.create_email")
def create_email(
    org: Org,
    *,
    name: str,
    subject: str,
    html: str = "",
    text: str = "",
    from_name: str = "mctui",
    from_email: str = "news@example.com",
    links: list[dict[str, str]] | None = None,
    email_id: int | None = None,
    asset_key: str | None = None,
) -> Outcome:
    """Create an email, or replace the one with this `email_id`. A link is {"url": ..., "name": ...}."""
    kept = [{"url": link["url"], "name": link.get("name", link["url"])} for link in links or []]
    number = email_id or int(org.value("SELECT coalesce(max(email_id), 0) + 1 FROM emails"))
    org.run(
        """INSERT INTO emails VALUES (:id, :asset, :name, :subject, :html, :text, :from_name, :from_email, :links,
                                      :now, :now)
           ON CONFLICT (email_id) DO UPDATE SET name = :name, subject = :subject, html = :html, text = :text,
             from_name = :from_name, from_email = :from_email, links = :links, modified_at = :now,
             asset_key = coalesce(:asset, asset_key)""",
        {
            "id": number, "asset": asset_key, "name": name, "subject": subject, "html": html, "text": text,
            "from_name": from_name, "from_email": from_email, "links": json.dumps(kept), "now": org.now,
        },
    )  # fmt: skip
    return Outcome(f"Email '{name}' saved as {number}", {"emails": 1}, f"email/{number}")


def create_job(org: Org, email_id: int, name: str, *, definition: dict[str, Any]) -> Job:
    """Make the send definition of an email at work, and return its job.

    `definition` may have `object_id`, `key`, `subject`, `auto_add`; `classification` (a send classification by its key,
    name or ObjectID, or a type alone); `list` (the publication list, or the list that is sent to),
    `suppression_lists`, `exclude`, `domain_exclusions`; and `suppresses`, false for what has no suppression lists and
    no exclusion scripts: the Transactional Messaging API (source: SFD:transactional-messaging-api).
    Raises Refused when there is no such email, or something named is not there.
    """
    email = find_email(org, email_id)
    if email is None:
        raise Refused(f"There is no email {email_id}.", fix="Create it first: messaging.create_email.", where=name)
    job_id = int(org.value("SELECT coalesce(max(job_id), 0) + 1 FROM jobs"))
    found = find_classification(org, definition.get("classification") or COMMERCIAL)
    what = named(org, **{name: definition[name] for name in NAMES if definition.get(name)})
    org.run(
        "INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        job_id, business_units.current_mid(), email_id, name,
        definition.get("object_id") or guid(org.seed, "triggered send", job_id),
        definition.get("key") or str(20000 + job_id), definition.get("subject") or email.subject,
        found.type, int(definition.get("auto_add", True)), found.name, int(found.honors_opt_outs), found.sender.name,
        found.sender.from_name, found.sender.from_email, what.list_id, int(definition.get("suppresses", True)), org.now,
    )  # fmt: skip
    keep_named(org, job_id, what)
    return get_job(org, job_id)


def refuse_unknown(org: Org, definition: dict[str, Any]) -> None:
    """Raises Refused when a definition names a classification, list or data extension that is not there."""
    if definition.get("classification"):
        find_classification(org, definition["classification"])
    named(org, **{name: definition[name] for name in NAMES if definition.get(name)})


def get_job(org: Org, job_id: int) -> Job:
    """The job of that id. Raises Refused when there is none."""
    row = org.row("SELECT * FROM jobs WHERE job_id = ?", job_id)
    if row is None:
        raise Refused(f"There is no send job {job_id}.")
    return Job(
        row["job_id"], row["mid"], row["email_id"], row["name"], row["definition_object_id"], row["definition_key"],
        row["subject"], row["classification"], bool(row["auto_add"]), row["send_classification"],
        bool(row["honors_opt_outs"]), row["sender_profile"], row["list_id"], bool(row["suppresses"]),
    )  # fmt: skip


def job_of_definition(org: Org, object_id: str) -> Job | None:
    """The job of a triggered send definition, or None."""
    job_id = org.value("SELECT job_id FROM jobs WHERE definition_object_id = ?", object_id)
    return None if job_id is None else get_job(org, job_id)
