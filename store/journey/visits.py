"""One contact's way through journeys: visits, the path of each, why it went where it did, what it was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import business_units, messaging
from store.contacts import contact_id_of
from store.journey.activities.base import Decision
from store.journey.criteria import explain, parse
from store.journey.gates import EXIT, GOAL
from store.journey.reads import values_read
from store.journey.version import Version, by_id, journey_id_of

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org


@dataclass(frozen=True)
class Visit:
    """One run of a contact through a journey. `activity_key` is where it stands, None when it ended. Times are UTC."""

    visit: int
    entry_no: int
    journey_key: str
    version: int
    version_id: int
    root_cohort_id: int
    entered_at: int
    state: str
    activity_key: str | None
    due_at: int | None


@dataclass(frozen=True)
class Hop:
    """One stand at one activity. `left_at` is None while it stands there; `outcome` is what a split decided."""

    activity_key: str
    name: str
    arrived_at: int
    left_at: int | None
    outcome: str | None


@dataclass(frozen=True)
class Why:
    """One decision of a visit: where, when, what came out, by what rule, from which values."""

    activity_key: str
    name: str
    at: int
    outcome: str
    label: str
    next: str | None
    forced: bool
    decision: Decision


def visits(org: Org, contact_key: str, journey_key: str | None = None) -> list[Visit]:
    """The visits of a contact, in order of entry. Raises Refused when there is no such contact."""
    contact_id = contact_id_of(org, contact_key)
    journey_id = journey_id_of(org, journey_key) if journey_key else None
    entries = org.rows(
        """SELECT j.journey_id, j.key, e.entries FROM journey_entries e JOIN journeys j USING (journey_id)
           WHERE e.contact_id = :contact AND (:journey IS NULL OR j.journey_id = :journey) ORDER BY j.journey_id""",
        {"contact": contact_id, "journey": journey_id},
    )
    found = []
    for row in entries:
        for entry_no in range(row["entries"]):
            chain = _chain(org, row["journey_id"], entry_no << 32 | contact_id)
            if chain:
                found.append(_visit(entry_no << 32 | contact_id, row["key"], chain))
    return sorted(found, key=lambda one: (one.entered_at, one.visit))


def _chain(org: Org, journey_id: int, visit: int) -> list[sqlite3.Row]:
    """The cohorts that a visit was in, the entry first."""
    return org.rows(
        """SELECT c.*, v.number, (SELECT min(at) FROM journey_moves o WHERE o.cohort_id = c.cohort_id) AS began_at
           FROM journey_versions v CROSS JOIN journey_cohorts c ON c.version_id = v.version_id
                CROSS JOIN journey_members m ON m.cohort_id = c.cohort_id AND m.visit = :visit
           WHERE v.journey_id = :journey ORDER BY c.cohort_id""",
        {"journey": journey_id, "visit": visit},
    )


def _visit(visit: int, key: str, chain: list[sqlite3.Row]) -> Visit:
    first, last = chain[0], chain[-1]
    return Visit(
        visit, visit >> 32, key, first["number"], first["version_id"], first["cohort_id"], first["began_at"],
        last["state"], last["activity_key"], last["due_at"],
    )  # fmt: skip


def path(org: Org, visit: Visit) -> list[Hop]:
    """Where a visit stood, in order; the end of the journey is no hop."""
    version = by_id(org, visit.version_id)
    return [hop for hop, _ in _hops(org, version, visit)]


def _hops(org: Org, version: Version, visit: Visit) -> list[tuple[Hop, int]]:
    """The hops with the cohort that left each."""
    moves, outcomes = [], {}
    for cohort in _chain(org, version.journey_id, visit.visit):
        outcomes[cohort["split_key"]] = cohort["outcome"]
        for move in org.rows("SELECT * FROM journey_moves WHERE cohort_id = ? ORDER BY seq", cohort["cohort_id"]):
            moves.append((move, cohort))
    found = []
    for (move, cohort), after in zip(moves, [*moves[1:], None], strict=True):
        key = move["activity_key"]
        if key is None:
            continue
        hop = Hop(
            key, version.spec.activities[key].name, move["at"],
            after[0]["at"] if after else None, outcomes.get(key) if after else None,
        )  # fmt: skip
        found.append((hop, cohort["cohort_id"]))
    return found


def why(org: Org, contact_key: str, journey_key: str) -> list[Why]:
    """Each decision of the contact's last visit of a journey, in order, with the values that made it."""
    found = visits(org, contact_key, journey_key)
    return decisions(org, found[-1]) if found else []


def decisions(org: Org, visit: Visit) -> list[Why]:
    """Each decision of a visit, in order."""
    version = by_id(org, visit.version_id)
    with business_units.acting(org, version.mid):
        return _decisions(org, version, visit)


def _decisions(org: Org, version: Version, visit: Visit) -> list[Why]:
    explained = []
    for hop, _ in _hops(org, version, visit):
        if hop.outcome is None or hop.left_at is None:
            continue
        activity = version.activities[hop.activity_key]
        decision = activity.decision(org, version, visit.visit, visit.root_cohort_id, hop.left_at, hop.outcome)
        forced = org.value(
            "SELECT 1 FROM journey_forced WHERE version_id = ? AND activity_key = ? AND used_visit = ?",
            version.version_id, hop.activity_key, visit.visit,
        )  # fmt: skip
        branch = next((one for one in activity.outcomes if one.key == hop.outcome), None)
        explained.append(
            Why(
                hop.activity_key, hop.name, hop.left_at, hop.outcome, branch.label if branch else "",
                branch.next if branch else None, forced is not None, decision or Decision(activity.explain()),
            )
        )  # fmt: skip
    explained += _gates_met(org, version, visit)
    return sorted(explained, key=lambda one: one.at)


def _gates_met(org: Org, version: Version, visit: Visit) -> list[Why]:
    """The goal and the exit criteria, where the visit met them."""
    met = org.rows(
        "SELECT gate, at, activity_key FROM journey_goals WHERE version_id = ? AND visit = ? ORDER BY gate DESC",
        version.version_id, visit.visit,
    )  # fmt: skip
    found = []
    for row in met:
        gate = version.spec.goal if row["gate"] == GOAL else version.spec.exit
        if gate is None:
            continue
        criteria = parse(gate.criteria)
        left = row["gate"] == EXIT or gate.exits
        said = "Goal" if row["gate"] == GOAL else "Exit criteria"
        decision = Decision(explain(criteria), values_read(org, version, visit.visit, visit.root_cohort_id, [criteria]))
        found.append(
            Why(
                row["activity_key"], f"{said} {gate.name}".rstrip(), row["at"], row["gate"],
                "met: leaves the journey" if left else "met: counted", None, False, decision,
            )
        )  # fmt: skip
    return found


def snapshot(org: Org, visit: Visit) -> Mapping[str, object]:
    """The journey data that a visit entered with: field name -> value."""
    return _snapshot_of(org, by_id(org, visit.version_id), visit.root_cohort_id, visit.visit)


def _snapshot_of(org: Org, version: Version, root_id: int, visit: int) -> dict[str, object]:
    row = org.row(f"SELECT * FROM {version.event_table} WHERE _cohort_id = ? AND _visit = ?", root_id, visit)
    return {name: row[name] for name in row.keys() if not name.startswith("_")} if row else {}  # noqa: SIM118


def sends_visits(org: Org, contact_key: str) -> list[int]:
    """The numbers of all visits in which sends can have met a contact, outside of journeys too."""
    contact_id = contact_id_of(org, contact_key)
    most = org.value("SELECT max(entries) FROM journey_entries WHERE contact_id = ?", contact_id) or 0
    most = max(most, messaging.most_sends(org, contact_id))
    return [entry_no << 32 | contact_id for entry_no in range(most)]


def messages(org: Org, contact_key: str) -> list[messaging.Received]:
    """What was sent, or not sent, to a contact, subjects filled in from the journey data or from the request's own."""

    def row_of(cohort_id: int, visit: int) -> Mapping[str, object]:
        cohort = org.row("SELECT version_id, root_cohort_id FROM journey_cohorts WHERE cohort_id = ?", cohort_id)
        if cohort is None:  # no journey's: MC Connect or an API asked for it
            return messaging.api_sends.attributes_of(org, cohort_id, visit)
        return _snapshot_of(org, by_id(org, cohort["version_id"]), cohort["root_cohort_id"], visit)

    return messaging.received(org, sends_visits(org, contact_key), row_of)
