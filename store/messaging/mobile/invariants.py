"""What holds of mobile messages at every step."""

from __future__ import annotations

from store.invariants import invariant

invariant(
    "mobile messages: sent and excluded are together the cohort",
    """SELECT batch_id, size, excluded FROM mobile_batches b
        WHERE size + excluded <> (SELECT count(*) FROM journey_members m WHERE m.cohort_id = b.cohort_id)
           OR excluded <> (SELECT count(*) FROM mobile_exclusions x WHERE x.batch_id = b.batch_id)""",
)
invariant(
    "mobile messages: only who was sent one responds",
    """SELECT e.batch_id, e.visit, e.kind FROM mobile_events e LEFT JOIN mobile_batches b USING (batch_id)
        WHERE NOT EXISTS (SELECT 1 FROM journey_members m WHERE m.cohort_id = b.cohort_id AND m.visit = e.visit)
           OR EXISTS (SELECT 1 FROM mobile_exclusions x WHERE x.batch_id = e.batch_id AND x.visit = e.visit)
           OR e.event_at < b.sent_at""",
)
invariant(
    "mobile messages: whoever was sent one of a number's channels has a number",
    """SELECT b.batch_id, m.visit FROM mobile_batches b JOIN mobile_messages g USING (message_id)
        JOIN journey_members m ON m.cohort_id = b.cohort_id
        WHERE g.channel IN ('sms', 'whatsapp')
          AND m.visit & 4294967295 NOT IN (SELECT contact_id FROM deleted_contacts)
          AND NOT EXISTS (SELECT 1 FROM mobile_exclusions x WHERE x.batch_id = b.batch_id AND x.visit = m.visit)
          AND NOT EXISTS (SELECT 1 FROM mobile_numbers n WHERE n.contact_id = m.visit & 4294967295)""",
)
invariant(
    "nobody is opted in and out of a keyword at once",
    "SELECT subscription_id FROM mobile_subscriptions WHERE opt_out_status = 1 AND opt_in_status = 2",
)
