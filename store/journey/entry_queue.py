"""How many contacts a journey lets in per hour, and where the others wait: at its entry, in the order they came.

Whoever the entry source offers above the rate stands in `journey_queue`; at each full hour those who came first enter,
as many as the rate allows. They are looked at when they enter: filter, re-entry mode and journey data are of that hour.
The product's own figures were found on no page (domain I.9): without a rate nobody waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import business_units, contacts
from store.agenda import Entry, is_scheduled, schedule
from store.assumptions import assume
from store.clock import HOUR
from store.commands import Outcome, handler
from store.errors import Refused
from store.journey.admission import Admission, read_until
from store.journey.candidates import Candidates
from store.journey.gates import watch
from store.journey.pauses import pause_of
from store.journey.version import Version, by_id

if TYPE_CHECKING:
    from store.org import Org

DDL = """
CREATE TABLE journey_queue (            -- one row is a row or an event of the entry source that waits for its hour
  queue_no   INTEGER PRIMARY KEY,       -- in the order of arrival
  version_id INTEGER NOT NULL REFERENCES journey_versions(version_id),
  row_key    INTEGER NOT NULL,          -- _CustomObjectKey of the row, or event_no
  queued_at  INTEGER NOT NULL,          -- UTC seconds
  UNIQUE (version_id, row_key)
);
"""
ROW_GONE = "Rejected: its row is not in the entry source any more"
KIND = "journey.queue"

assume(
    "journey_entries_per_hour",
    0,
    (),
    "How many contacts a journey that sets no rate itself lets in per hour at most; 0 is no limit. Practitioners name"
    " 500,000 an hour for all journeys of an account, 2,000,000 at best",
    "domain I.9: no figure of Salesforce's found; salesforce.blog, Optimizing Sending through Journey Builder",
)


def rate_of(org: Org, version: Version) -> int:
    """Contacts per hour that a version lets in; 0 for all."""
    return version.spec.entries_per_hour or int(org.assumption("journey_entries_per_hour"))


# ---- waiting and entering


def queue_up(org: Org, version: Version, found: Candidates) -> int:
    """Let all candidates wait at the entry; who waits already is not doubled. Returns how many came."""
    count = org.run(
        f"""INSERT OR IGNORE INTO journey_queue(version_id, row_key, queued_at)
            SELECT :queue_version, e._CustomObjectKey, :queue_now FROM {found.table} e
             WHERE e._CustomObjectKey > :since AND (:until IS NULL OR e._CustomObjectKey <= :until) AND {found.where}
             ORDER BY e._CustomObjectKey""",
        {
            **found.params,
            "queue_version": version.version_id, "queue_now": org.now, "since": found.since, "until": found.until,
        },
    )  # fmt: skip
    read_until(org, version, found)
    return count


def let_in(org: Org, version: Version, rate: int) -> tuple[int, int, int]:
    """Let in who waits, up to the rate of this hour; (entered, rejected, new contacts). The next hour is on the agenda.

    Each round takes as many as there is room for; those of them who may not enter make room for a further round.
    """
    entered = established = 0
    rejected = _reject_lost(org, version)
    room = rate - _entered_this_hour(org, version)
    while room > 0 and queued(org, version):
        run = Admission(org, version, _waiting(org, version, room))
        came = run.admit()
        entered, rejected = entered + came, rejected + run.rejected
        established, room = established + run.established, room - came
        org.run("DELETE FROM journey_queue WHERE version_id = :queue_version AND queue_no <= :queue_until", run.params)
    if queued(org, version):
        _look_again(org, version)
    return entered, rejected, established


def queued(org: Org, version: Version) -> int:
    """How many wait at the entry of a version for an hour with room for them."""
    return int(org.value("SELECT count(*) FROM journey_queue WHERE version_id = ?", version.version_id))


def waiting(org: Org, version: Version) -> int:
    """How many wait at the entry, whether for an hour with room or for the end of a pause that lets them wait."""
    pause = pause_of(org, version) if version.status == "Paused" else None
    if pause is None or not pause.queue_entries:
        return queued(org, version)
    try:
        with business_units.acting(org, version.mid):
            found = version.source.candidates(org)
    except Refused:  # its data extension is gone
        return queued(org, version)
    came = f"SELECT count(*) FROM {found.table} e WHERE e._CustomObjectKey > :since AND {found.where}"
    return queued(org, version) + int(org.value(came, {**found.params, "since": found.since}))


def _candidates(org: Org, version: Version) -> Candidates:
    """All who wait, as the entry source's own rows."""
    found = version.source.candidates(org)
    table = f"""(SELECT t.*, q.queue_no AS _queue_no
                 FROM journey_queue q CROSS JOIN {found.table} t ON t._CustomObjectKey = q.row_key
                 WHERE q.version_id = {version.version_id})"""
    return Candidates(table, found.key, since=-1, params=found.params)


def _waiting(org: Org, version: Version, room: int) -> Candidates:
    """Those who wait, from the first to the one with whom the room is full if all who may enter do."""
    everyone = _candidates(org, version)
    run = Admission(org, version, everyone)
    may = run.wanted if not run.filter_needs_contact else f"(k.contact_id IS NULL OR {run.wanted})"
    unknown = "1" if version.source.establishes else "k.contact_id IS NOT NULL"
    until = org.value(
        f"""SELECT e._queue_no FROM {everyone.table} e LEFT JOIN contacts k ON k.contact_key = {everyone.key}
             WHERE {may} AND {unknown} AND NOT (k.contact_id IS NOT NULL AND {run.returning})
               AND length({everyone.key}) BETWEEN 1 AND {contacts.MAX_KEY_LENGTH}
             ORDER BY e._queue_no LIMIT 1 OFFSET :queue_room""",
        {**run.params, "queue_room": room - 1},
    )
    if until is None:
        until = org.value("SELECT max(queue_no) FROM journey_queue WHERE version_id = ?", version.version_id)
    params = {**everyone.params, "queue_until": until, "queue_version": version.version_id}
    return Candidates(everyone.table, everyone.key, since=-1, where="e._queue_no <= :queue_until", params=params)


def _entered_this_hour(org: Org, version: Version) -> int:
    """Who entered any version of the journey since the last full hour."""
    found = org.value(
        """SELECT sum(m.size) FROM journey_versions v JOIN journey_cohorts c USING (version_id)
                  JOIN journey_moves m ON m.cohort_id = c.cohort_id AND m.seq = 1
            WHERE v.journey_id = ? AND c.parent_cohort_id IS NULL AND m.at >= ?""",
        version.journey_id, org.now // HOUR * HOUR,
    )  # fmt: skip
    return int(found or 0)


def _reject_lost(org: Org, version: Version) -> int:
    """Take those out of the queue whose row is gone, with that as the reason."""
    table = version.source.candidates(org).table if queued(org, version) else ""
    gone = f"NOT EXISTS (SELECT 1 FROM {table} e WHERE e._CustomObjectKey = row_key)"
    return _reject(org, version, gone, ROW_GONE) if table else 0


def _reject(org: Org, version: Version, where: str, why: str) -> int:
    """Take those out of the queue of whom `where` holds (over the queue), and keep them with the reason."""
    named = {"queue_version": version.version_id, "now": org.now, "why": why}
    mine = f"version_id = :queue_version AND {where}"
    count = org.run(
        f"""INSERT INTO journey_rejections
            SELECT version_id, :now, row_key, {_sql_key(org, version)}, :why
              FROM journey_queue WHERE {mine} ORDER BY row_key""",
        named,
    )
    if count:
        org.run(f"DELETE FROM journey_queue WHERE {mine}", named)
    return count


def _sql_key(org: Org, version: Version) -> str:
    """SQL of the Contact Key of a row of the queue; NULL when its data extension is gone."""
    try:
        with business_units.acting(org, version.mid):
            found = version.source.candidates(org)
    except Refused:
        return "NULL"
    return f"(SELECT {found.key} FROM {found.table} e WHERE e._CustomObjectKey = row_key)"


def _look_again(org: Org, version: Version) -> None:
    """Put the next full hour on the agenda."""
    due_at, args = (org.now // HOUR + 1) * HOUR, {"version_id": version.version_id}
    if not is_scheduled(org, due_at, KIND, args):
        schedule(org, due_at, KIND, args, f"{version.name}: the next who wait enter")


@handler(KIND)
def next_hour(org: Org, entry: Entry) -> Outcome:
    """A new hour has room: args = {"version_id"}. A paused version looks again when it is resumed."""
    version = by_id(org, entry.args["version_id"])
    if version.status != "Running":
        return Outcome(f"{version.name} is {version.status.lower()}", quiet=True)
    with business_units.acting(org, version.mid):
        entered, rejected, established = let_in(org, version, rate_of(org, version) or queued(org, version))
        watch(org, version)
    return outcome_of(org, version, entered, rejected, established)


def outcome_of(org: Org, version: Version, entered: int, rejected: int, established: int, said: str = "") -> Outcome:
    """What one run of an entry came to."""
    waiting = queued(org, version)
    title = f"{version.name}: {entered} entered" + (f", {rejected} rejected" if rejected else "")
    title += (f", {waiting} wait for the next hour" if waiting else "") + said
    counts = {"entered": entered, "rejected": rejected, "new contacts": established, "queued": waiting}
    changes = {what: count for what, count in counts.items() if count}
    return Outcome(title, changes, f"journey/{version.key}", quiet=not changes)


# ---- pauses, versions, the end


def resume(org: Org, version: Version) -> None:
    """After a pause: who waits enters now, as far as the hour has room."""
    args = {"version_id": version.version_id}
    if queued(org, version) and not is_scheduled(org, org.now, KIND, args):
        schedule(org, org.now, KIND, args, f"{version.name}: who waits enters")


def hand_over(org: Org, old: Version, new: Version) -> None:
    """Who waits at the entry of a version waits at that of the next one, if both have the same entry event."""
    if old.event_definition_id == new.event_definition_id and queued(org, old):
        org.run("UPDATE journey_queue SET version_id = ? WHERE version_id = ?", new.version_id, old.version_id)
        _look_again(org, new)


def turn_away_queued(org: Org, version: Version, why: str) -> int:
    """Reject whoever waits at the entry; returns how many."""
    return _reject(org, version, "1", why) if queued(org, version) else 0
