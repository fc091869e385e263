"""The connection itself: what happens to everything that goes through MC Connect while it is broken, and afterwards.

Nothing is polled, no event and no message request of the CRM arrives, nothing is written back. What becomes of the
Synchronized Data Extensions depends on the cause and on a switch; the contacts stay and are billed. Source: domain C1.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import crm, data_extensions
from store.agenda import cancel
from store.assumptions import assume
from store.commands import Outcome, command
from store.connect import write_back
from store.connect.multi_org import is_multi_org, next_copy_suffix, org_here, refuse_unless_connected
from store.connect.sources import POLL, de_name_of, poll_at, sources, synchronize
from store.connect.state import crm_of, is_connected
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    import sqlite3

    from store.connect.sources import Source
    from store.org import Org

OUTAGE = "outage"  # the two sides do not reach each other for a while; nothing was taken apart
CAUSES = {
    OUTAGE: "the two sides do not reach each other",
    "password expired": "the password of the integration user has expired",
    "user deactivated": "the integration user was deactivated",
    "package uninstalled": "the managed package was uninstalled from the CRM",
}

assume(
    "connect.lost_des",
    "removed",
    ("removed", "kept"),
    "What a broken connection does to the Synchronized Data Extensions: they go with their data, or wait as they are."
    " An outage never removes them.",
    "domain C1: if the connection breaks, the DEs disappear with their data",
)
assume(
    "connect.suffix_after_loss",
    "another",
    ("another", "the same"),
    "Under which name a lost Synchronized Data Extension comes back: Contact_Salesforce_1, or Contact_Salesforce",
    "domain C1: they may come back with another suffix",
)

DDL = """
CREATE TABLE connection_losses (        -- one row is one time that the connection to the CRM broke
  loss_id        INTEGER PRIMARY KEY,
  org            TEXT NOT NULL,         -- the Salesforce org; '' is the first
  broken_at      INTEGER NOT NULL,      -- this and the other: UTC seconds
  cause          TEXT NOT NULL,
  removed        INTEGER NOT NULL,      -- whether the Synchronized Data Extensions went with it
  reconnected_at INTEGER                -- NULL while it is broken
);
CREATE TABLE lost_synchronizations (    -- what was synchronized when the data extensions went, to be made again
  object         TEXT PRIMARY KEY,
  definition     TEXT NOT NULL,         -- JSON, as connect.synchronize takes it
  status         TEXT NOT NULL,
  de_name        TEXT NOT NULL,         -- what it was called
  rows           INTEGER NOT NULL       -- how many rows went
) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Loss:
    """One loss of the connection to an org ('' is the first); UTC seconds, `reconnected_at` None: it is broken now."""

    org: str
    broken_at: int
    cause: str
    removed: bool
    reconnected_at: int | None


@dataclass(frozen=True)
class LostSource:
    """A Synchronized Data Extension that went with the connection."""

    object: str
    de_name: str
    rows: int


def losses(org: Org) -> list[Loss]:
    """Every loss, the latest first."""
    rows = org.rows(
        "SELECT org, broken_at, cause, removed, reconnected_at FROM connection_losses ORDER BY loss_id DESC"
    )
    return [
        Loss(row["org"], row["broken_at"], row["cause"], bool(row["removed"]), row["reconnected_at"]) for row in rows
    ]


def lost_sources(org: Org) -> list[LostSource]:
    """What went and is not there again, by object."""
    rows = org.rows("SELECT object, de_name, rows FROM lost_synchronizations ORDER BY object")
    return [LostSource(*row) for row in rows]


@command("connect.disconnect")
def disconnect(org: Org, *, cause: str = OUTAGE) -> Outcome:
    """Break the connection to the CRM: with several orgs that of the org named, or of the business unit's."""
    if cause not in CAUSES:
        fix = did_you_mean(cause, CAUSES) or f"One of: {', '.join(CAUSES)}."
        raise Refused(f"'{cause}' is no cause for a loss of the connection.", fix=fix)
    of = org_here(org)
    if not is_connected(org, of):
        raise Refused(f"The connection to {crm_of(of)} is broken already.", fix="connect.reconnect mends it.")
    refuse_unless_connected(org, of, "A loss")
    removed = cause != OUTAGE and org.assumption("connect.lost_des") == "removed"
    org.run(
        "INSERT INTO connection_losses(org, broken_at, cause, removed) VALUES (?, ?, ?, ?)",
        of, org.now, cause, int(removed),
    )  # fmt: skip
    found = [each for each in sources(org) if each.org == of]
    rows = sum(_lose(org, each) for each in found) if removed else 0
    for each in found:
        cancel(org, POLL, object=each.object)
        org.run("UPDATE sync_objects SET next_poll_at = NULL WHERE object = ?", each.object)
    write_back.suspend(org, of)
    title = f"The connection to {crm_of(of)} is broken: {CAUSES[cause]}"
    counts = {"data extensions lost": len(found), "rows lost": rows} if removed and found else {}
    return Outcome(title, counts, "sync")


def _lose(org: Org, found: Source) -> int:
    """Take away a Synchronized Data Extension; what was chosen of its object is kept."""
    chosen = org.rows("SELECT field FROM sync_fields WHERE object = ? ORDER BY ordinal", found.object)
    definition = {
        "object": found.object, "fields": [row[0] for row in chosen], "poll_minutes": found.poll_minutes,
        "records": found.records,
    }  # fmt: skip
    _forget(org, found)
    rows = data_extensions.withdraw_synchronized(org, found.de_id)
    org.run(
        "INSERT INTO lost_synchronizations VALUES (?, ?, ?, ?, ?)",
        found.object, json.dumps(definition), found.status, found.de_name, rows,
    )  # fmt: skip
    return rows


def _forget(org: Org, found: Source) -> None:
    org.run("DELETE FROM sync_polls WHERE object = ?", found.object)
    org.run("DELETE FROM sync_fields WHERE object = ?", found.object)
    org.run("DELETE FROM sync_objects WHERE object = ?", found.object)


@command("connect.reconnect")
def reconnect(org: Org) -> Outcome:
    """Mend the connection: polls go on, and lost data extensions are made again and loaded whole."""
    of = org_here(org)
    if is_connected(org, of):
        raise Refused(f"The connection to {crm_of(of)} is not broken.")
    loss = org.row("SELECT * FROM connection_losses WHERE reconnected_at IS NULL AND org = ?", of)
    assert loss is not None
    org.run("UPDATE connection_losses SET reconnected_at = ? WHERE loss_id = ?", org.now, loss["loss_id"])
    for each in sources(org):
        if each.status == "running" and each.org == of:
            poll_at(org, each.object, org.now)
    lost = [
        row
        for row in org.rows("SELECT * FROM lost_synchronizations ORDER BY object")
        if crm.org_of(row["object"]) == of
    ]
    made = [_make_again(org, row) for row in lost]
    for row in lost:
        org.run("DELETE FROM lost_synchronizations WHERE object = ?", row["object"])
    write_back.go_on(org, of)
    said = f": {', '.join(made)} made anew" if made else ""
    return Outcome(
        f"The connection to {crm_of(of)} is there again{said}", {"made anew": len(made)} if made else {}, "sync"
    )


def _make_again(org: Org, lost: sqlite3.Row) -> str:
    made = synchronize(org, json.loads(lost["definition"]), suffix=_suffix_after_loss(org, lost))
    if lost["status"] == "paused":
        cancel(org, POLL, object=made.object)
        org.run("UPDATE sync_objects SET status = 'paused', next_poll_at = NULL WHERE object = ?", made.object)
    return made.de_name


def _suffix_after_loss(org: Org, lost: sqlite3.Row) -> str:
    if org.assumption("connect.suffix_after_loss") == "the same":
        return str(lost["de_name"]).removeprefix(de_name_of(lost["object"]))
    if is_multi_org(org):
        return next_copy_suffix(org, lost["object"])
    return f"_{org.value('SELECT count(*) FROM connection_losses WHERE removed')}"
