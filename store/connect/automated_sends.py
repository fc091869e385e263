"""Salesforce Email Send: the automation activity that runs a saved Salesforce send.

Whom it reaches is looked up when it runs: who is in the campaign or the report by then.
Source: domain C4, automation activity 771.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import business_units, crm, messaging
from store.assumptions import assume
from store.automation import Result, activity
from store.commands import Outcome, command
from store.connect.salesforce_send import COMMERCIAL, audience, refuse_unless_classification, send
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org

Act = Callable[["SavedSend", str, list[str]], Outcome]
DDL = """
CREATE TABLE salesforce_sends (         -- one row is a saved send to people of the CRM, for automations to run
  mid           INTEGER NOT NULL REFERENCES business_units(mid),
  kind          TEXT NOT NULL,          -- the activity type that runs it: salesforceSend, salesforceMobileSend
  customer_key  TEXT NOT NULL COLLATE NOCASE,
  name          TEXT NOT NULL COLLATE NOCASE,
  definition    TEXT NOT NULL,          -- JSON: to whom and what, and the Salesforce org when one was named
  PRIMARY KEY (mid, kind, customer_key)
);
"""
SALESFORCE_SEND = "salesforceSend"  # activity type; its key is that of the saved send
_AUDIENCE = ("to", "campaign", "statuses", "report")
_SETTINGS = ("email_id", "classification")

EMPTY = assume(
    "connect.automated_send_to_nobody",
    "error",
    ("error", "complete"),
    "What becomes of an automation whose Salesforce send finds nobody: it ends in error, or goes on.",
    "no page found for Salesforce sends; practitioners put a Verification activity before a send to keep it from"
    " an empty audience",
)


@command("connect.save_send")
def save_send(org: Org, *, name: str, definition: dict[str, Any], key: str = "") -> Outcome:
    """Save a Salesforce send for automations; `definition` is what connect.send takes: email_id, campaign, ...

    An automation runs it by the activity {"type": "salesforceSend", "key": KEY}.
    """
    if messaging.find_email(org, definition.get("email_id", 0)) is None:
        raise Refused(f"A Salesforce send needs an email: {definition.get('email_id')} is none.", fix="Give email_id.")
    refuse_unless_classification(definition.get("classification", COMMERCIAL))
    whom = save(org, SALESFORCE_SEND, name, key, definition, _SETTINGS)
    return Outcome(f"Salesforce send {name} to {whom} saved", {"sends": 1}, "automations")


def save(org: Org, kind: str, name: str, key: str, definition: dict[str, Any], settings: tuple[str, ...]) -> str:
    """Keep a send of a kind that has these settings beside its audience; returns whom it is to. Raises Refused."""
    known = (*settings, *_AUDIENCE)
    unknown = next((one for one in definition if one not in known), None)
    if unknown:
        raise Refused(f"A Salesforce send has no '{unknown}'.", fix=did_you_mean(unknown, known) or ", ".join(known))
    whom, _ = audience(org, **_to_whom(definition))
    key, mid = key or name, business_units.current_mid()
    if org.value("SELECT 1 FROM salesforce_sends WHERE mid = ? AND kind = ? AND customer_key = ?", mid, kind, key):
        raise Refused(f"There is a Salesforce send '{key}' already.", fix="Choose another key.")
    kept = {**definition, "org": crm.working_org()} if crm.working_org() else definition
    org.run("INSERT INTO salesforce_sends VALUES (?, ?, ?, ?, ?)", mid, kind, key, name, json.dumps(kept))
    return whom


@dataclass(frozen=True)
class SavedSend:
    """A saved send; `path` is its key, or `Unit/KEY` of a child business unit. `kind` is the activity that runs it."""

    mid: int
    key: str
    path: str
    kind: str
    name: str
    definition: dict[str, Any]


def saved_sends(org: Org) -> list[SavedSend]:
    """All of them, of all business units."""
    return [_saved(org, row) for row in org.rows("SELECT * FROM salesforce_sends ORDER BY mid, customer_key, kind")]


def _saved(org: Org, row: sqlite3.Row) -> SavedSend:
    path = business_units.path(org, row["mid"], row["customer_key"])
    return SavedSend(row["mid"], row["customer_key"], path, row["kind"], row["name"], json.loads(row["definition"]))


def said_audience(org: Org, saved: SavedSend) -> str:
    """Whom it would reach now, in words, or why nobody."""
    try:
        with business_units.acting(org, saved.mid), crm.working_in(saved.definition.get("org", "")):
            whom, ids = audience(org, **_to_whom(saved.definition))
    except Refused as error:
        return error.message
    return f"{whom}: {len(ids):,} now"


def _to_whom(definition: dict[str, Any]) -> dict[str, Any]:
    return {name: definition[name] for name in _AUDIENCE if name in definition}


@activity(SALESFORCE_SEND)
def run_send(org: Org, key: str) -> Result:
    """Send now; what a send by hand would be refused for is the automation's error."""

    def act(saved: SavedSend, _: str, __: list[str]) -> Outcome:
        given = {name: value for name, value in saved.definition.items() if name != "org"}
        return send(org, **given, name=saved.name)

    return run_saved(org, SALESFORCE_SEND, key, act)


def run_saved(org: Org, kind: str, key: str, act: Act) -> Result:
    """Let `act(saved, whom, ids)` send what is saved; a refusal is the automation's error, with nothing half done."""
    found = org.row(
        "SELECT * FROM salesforce_sends WHERE mid = ? AND kind = ? AND (customer_key = ? OR name = ?)",
        business_units.current_mid(), kind, key, key,
    )  # fmt: skip
    if found is None:
        return Result(False, f"Salesforce send {key} failed: there is no such send", {"errors": 1})
    saved = _saved(org, found)
    org.run("SAVEPOINT salesforce_send")
    try:
        with crm.working_in(saved.definition.get("org", "")):
            whom, ids = audience(org, **_to_whom(saved.definition))
            if not ids and org.assumption(EMPTY.name) == "complete":
                outcome = Outcome(f"Salesforce send {saved.name}: nobody is in {whom}", {}, "write-back")
            else:
                outcome = act(saved, whom, ids)
    except Refused as error:
        org.run("ROLLBACK TO salesforce_send")
        org.run("RELEASE salesforce_send")
        return Result(False, f"Salesforce send {saved.name} failed: {error.message}", {"errors": 1}, "write-back")
    org.run("RELEASE salesforce_send")
    return Result(True, outcome.title, outcome.changes, outcome.subject)
