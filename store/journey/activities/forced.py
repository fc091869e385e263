"""A person's choice for the next decision of a contact at a split, taken before the split's own rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.journey.activities.base import Activity
from store.journey.cohorts import Part
from store.journey.tables import sql_contact

if TYPE_CHECKING:
    from store.journey.cohorts import Cohort, Run


def forced_parts(run: Run, cohort: Cohort, split: Activity) -> list[Part]:
    """The parts of the cohort whose outcome was chosen by hand; each choice holds once."""
    where = {"version": run.version.version_id, "split": split.key, "cohort": cohort.cohort_id}
    pending = """FROM journey_forced WHERE version_id = :version AND activity_key = :split AND used_visit IS NULL"""
    if run.org.value(f"SELECT 1 {pending} LIMIT 1", where) is None:
        return []
    run.org.run(
        f"""UPDATE journey_forced SET used_visit = m.visit
            FROM (SELECT visit, {sql_contact("visit")} AS contact_id FROM journey_members
                  WHERE cohort_id = :cohort LIMIT -1) AS m
            WHERE journey_forced.contact_id = m.contact_id AND version_id = :version AND activity_key = :split
              AND used_visit IS NULL""",
        where,
    )
    chosen = """SELECT used_visit AS visit FROM journey_forced
                WHERE version_id = :version AND activity_key = :split AND outcome = :outcome
                INTERSECT SELECT visit FROM journey_members WHERE cohort_id = :parent"""
    parts = []
    for branch in split.outcomes:
        params = {"version": run.version.version_id, "split": split.key, "outcome": branch.key}
        parts.append(Part(branch.key, branch.next, chosen, params))
    return parts
