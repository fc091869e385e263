"""What holds of exclusions at every step."""

from __future__ import annotations

from store.invariants import invariant

invariant(
    "whoever a list left out was excluded, and the list has a name",
    """SELECT c.batch_id, c.visit FROM send_exclusion_causes c
        WHERE NOT EXISTS (SELECT 1 FROM send_exclusions x WHERE x.batch_id = c.batch_id AND x.visit = c.visit)
           OR c.cause_id NOT IN (SELECT cause_id FROM exclusion_causes)""",
)
invariant(
    "what a send names is there",
    """SELECT job_id, role, ref FROM job_exclusions
        WHERE role IN ('suppression list', 'exclusion list') AND ref NOT IN (SELECT list_id FROM lists)""",
)
invariant(
    "a send has a list, and it is no suppression list",
    """SELECT job_id, list_id FROM jobs j
        WHERE NOT EXISTS (SELECT 1 FROM lists l WHERE l.list_id = j.list_id AND l.kind <> 'Suppression List')""",
)
