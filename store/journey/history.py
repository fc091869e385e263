"""Journey History and the health counts, as the canvas shows them. Source: domain E6 and E8 (`stats`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.contacts import contact_id_of
from store.journey.readings import Balance, balance
from store.journey.tables import sql_contact
from store.journey.version import Version, by_id, current, journey_id_of

if TYPE_CHECKING:
    from store.org import Org

# Statuses of history rows. Rejected is the product's; the others are named after what happened. Source: domain E6.
ENTERED, ARRIVED, REJECTED = "Entered", "Arrived", "Rejected"
_ENDED = {"completed": "Complete", "exited": "Exited", "ejected": "Ejected", "goal": "Met Goal"}


@dataclass(frozen=True)
class HistoryRow:
    """One thing that happened to one contact. `at` is UTC seconds; without an activity it ended or was rejected."""

    at: int
    contact_key: str
    version: int
    activity_key: str
    activity_name: str
    activity_type: str
    status: str
    message: str


@dataclass(frozen=True)
class Health:
    """The counts of a version as its JSON has them in `stats`; `goal_performance` is in percent of all entries."""

    current_population: int
    cumulative_population: int
    met_goal: int
    met_exit_criteria: int
    goal_performance: float
    completed: int
    ejected: int
    rejected: int


def health(org: Org, key: str, version: int | None = None) -> Health:
    """The health counts of a version. Those whom a person took out have exited, but met no exit criteria."""
    chosen = current(org, key, version)
    held: Balance = balance(org, chosen)
    by_person = org.value("SELECT count(*) FROM journey_exits WHERE version_id = ?", chosen.version_id)
    share = round(100 * held.goal / held.entered, 2) if held.entered else 0.0
    return Health(
        held.inside, held.entered, held.goal, held.exited - int(by_person), share, held.completed, held.ejected,
        held.rejected,
    )  # fmt: skip


def history(org: Org, key: str, *, contact_key: str | None = None, limit: int = 100) -> list[HistoryRow]:
    """What happened to contacts in a journey, or to one of them, newest first, at most `limit` rows.

    A move of a cohort is read together with its members, newest move first, so that the cost is that of the rows shown.
    """
    journey_id = journey_id_of(org, key)
    contact_id = contact_id_of(org, contact_key) if contact_key else None
    found = _moved(org, journey_id, contact_id, limit) + _turned_away(org, journey_id, contact_key, limit)
    return sorted(found, key=lambda row: row.at, reverse=True)[:limit]


def _moved(org: Org, journey_id: int, contact_id: int | None, limit: int) -> list[HistoryRow]:
    theirs = f"(:contact IS NULL OR {sql_contact('n.visit')} = :contact)"
    moves = org.rows(
        f"""SELECT m.cohort_id, m.seq, m.activity_key, m.at, c.version_id, c.state, c.parent_cohort_id
            FROM journey_versions v CROSS JOIN journey_cohorts c ON c.version_id = v.version_id
                 CROSS JOIN journey_moves m ON m.cohort_id = c.cohort_id
            WHERE v.journey_id = :journey AND (:contact IS NULL OR EXISTS (
                  SELECT 1 FROM journey_members n WHERE n.cohort_id = c.cohort_id AND {theirs}))
            ORDER BY m.at DESC, m.step DESC, m.cohort_id DESC, m.seq DESC LIMIT :limit""",
        {"journey": journey_id, "contact": contact_id, "limit": limit},
    )
    found: list[HistoryRow] = []
    known: dict[int, Version] = {}
    for move in moves:
        if len(found) >= limit:
            break
        version = known.setdefault(move["version_id"], by_id(org, move["version_id"]))
        status = ENTERED if move["seq"] == 1 and move["parent_cohort_id"] is None else ARRIVED
        if move["activity_key"] is None:
            status = _ENDED[move["state"]]
        spec = version.spec.activities.get(move["activity_key"] or "")
        members = org.rows(
            f"""SELECT k.contact_key, x.why
                FROM journey_members n JOIN contacts k ON k.contact_id = {sql_contact("n.visit")}
                     LEFT JOIN journey_exits x ON x.version_id = :version AND x.visit = n.visit
                WHERE n.cohort_id = :cohort AND {theirs} ORDER BY n.visit LIMIT :limit""",
            {
                "cohort": move["cohort_id"], "version": move["version_id"], "contact": contact_id,
                "limit": limit - len(found),
            },
        )  # fmt: skip
        for member in members:
            why = member["why"] if member["why"] and move["activity_key"] is None else ""
            found.append(
                HistoryRow(
                    move["at"], member["contact_key"], version.number, spec.key if spec else "",
                    spec.name if spec else "", spec.type if spec else "", status, why,
                )
            )  # fmt: skip
    return found


def _turned_away(org: Org, journey_id: int, contact_key: str | None, limit: int) -> list[HistoryRow]:
    rows = org.rows(
        """SELECT r.at, r.contact_key, v.number, r.why
           FROM journey_rejections r JOIN journey_versions v USING (version_id)
           WHERE v.journey_id = :journey AND (:contact IS NULL OR r.contact_key = :contact COLLATE NOCASE)
           ORDER BY r.at DESC, r.row_key DESC LIMIT :limit""",
        {"journey": journey_id, "contact": contact_key, "limit": limit},
    )
    return [
        HistoryRow(row["at"], row["contact_key"] or "", row["number"], "", "", "", REJECTED, row["why"]) for row in rows
    ]
