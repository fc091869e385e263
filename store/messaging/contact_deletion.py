"""What Email and Mobile Studio have of a contact that is deleted.

Sends keep their counts; the details by subscriber go, since the data views show events only of those who are in All
Subscribers. Of mobile messages texts and numbers go. Source: SFH:000381325, contact delete and tracking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.contacts.deletion import Whom, kept_at_deletion, on_contact_deletion
from store.messaging.views import CONTACT_OF_VISIT

if TYPE_CHECKING:
    from store.org import Org

_VISIT = f"visit & {CONTACT_OF_VISIT}"


@kept_at_deletion("messages in the counts of sends")
def _counted(org: Org, whom: Whom) -> int:
    """Aggregate tracking still has them. Source: SFH:000381325."""
    return int(
        org.value(
            f"""SELECT count(*) FROM send_batches b CROSS JOIN journey_members m ON m.cohort_id = b.cohort_id
                 WHERE m.{_VISIT} IN ({whom.ids})
                   AND NOT EXISTS (SELECT 1 FROM send_exclusions x WHERE x.batch_id = b.batch_id AND x.visit = m.visit)
            """,
            whom.params,
        )
    )


@on_contact_deletion("answers to messages that were still to come")
def _expected(org: Org, whom: Whom, delete: bool) -> int:
    if delete:
        return org.run(f"DELETE FROM comebacks WHERE contact_id IN ({whom.ids})", whom.params)
    return int(org.value(f"SELECT count(*) FROM comebacks WHERE contact_id IN ({whom.ids})", whom.params))


@on_contact_deletion("mobile numbers, consents and devices")
def _mobile(org: Org, whom: Whom, delete: bool) -> int:
    tables = ("mobile_numbers", "mobile_subscriptions", "mobile_devices")
    theirs = f"WHERE contact_id IN ({whom.ids})"
    count = sum(int(org.value(f"SELECT count(*) FROM {table} {theirs}", whom.params)) for table in tables)
    if delete:
        org.run(
            f"""DELETE FROM mobile_subscription_log WHERE subscription_id IN (
                    SELECT subscription_id FROM mobile_subscriptions {theirs})""",
            whom.params,
        )
        for table in tables:
            org.run(f"DELETE FROM {table} {theirs}", whom.params)
        org.run(f"UPDATE mobile_inbound SET text = 'DELETED' {theirs}", whom.params)
        org.run(f"UPDATE mobile_texts SET text = 'DELETED' WHERE {_VISIT} IN ({whom.ids})", whom.params)
    return count
