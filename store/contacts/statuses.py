"""Setting the status of subscribers: what imports, the API and the subscriber dialog do, and the commands of a person.

None of it makes a row in _Unsubscribe, which holds only events of sends. Source: domain A3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import business_units
from store.business_units import ENTERPRISE_MID
from store.commands import Outcome, command
from store.contacts.contacts import STATUSES, Params, contact_id_of
from store.contacts.subscribers import BY_API, BY_CENTER, BY_IMPORT, BY_PERSON, tell_returned, unsubscribe
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

REASONS = {"import": BY_IMPORT, "api": BY_API, "dialog": BY_PERSON}


def set_statuses(org: Org, select_sql: str, params: Params | None = None, *, by: str) -> dict[str, int]:
    """Set the status of the subscribers of a SELECT (contact_id, status); returns how many became what.

    `by` is import, api or dialog. In a business unit whose unsubscribes hold for it alone, unsubscribing and coming
    back are of this unit. Otherwise only the dialog brings an unsubscribed one back, unless `import_resubscribes`; from
    a child business unit nothing else does. Source: SFH:mc_es_unsubscribe_settings.
    """
    scratch(org, "setting", "contact_id INTEGER PRIMARY KEY, status TEXT")
    org.run(
        f"""INSERT OR IGNORE INTO temp.setting
            SELECT contact_id, status FROM (WITH given(contact_id, status) AS ({select_sql}) SELECT * FROM given)
              JOIN all_subscribers USING (contact_id)""",
        params or {},
    )
    mid, reason = business_units.current_mid(), REASONS[by]
    alone = unsubscribes_alone(org, mid)
    leaving = "SELECT contact_id FROM temp.setting WHERE status = 'unsubscribed'"
    back = "SELECT contact_id FROM temp.setting WHERE status = 'active'"
    gone = (
        unsubscribe_from_unit(org, mid, leaving, {}, reason) if alone else unsubscribe(org, leaving, {}, reason=reason)
    )
    returned = resubscribe_to_unit(org, mid, back) if alone else 0
    frees = by == "dialog" or (mid == ENTERPRISE_MID and bool(org.assumption("import_resubscribes")))
    kept = "" if frees and not alone else "AND status <> 'unsubscribed'"
    active = org.run(
        f"""UPDATE subscriber_statuses
               SET status = 'active', date_unsubscribed = NULL, unsubscribe_reason = NULL, date_undeliverable = NULL,
                   bounce_run = 0, bounce_run_began = NULL
             WHERE status <> 'active' AND contact_id IN ({back}) {kept}"""
    )
    found = {"unsubscribed": gone, "active": active + returned} | _return_mail(org)
    org.run("DELETE FROM temp.setting")
    return {status: count for status, count in found.items() if count}


def _return_mail(org: Org) -> dict[str, int]:
    """Those who are set to bounced or held; an unsubscribed one stays it."""
    returned = "SELECT contact_id FROM temp.setting WHERE status IN ('bounced', 'held')"
    if org.value(f"{returned} LIMIT 1") is None:
        return {}
    changed = {}
    for status in ("bounced", "held"):
        changed[status] = org.run(
            """INSERT INTO subscriber_statuses(contact_id, status, date_undeliverable)
               SELECT contact_id, status, :now FROM temp.setting WHERE status = :status
                   ON CONFLICT(contact_id) DO UPDATE
                  SET status = excluded.status, date_undeliverable = excluded.date_undeliverable
                WHERE status NOT IN ('unsubscribed', excluded.status)""",
            {"status": status, "now": org.now},
        )
    tell_returned(org, f"SELECT contact_id, NULL FROM ({returned})", {})
    return changed


# ---- what a person does


def subscriber_of(org: Org, contact_key: str) -> sqlite3.Row:
    """The subscriber of a Contact Key. Raises Refused when there is none."""
    contact_id = contact_id_of(org, contact_key)
    row = org.row("SELECT * FROM subscribers WHERE contact_id = ?", contact_id)
    if row is None:
        raise Refused(
            f"{contact_key} is a contact, but not a subscriber: there is no status to change.",
            cause="A contact joins All Subscribers with its first send or an import, not by synchronization alone.",
            fix="In the CRM the record can be opted out (HasOptedOutOfEmail) before it is ever mailed.",
        )
    return row


def a_status(written: str) -> str:
    """A subscriber's status as a person writes it. Raises Refused for what is none."""
    status = written.strip().lower()
    if status == "deleted":
        raise Refused("A subscriber is not deleted by its status.", fix="Delete the contact in Contact Builder.")
    if status not in STATUSES:
        raise Refused(f"'{status}' is not a subscriber status.", fix=f"Choose one of: {', '.join(STATUSES)}.")
    return status


@command("contacts.unsubscribe")
def unsubscribe_command(org: Org, *, contact_key: str, reason: str = BY_CENTER) -> Outcome:
    """Master-unsubscribe one subscriber; in a business unit with unsubscribes of its own, only from that one."""
    subscriber, unit = subscriber_of(org, contact_key), business_units.current(org)
    alone = unsubscribes_alone(org, unit.mid)
    from_here = alone and is_unsubscribed_from(org, unit.mid, subscriber["contact_id"])
    if subscriber["status"] == "unsubscribed" or from_here:
        raise Refused(f"{contact_key} is unsubscribed already.")
    whom = {"contact_id": subscriber["contact_id"]}
    if alone:
        unsubscribe_from_unit(org, unit.mid, "SELECT :contact_id", whom, reason)
        return Outcome(f"{contact_key} unsubscribed from {unit.name}", {"unsubscribed": 1}, f"contact/{contact_key}")
    unsubscribe(org, "SELECT :contact_id", whom, reason=reason)
    return Outcome(f"{contact_key} unsubscribed", {"unsubscribed": 1}, f"contact/{contact_key}")


@command("contacts.set_status")
def set_status_command(org: Org, *, contact_key: str, status: str, by: str = "import") -> Outcome:
    """Set the status of one subscriber as an import or an API update does; `by` is import, api or dialog."""
    subscriber, status = subscriber_of(org, contact_key), a_status(status)
    if by not in REASONS:
        raise Refused(f"'{by}' is not a way to set a status.", fix=f"Choose one of: {', '.join(REASONS)}.")
    unit = business_units.current(org)
    before = "unsubscribed" if is_unsubscribed_from(org, unit.mid, subscriber["contact_id"]) else subscriber["status"]
    if before == status:
        raise Refused(f"{contact_key} is {status} already.")
    whom = {"contact_id": subscriber["contact_id"], "status": status}
    if not set_statuses(org, "SELECT :contact_id, :status", whom, by=by):
        raise Refused(
            f"{contact_key} is {before}; an import or API update does not change that.",
            cause="It would undo what the person asked for.",
            fix="contacts.resubscribe, when the person subscribed again.",
        )
    return Outcome(f"{contact_key}: {before} -> {status} (by {by})", {"status": 1}, f"contact/{contact_key}")


@command("contacts.resubscribe")
def resubscribe_command(org: Org, *, contact_key: str) -> Outcome:
    """The person subscribes again, at the subscription center."""
    subscriber, unit = subscriber_of(org, contact_key), business_units.current(org)
    if resubscribe_to_unit(org, unit.mid, "SELECT :contact_id", {"contact_id": subscriber["contact_id"]}):
        title = f"{contact_key} subscribed to {unit.name} again"
        return Outcome(title, {"resubscribed": 1}, f"contact/{contact_key}")
    if subscriber["status"] != "unsubscribed":
        fix = "A held address comes back by an import to active, or when its owner opens or clicks."
        raise Refused(
            f"{contact_key} is not unsubscribed, it is {subscriber['status']}.",
            fix="" if subscriber["status"] == "active" else fix,
        )
    org.run(
        """UPDATE subscriber_statuses
              SET status = 'active', date_unsubscribed = NULL, unsubscribe_reason = NULL, date_undeliverable = NULL,
                  bounce_run = 0, bounce_run_began = NULL WHERE contact_id = ?""",
        subscriber["contact_id"],
    )
    return Outcome(f"{contact_key} subscribed again", {"resubscribed": 1}, f"contact/{contact_key}")
