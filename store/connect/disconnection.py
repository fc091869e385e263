"""The connection itself: what happens to everything that goes through MC Connect while it is broken, and afterwards.

Nothing is polled, no event and no message request of the CRM arrives, nothing is written back. What becomes of the
Synchronized Data Extensions depends on the cause and on a switch; the contacts stay and are billed. Source: domain C1.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import data_extensions
from store.agenda import cancel
from store.assumptions import assume
from store.commands import Outcome, command
from store.connect import write_back
from store.connect.sources import POLL, poll_at, sources, synchronize
from store.connect.state import is_connected
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
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
    """One loss of the connection; times are UTC seconds, `reconnected_at` None: it is broken now."""

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
    rows = org.rows("SELECT broken_at, cause, removed, reconnected_at FROM connection_losses ORDER BY loss_id DESC")
    return [Loss(row["broken_at"], row["cause"], bool(row["removed"]), row["reconnected_at"]) for row in rows]


def lost_sources(org: Org) -> list[LostSource]:
    """What went and is not there again, by object."""
    rows = org.rows("SELECT object, de_name, rows FROM lost_synchronizations ORDER BY object")
    return [LostSource(*row) for row in rows]


@command("connect.disconnect")
def disconnect(org: Org, *, cause: str = OUTAGE) -> Outcome:
    """Break the connection to the CRM."""
    if cause not in CAUSES:
        fix = did_you_mean(cause, CAUSES) or f"One of: {', '.join(CAUSES)}."
        raise Refused(f"'{cause}' is no cause for a loss of the connection.", fix=fix)
    if not is_connected(org):
        raise Refused("The connection to the CRM is broken already.", fix="connect.reconnect mends it.")
    removed = cause != OUTAGE and org.assumption("connect.lost_des") == "removed"
    org.run(
        "INSERT INTO connection_losses(broken_at, cause, removed) VALUES (?, ?, ?)", org.now, cause, int(removed)
    )  # fmt: skip
    found = sources(org)
    rows = sum(_lose(org, each) for each in found) if removed else 0
    for each in found:
        cancel(org, POLL, object=each.object)
    org.run("UPDATE sync_objects SET next_poll_at = NULL")
    write_back.suspend(org)
    title = f"The connection to the CRM is broken: {CAUSES[cause]}"
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
    if is_connected(org):
        raise Refused("The connection to the CRM is not broken.")
    loss = org.row("SELECT * FROM connection_losses WHERE reconnected_at IS NULL")
    assert loss is not None
    org.run("UPDATE connection_losses SET reconnected_at = ? WHERE loss_id = ?", org.now, loss["loss_id"])
    for each in sources(org):
        if each.status == "running":
            poll_at(org, each.object, org.now)
    lost = org.rows("SELECT * FROM lost_synchronizations ORDER BY object")
    made = [_make_again(org, row["definition"], row["status"]) for row in lost]
    org.run("DELETE FROM lost_synchronizations")
    write_back.go_on(org)
    said = f": {', '.join(made)} made anew" if made else ""
    return Outcome(f"The connection to the CRM is there again{said}", {"made anew": len(made)} if made else {}, "sync")


def _make_again(org: Org, definition: str, status: str) -> str:
    times = int(org.value("SELECT count(*) FROM connection_losses WHERE removed"))
    suffix = f"_{times}" if org.assumption("connect.suffix_after_loss") == "another" else ""
    made = synchronize(org, json.loads(definition), suffix=suffix)
    if status == "paused":
        cancel(org, POLL, object=made.object)
        org.run("UPDATE sync_objects SET status = 'paused', next_poll_at = NULL WHERE object = ?", made.object)
    return made.de_name
