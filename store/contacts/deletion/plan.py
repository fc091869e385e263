"""What a deletion would do, before it is asked for: whom and what it reaches, what it leaves, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.clock import DAY, HOUR
from store.contacts.deletion.operations import refuse_unless_fits, whom_of
from store.contacts.deletion.reach import kept, places, reach

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class DeletionPlan:
    """What a deletion would reach: contacts, rows that go and rows that stay, by name; times are UTC seconds.

    `places` says of such a name where its rows are: data extensions, versions of journeys. `delete_at` is the earliest
    moment: the queue may be at another operation then.
    """

    contacts: int
    deleted: dict[str, int]
    kept: dict[str, int]
    places: dict[str, dict[str, int]]
    suppression_days: int
    suppress_at: int
    delete_at: int
    billed_meanwhile: bool


def deletion_plan(
    org: Org,
    *,
    contact_keys: list[str] | None = None,
    contact_ids: list[int] | None = None,
    data_extension: str = "",
    all_subscribers: bool = False,
) -> DeletionPlan:
    """What `contacts.delete` with these arguments would reach; nothing is changed. Raises Refused where it would be."""
    whom, by, _, listed = whom_of(org, contact_keys, contact_ids, data_extension, all_subscribers)
    count = int(org.value(f"SELECT count(*) FROM ({whom.ids})", whom.params))
    refuse_unless_fits(count, by, listed)
    days = int(org.value("SELECT suppression_days FROM contact_deletion_settings"))
    hours = int(org.assumption("contact_deletion_hours"))
    begins = max(int(org.value("SELECT busy_until FROM contact_deletion_settings")), org.now)
    if begins > org.now:
        ahead = int(org.value("SELECT count(*) FROM contact_deletions WHERE status = 'Queued'"))
        begins += ahead * hours * HOUR
    return DeletionPlan(
        contacts=count, deleted=reach(org, whom), kept=kept(org, whom), places=places(org, whom), suppression_days=days,
        suppress_at=begins, delete_at=begins + max(days * DAY, hours * HOUR),
        billed_meanwhile=bool(org.assumption("suppressed_contacts_are_billed")),
    )  # fmt: skip
