"""What holds of journeys at every step; for the large tables, which have no foreign keys, it stands for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.invariants import invariant

if TYPE_CHECKING:
    from store.org import Org

invariant(
    "a cohort has as many members as it says",
    """SELECT c.cohort_id, c.size FROM journey_cohorts c
        WHERE c.size <> (SELECT count(*) FROM journey_members m WHERE m.cohort_id = c.cohort_id)""",
)
invariant(
    "every member belongs to a cohort",
    """SELECT cohort_id, visit FROM journey_members
        WHERE cohort_id > 0 AND cohort_id NOT IN (SELECT cohort_id FROM journey_cohorts)""",  # below: no journey's send
)
invariant(
    "whoever was in a cohort that a split divided is in exactly one of its children",
    """SELECT p.cohort_id, p.size, sum(c.size) AS in_children
        FROM journey_cohorts p JOIN journey_cohorts c ON c.parent_cohort_id = p.cohort_id
        WHERE p.state = 'split' GROUP BY p.cohort_id HAVING sum(c.size) <> p.size""",
)
invariant(
    "entered = inside + completed + exited + ejected + goal",
    """SELECT version_id, sum(size) FILTER (WHERE parent_cohort_id IS NULL) AS entered,
               sum(size) FILTER (WHERE state <> 'split') AS accounted_for
        FROM journey_cohorts GROUP BY version_id
        HAVING coalesce(entered, 0) <> coalesce(accounted_for, 0)""",
)
invariant(
    "a cohort stands where its last move brought it",
    """SELECT c.cohort_id FROM journey_cohorts c JOIN journey_moves m USING (cohort_id)
        WHERE m.seq = (SELECT max(seq) FROM journey_moves l WHERE l.cohort_id = c.cohort_id)
          AND c.state = 'inside' AND m.activity_key IS NOT c.activity_key""",
)
invariant(
    "whoever is inside is a contact",
    """SELECT m.visit FROM journey_members m LEFT JOIN contacts k ON k.contact_id = m.visit & 4294967295
        WHERE k.contact_id IS NULL AND m.visit & 4294967295 NOT IN (SELECT contact_id FROM deleted_contacts)""",
)
invariant(
    "nobody who was deleted is inside",
    """SELECT c.cohort_id, m.visit FROM journey_cohorts c JOIN journey_members m USING (cohort_id)
        WHERE c.state = 'inside' AND m.visit & 4294967295 IN (SELECT contact_id FROM deleted_contacts)""",
)


def _without_data(org: Org) -> list[str]:
    """Entrants whose journey data is missing."""
    found = []
    for row in org.rows(
        """SELECT c.cohort_id, c.size, v.event_definition_id
            FROM journey_cohorts c JOIN journey_versions v USING (version_id) WHERE c.parent_cohort_id IS NULL"""
    ):
        table = f"event_{row['event_definition_id']}"
        kept = org.value(f"SELECT count(*) FROM {table} WHERE _cohort_id = ?", row["cohort_id"])
        if kept != row["size"]:
            found.append(f"cohort {row['cohort_id']}: {row['size']} entered, {kept} rows in {table}")
    return found


invariant("every entrant has its journey data", _without_data)
invariant(
    "a version is paused exactly while a pause of it lasts",
    """SELECT v.version_id, v.status, count(p.pause_id) AS pauses
        FROM journey_versions v LEFT JOIN journey_pauses p ON p.version_id = v.version_id AND p.ended_at IS NULL
        GROUP BY v.version_id HAVING count(p.pause_id) <> (v.status = 'Paused')""",
)
invariant(
    "a journey has one version that lets contacts in",
    """SELECT v.journey_id, count(*) FROM journey_versions v
        WHERE v.status = 'Running' OR EXISTS (
              SELECT 1 FROM journey_pauses p
              WHERE p.version_id = v.version_id AND p.ended_at IS NULL AND p.resumes_as = 'Running')
        GROUP BY v.journey_id HAVING count(*) > 1""",
)
invariant(
    "nobody is inside a draft or a stopped version",
    """SELECT c.cohort_id, v.status FROM journey_cohorts c JOIN journey_versions v USING (version_id)
        WHERE c.state = 'inside' AND v.status IN ('Draft', 'Stopped')""",
)
invariant(
    "only versions that let contacts in listen to the CRM",
    """SELECT l.version_id, v.status FROM journey_listeners l JOIN journey_versions v USING (version_id)
        WHERE v.status NOT IN ('Running', 'Paused')""",
)
invariant(
    "whoever was taken out has exited",
    """SELECT x.visit FROM journey_exits x WHERE NOT EXISTS (
              SELECT 1 FROM journey_cohorts c JOIN journey_members m ON m.cohort_id = c.cohort_id AND m.visit = x.visit
              WHERE c.version_id = x.version_id AND c.state = 'exited')""",
)
invariant(
    "whoever waits at an entry waits for a version that lets contacts in, and an hour is set for them",
    """SELECT q.version_id, v.status, count(*) AS waiting
         FROM journey_queue q JOIN journey_versions v USING (version_id)
        WHERE v.status NOT IN ('Running', 'Paused') OR (v.status = 'Running' AND NOT EXISTS (
              SELECT 1 FROM agenda a WHERE a.kind = 'journey.queue' AND a.args ->> '$.version_id' = q.version_id))
        GROUP BY q.version_id""",
)
invariant(
    "runs of first entries do not overlap",
    """SELECT b.journey_id, b.first_contact FROM journey_first_entries a JOIN journey_first_entries b
        ON b.journey_id = a.journey_id AND b.first_contact > a.first_contact AND b.first_contact <= a.last_contact""",
)
