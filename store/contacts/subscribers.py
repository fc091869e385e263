"""The status of a subscriber: bounces, the held rule, unsubscribes, and the ways back to active.

Every function takes a SELECT and changes all its contacts at once; a contact that is not a subscriber is left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from store.assumptions import assume
from store.clock import DAY
from store.contacts.contacts import Params
from store.contacts.lists.membership import mark_lists
from store.scratch import scratch

if TYPE_CHECKING:
    from store.org import Org

# source: domain A2, SubscriberStatus: three consecutive bounces, first and last more than 14 days apart.
HELD_AFTER_BOUNCES = 3
HELD_AFTER_SECONDS = 14 * DAY

# Values of _BusinessUnitUnsubscribes.UnsubReason; source: domain A3.
BY_COMPLAINT = "Spam Complaint"
BY_CENTER = "Unsubscribed from the Subscription Center"
BY_PERSON = "Unsubscribed from list details on subscriber properties dialog."
BY_API = "Unsubscribed by subscriber edit API call."
BY_IMPORT = "Unsubscribed via Import"
BY_REPLY = "Unsubscribed by Salesforce Marketing Cloud RMM service based on subscriber Leave/Reply email."

assume(
    "trusted_bounce_domains",
    "",
    (),
    "Domains, separated by commas, whose hard bounce holds a subscriber at once; the product's list is not public",
    "domain A2: one hard bounce from a trusted domain is held",
)
assume(
    "delivery_ends_bounce_run",
    True,
    (True, False),
    "A delivered message between two bounces ends the run of consecutive bounces",
    "domain A2: consecutive bounces; what interrupts them is not documented",
)
assume(
    "import_resubscribes",
    False,
    (True, False),
    "An import or API update to active also reactivates an unsubscribed subscriber",
    "general knowledge, no page found",
)


Told = Callable[["Org", str, Params], None]
_told: list[Told] = []
_T = TypeVar("_T", bound=Told)


def when_returned(tell: _T) -> _T:
    """Register who is told when subscribers become bounced or held: (org, a SELECT, its params).

    The SELECT gives contact_id and the batch of the message that came back, NULL when it was none.
    """
    _told.append(tell)
    return tell


def tell_returned(org: Org, whom: str, params: Params) -> None:
    """Tell those who registered that subscribers became bounced or held."""
    for tell in _told:
        tell(org, whom, params)


def unsubscribe(org: Org, select_sql: str, params: Params | None = None, *, reason: str = BY_CENTER) -> int:
    """Master-unsubscribe the contacts whose ids the SELECT gives; returns how many were not unsubscribed before."""
    mark_lists(org, select_sql, params)
    return org.run(
        f"""INSERT INTO subscriber_statuses(contact_id, status, date_unsubscribed, unsubscribe_reason)
            SELECT contact_id, 'unsubscribed', :unsubscribed_at, :unsubscribed_by
              FROM all_subscribers WHERE contact_id IN ({select_sql})
                ON CONFLICT(contact_id) DO UPDATE
               SET status = excluded.status, date_unsubscribed = excluded.date_unsubscribed,
                   unsubscribe_reason = excluded.unsubscribe_reason
             WHERE status <> 'unsubscribed'""",
        {**(params or {}), "unsubscribed_at": org.now, "unsubscribed_by": reason},
    )


def record_bounces(org: Org, select_sql: str, params: Params | None = None) -> dict[str, int]:
    """Take bounces into account; the SELECT gives contact_id, bounced_at (UTC seconds), is_hard (0 or 1), batch_id.

    One row is one bounce; batch_id may be NULL.
    Returns how many subscribers became `bounced` and `held`. An unsubscribed subscriber stays it; a held one too.
    source: domain A2.
    """
    scratch(
        org, "bouncing",  # status: the one before; batch_id: of one of the bounces
        """contact_id INTEGER PRIMARY KEY, bounces INTEGER, first_at INTEGER, last_at INTEGER, is_hard, status TEXT,
           batch_id INTEGER""",
    )  # fmt: skip
    org.run(
        f"""INSERT INTO temp.bouncing
            WITH given(contact_id, bounced_at, is_hard, batch_id) AS ({select_sql})
            SELECT contact_id, count(*), min(bounced_at), max(bounced_at), max(is_hard),
                   coalesce(max(status), 'active'), max(batch_id)
              FROM given LEFT JOIN subscriber_statuses USING (contact_id)
             GROUP BY contact_id
             ORDER BY contact_id""",
        params or {},
    )
    org.run(
        f"""INSERT INTO subscriber_statuses
            SELECT b.contact_id,
                   CASE WHEN t.status IN ('unsubscribed', 'held') THEN t.status
                        WHEN coalesce(t.bounce_run, 0) + b.bounces >= {HELD_AFTER_BOUNCES}
                             AND b.last_at - coalesce(t.bounce_run_began, b.first_at) > {HELD_AFTER_SECONDS} THEN 'held'
                        WHEN b.is_hard AND instr(:trusted, ',' || lower(substr(s.email_address,
                             instr(s.email_address, '@') + 1)) || ',') THEN 'held'
                        ELSE 'bounced' END,
                   t.date_unsubscribed, t.unsubscribe_reason, b.last_at, coalesce(t.bounce_count, 0) + b.bounces,
                   coalesce(t.bounce_run, 0) + b.bounces, coalesce(t.bounce_run_began, b.first_at)
              FROM temp.bouncing b CROSS JOIN all_subscribers s USING (contact_id)
                   LEFT JOIN subscriber_statuses t USING (contact_id)
             WHERE 1
                ON CONFLICT(contact_id) DO UPDATE
               SET status = excluded.status, date_undeliverable = excluded.date_undeliverable,
                   bounce_count = excluded.bounce_count, bounce_run = excluded.bounce_run,
                   bounce_run_began = excluded.bounce_run_began""",
        {"trusted": f",{str(org.assumption('trusted_bounce_domains')).replace(' ', '').lower()},"},
    )
    became = ", ".join(f"coalesce(sum((t.status = '{to}') - (b.status = '{to}')), 0)" for to in ("bounced", "held"))
    found = org.row(
        f"SELECT {became} FROM temp.bouncing b CROSS JOIN subscriber_statuses t ON t.contact_id = b.contact_id"
    )
    tell_returned(org, "SELECT contact_id, batch_id FROM temp.bouncing WHERE status = 'active'", {})
    org.run("DELETE FROM temp.bouncing")
    assert found
    return {"bounced": found[0], "held": found[1]}


def record_deliveries(org: Org, select_sql: str, params: Params | None = None) -> int:
    """Messages arrived at the contacts whose ids the SELECT gives: their runs of consecutive bounces end."""
    if not org.assumption("delivery_ends_bounce_run"):
        return 0
    scratch(org, "delivered", "contact_id INTEGER PRIMARY KEY")
    org.run(f"INSERT OR IGNORE INTO temp.delivered {select_sql}", params or {})
    theirs = "status = 'bounced' AND bounce_run > 0 AND contact_id IN (SELECT contact_id FROM temp.delivered)"
    org.run(
        f"""INSERT OR REPLACE INTO ended_bounce_runs
            SELECT contact_id, ?, bounce_run, bounce_run_began FROM subscriber_statuses WHERE {theirs}""",
        org.now,
    )
    ended = org.run(f"UPDATE subscriber_statuses SET bounce_run = 0, bounce_run_began = NULL WHERE {theirs}")
    org.run("DELETE FROM temp.delivered")
    return ended


def take_back_delivery(org: Org, contact_id: int, sent_at: int) -> None:
    """The message of that moment did not arrive after all: the run of bounces that it ended goes on."""
    org.run(
        """UPDATE subscriber_statuses SET bounce_run = e.bounce_run, bounce_run_began = e.bounce_run_began
             FROM ended_bounce_runs AS e
            WHERE e.contact_id = subscriber_statuses.contact_id AND e.contact_id = ? AND e.ended_at = ?
              AND subscriber_statuses.bounce_run = 0 AND subscriber_statuses.status = 'bounced'""",
        contact_id, sent_at,
    )  # fmt: skip


def record_activity(org: Org, select_sql: str, params: Params | None = None) -> int:
    """An open or click makes a bounced or held subscriber active again; returns how many. source: domain A2."""
    return org.run(
        f"""UPDATE subscriber_statuses
               SET status = 'active', bounce_run = 0, bounce_run_began = NULL, date_undeliverable = NULL
             WHERE status IN ('bounced', 'held') AND contact_id IN ({select_sql})""",
        params or {},
    )
