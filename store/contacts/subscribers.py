"""The status of a subscriber: bounces, the held rule, unsubscribes, and the ways back to active.

Every function takes a SELECT and changes all its contacts at once; a contact that is not a subscriber is left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from store import business_units
from store.assumptions import assume
from store.clock import DAY
from store.commands import Outcome, command
from store.contacts.contacts import STATUSES, Params, contact_id_of
from store.contacts.units import (
    is_unsubscribed_from,
    resubscribe_to_unit,
    unsubscribe_from_unit,
    unsubscribes_alone,
)
from store.errors import Refused
from store.scratch import scratch

if TYPE_CHECKING:
    import sqlite3

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
_REASONS = {"import": BY_IMPORT, "api": BY_API, "dialog": BY_PERSON}

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
    """Register who is told when subscribers become bounced or held: (org, SELECT of their contact ids, its params)."""
    _told.append(tell)
    return tell


def unsubscribe(org: Org, select_sql: str, params: Params | None = None, *, reason: str = BY_CENTER) -> int:
    """Master-unsubscribe the contacts whose ids the SELECT gives; returns how many were not unsubscribed before."""
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
    """Take bounces into account; the SELECT gives contact_id, bounced_at (UTC seconds), is_hard (0 or 1), one row each.

    Returns how many subscribers became `bounced` and `held`. An unsubscribed subscriber stays it; a held one too.
    source: domain A2.
    """
    columns = "contact_id INTEGER PRIMARY KEY, bounces INTEGER, first_at INTEGER, last_at INTEGER, is_hard, status TEXT"
    scratch(org, "bouncing", columns)  # status: the one before
    org.run(
        f"""INSERT INTO temp.bouncing
            WITH given(contact_id, bounced_at, is_hard) AS ({select_sql})
            SELECT contact_id, count(*), min(bounced_at), max(bounced_at), max(is_hard), coalesce(max(status), 'active')
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
    for tell in _told:
        tell(org, "SELECT contact_id FROM temp.bouncing WHERE status = 'active'", {})
    org.run("DELETE FROM temp.bouncing")
    assert found
    return {"bounced": found[0], "held": found[1]}


def record_deliveries(org: Org, select_sql: str, params: Params | None = None) -> int:
    """Messages arrived at the contacts whose ids the SELECT gives: their runs of consecutive bounces end."""
    if not org.assumption("delivery_ends_bounce_run"):
        return 0
    return org.run(
        f"""UPDATE subscriber_statuses SET bounce_run = 0, bounce_run_began = NULL
             WHERE status <> 'active' AND status = 'bounced' AND bounce_run > 0 AND contact_id IN ({select_sql})""",
        params or {},
    )


def record_activity(org: Org, select_sql: str, params: Params | None = None) -> int:
    """An open or click makes a bounced or held subscriber active again; returns how many. source: domain A2."""
    return org.run(
        f"""UPDATE subscriber_statuses
               SET status = 'active', bounce_run = 0, bounce_run_began = NULL, date_undeliverable = NULL
             WHERE status <> 'active' AND status IN ('bounced', 'held') AND contact_id IN ({select_sql})""",
        params or {},
    )


# ---- what a person does


def _subscriber(org: Org, contact_key: str) -> sqlite3.Row:
    contact_id = contact_id_of(org, contact_key)
    row = org.row("SELECT * FROM subscribers WHERE contact_id = ?", contact_id)
    if row is None:
        raise Refused(
            f"{contact_key} is a contact, but not a subscriber: there is no status to change.",
            cause="A contact joins All Subscribers with its first send or an import, not by synchronization alone.",
            fix="In the CRM the record can be opted out (HasOptedOutOfEmail) before it is ever mailed.",
        )
    return row


@command("contacts.unsubscribe")
def unsubscribe_command(org: Org, *, contact_key: str, reason: str = BY_CENTER) -> Outcome:
    """Master-unsubscribe one subscriber; in a business unit with unsubscribes of its own, only from that one."""
    subscriber, unit = _subscriber(org, contact_key), business_units.current(org)
    alone = unsubscribes_alone(org, unit.mid)
    from_here = alone and is_unsubscribed_from(org, unit.mid, subscriber["contact_id"])
    if subscriber["status"] == "unsubscribed" or from_here:
        raise Refused(f"{contact_key} is unsubscribed already.")
    if alone:
        whom = {"contact_id": subscriber["contact_id"]}
        unsubscribe_from_unit(org, unit.mid, "SELECT :contact_id", whom, reason)
        return Outcome(f"{contact_key} unsubscribed from {unit.name}", {"unsubscribed": 1}, f"contact/{contact_key}")
    unsubscribe(org, "SELECT :contact_id", {"contact_id": subscriber["contact_id"]}, reason=reason)
    return Outcome(f"{contact_key} unsubscribed", {"unsubscribed": 1}, f"contact/{contact_key}")


@command("contacts.set_status")
def set_status_command(org: Org, *, contact_key: str, status: str, by: str = "import") -> Outcome:
    """Set the status of one subscriber as an import or an API update does; `by` is import, api or dialog.

    It makes no row in _Unsubscribe, which holds only events of sends. source: domain A3.
    """
    subscriber, status = _subscriber(org, contact_key), status.strip().lower()
    if status == "deleted":
        raise Refused("A subscriber is not deleted by its status.", fix="Delete the contact in Contact Builder.")
    if status not in STATUSES:
        raise Refused(f"'{status}' is not a subscriber status.", fix=f"Choose one of: {', '.join(STATUSES)}.")
    if by not in _REASONS:
        raise Refused(f"'{by}' is not a way to set a status.", fix=f"Choose one of: {', '.join(_REASONS)}.")
    if subscriber["status"] == status:
        raise Refused(f"{contact_key} is {status} already.")
    if subscriber["status"] == "unsubscribed" and by != "dialog" and not org.assumption("import_resubscribes"):
        raise Refused(
            f"{contact_key} is unsubscribed; an import or API update does not change that.",
            cause="It would undo what the person asked for.",
            fix="contacts.resubscribe, when the person subscribed again.",
        )
    _set(org, subscriber["contact_id"], status, _REASONS[by])
    title = f"{contact_key}: {subscriber['status']} -> {status} (by {by})"
    return Outcome(title, {"status": 1}, f"contact/{contact_key}")


@command("contacts.resubscribe")
def resubscribe_command(org: Org, *, contact_key: str) -> Outcome:
    """The person subscribes again, at the subscription center."""
    subscriber, unit = _subscriber(org, contact_key), business_units.current(org)
    if resubscribe_to_unit(org, unit.mid, subscriber["contact_id"]):
        title = f"{contact_key} subscribed to {unit.name} again"
        return Outcome(title, {"resubscribed": 1}, f"contact/{contact_key}")
    if subscriber["status"] != "unsubscribed":
        fix = "A held address comes back by an import to active, or when its owner opens or clicks."
        raise Refused(
            f"{contact_key} is not unsubscribed, it is {subscriber['status']}.",
            fix="" if subscriber["status"] == "active" else fix,
        )
    _set(org, subscriber["contact_id"], "active", "")
    return Outcome(f"{contact_key} subscribed again", {"resubscribed": 1}, f"contact/{contact_key}")


def _set(org: Org, contact_id: int, status: str, reason: str) -> None:
    org.run(
        """INSERT INTO subscriber_statuses(contact_id, status, date_unsubscribed, unsubscribe_reason,
                                           date_undeliverable)
           SELECT contact_id, :status,
                  CASE WHEN :status = 'unsubscribed' THEN :now END,
                  CASE WHEN :status = 'unsubscribed' THEN :reason END,
                  CASE WHEN :status IN ('bounced', 'held') THEN :now END
             FROM all_subscribers WHERE contact_id = :contact_id
               ON CONFLICT(contact_id) DO UPDATE
              SET status = excluded.status, date_unsubscribed = excluded.date_unsubscribed,
                  unsubscribe_reason = excluded.unsubscribe_reason, date_undeliverable = excluded.date_undeliverable,
                  bounce_run = CASE WHEN :status = 'active' THEN 0 ELSE bounce_run END,
                  bounce_run_began = CASE WHEN :status = 'active' THEN NULL ELSE bounce_run_began END""",
        {"status": status, "now": org.now, "reason": reason, "contact_id": contact_id},
    )
    if status in ("bounced", "held"):
        for tell in _told:
            tell(org, "SELECT :contact_id AS contact_id", {"contact_id": contact_id})
