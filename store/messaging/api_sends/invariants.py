"""What holds of sends that an API asked for."""

from __future__ import annotations

from store.invariants import invariant

invariant(
    "a message that an API asked for waits, was sent, or has a reason why not",
    """SELECT recipient_no, state, code FROM send_recipients
        WHERE (state = 'queued') <> (done_at IS NULL) OR (state = 'not sent') <> (code IS NOT NULL)
           OR (state = 'sent' AND batch_id IS NULL)""",
)
invariant(
    "a message that an API sent is in its batch, and was not excluded from it",
    """SELECT r.recipient_no FROM send_recipients r JOIN send_definitions d USING (definition_id)
        WHERE r.state = 'sent' AND d.channel = 'email' AND (
              NOT EXISTS (SELECT 1 FROM send_batches b JOIN journey_members m ON m.cohort_id = b.cohort_id
                           WHERE b.batch_id = r.batch_id AND m.visit = r.visit)
           OR EXISTS (SELECT 1 FROM send_exclusions x WHERE x.batch_id = r.batch_id AND x.visit = r.visit))""",
)
invariant(
    "only a definition that takes requests has some that wait",
    """SELECT r.recipient_no, d.status FROM send_recipients r JOIN send_definitions d USING (definition_id)
        WHERE r.state = 'queued' AND d.status NOT IN ('Active', 'Inactive')""",
)
invariant(
    "what a running definition was asked for is on the agenda",
    """SELECT d.definition_id, count(*) AS waiting FROM send_recipients r JOIN send_definitions d USING (definition_id)
        WHERE r.state = 'queued' AND d.status = 'Active' AND NOT EXISTS (
              SELECT 1 FROM agenda a
               WHERE a.kind = 'messaging.api_send' AND a.args ->> '$.definition_id' = d.definition_id)
        GROUP BY 1""",
)
