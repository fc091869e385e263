"""What became of each message, as SQL for rooms that asked for it: one row is one contact in one batch."""

from __future__ import annotations

from store.messaging.views import CONTACT_OF_VISIT


def sql_outcomes(of_jobs: str = "1") -> str:
    """A SELECT of definition_key, cohort_id, sent_at, visit, contact_id and code (0: mailed) of the jobs j."""
    return f"""
        SELECT j.definition_key, b.cohort_id, b.sent_at, m.visit, m.visit & {CONTACT_OF_VISIT} AS contact_id,
               coalesce(x.code, 0) AS code
          FROM jobs j JOIN send_batches b USING (job_id) CROSS JOIN journey_members m ON m.cohort_id = b.cohort_id
               LEFT JOIN send_exclusions x ON x.batch_id = b.batch_id AND x.visit = m.visit
         WHERE {of_jobs}"""
