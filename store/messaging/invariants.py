"""What holds of sends at every step. The large tables have no foreign keys; this stands for them."""

from __future__ import annotations

from store.invariants import invariant

invariant(
    "mailed and excluded are together the cohort",
    """SELECT batch_id, size, excluded FROM send_batches b
        WHERE size + excluded <> (SELECT count(*) FROM journey_members m WHERE m.cohort_id = b.cohort_id)
           OR excluded <> (SELECT count(*) FROM send_exclusions x WHERE x.batch_id = b.batch_id)""",
)
invariant(
    "only who stood in the cohort is excluded",
    """SELECT x.batch_id, x.visit FROM send_exclusions x LEFT JOIN send_batches b USING (batch_id)
        WHERE NOT EXISTS (SELECT 1 FROM journey_members m WHERE m.cohort_id = b.cohort_id AND m.visit = x.visit)""",
)
invariant(
    "only who was mailed responds",
    """SELECT r.batch_id, r.visit FROM responses r LEFT JOIN send_batches b USING (batch_id)
        WHERE NOT EXISTS (SELECT 1 FROM journey_members m WHERE m.cohort_id = b.cohort_id AND m.visit = r.visit)
           OR EXISTS (SELECT 1 FROM send_exclusions x WHERE x.batch_id = r.batch_id AND x.visit = r.visit)""",
)
invariant(
    "nobody responds before the send",
    """SELECT e.batch_id, e.visit FROM tracking_events e JOIN send_batches b USING (batch_id)
        WHERE e.event_at < b.sent_at""",
)
invariant(
    "nobody clicks without an open",
    """SELECT batch_id, visit FROM responses r WHERE clicked_at IS NOT NULL AND NOT EXISTS
         (SELECT 1 FROM responses o WHERE o.batch_id = r.batch_id AND o.visit = r.visit AND o.opened_at IS NOT NULL)""",
)
invariant(
    "nobody does once more what was never done",
    """SELECT batch_id, visit, nr FROM responses r WHERE reopened_at <= opened_at OR reclicked_at <= clicked_at
           OR iif(opened_at IS NULL, reopened_at, NULL) IS NOT NULL
           OR iif(clicked_at IS NULL, reclicked_at, NULL) IS NOT NULL
           OR (nr > 0 AND NOT EXISTS
               (SELECT 1 FROM responses o WHERE o.batch_id = r.batch_id AND o.visit = r.visit AND o.nr = r.nr - 1))""",
)
invariant(
    "whoever was mailed is a subscriber",
    """SELECT b.batch_id, m.visit FROM send_batches b JOIN journey_members m ON m.cohort_id = b.cohort_id
        LEFT JOIN all_subscribers s ON s.contact_id = m.visit & 4294967295
        WHERE s.contact_id IS NULL
          AND m.visit & 4294967295 NOT IN (SELECT contact_id FROM deleted_contacts)
          AND m.visit & 4294967295 NOT IN (SELECT contact_id FROM deleted_subscribers)
          AND NOT EXISTS (SELECT 1 FROM send_exclusions x WHERE x.batch_id = b.batch_id AND x.visit = m.visit)""",
)
invariant(
    "nobody is mailed while suppressed",
    """SELECT b.batch_id, m.visit FROM contact_deletions d
        JOIN contact_deletion_members g USING (operation_id)
        JOIN send_batches b ON b.sent_at > d.suppressed_at
        JOIN journey_members m ON m.cohort_id = b.cohort_id AND m.visit & 4294967295 = g.contact_id
        WHERE d.status = 'Suppressed'
          AND NOT EXISTS (SELECT 1 FROM send_exclusions x WHERE x.batch_id = b.batch_id AND x.visit = m.visit)""",
)
invariant(
    "what whose mail came back will open or click is noted",
    """SELECT e.batch_id, e.visit, e.event_at
         FROM tracking_events e JOIN send_batches b USING (batch_id)
              JOIN subscriber_statuses t ON t.contact_id = e.visit & 4294967295
        WHERE e.kind IN ('open', 'click') AND e.event_at > b.applied_until AND t.status IN ('bounced', 'held')
          AND NOT EXISTS (SELECT 1 FROM comebacks c WHERE c.batch_id = e.batch_id AND c.event_at = e.event_at
                                                     AND c.contact_id = t.contact_id)""",
)
