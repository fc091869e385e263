"""What follows from how people respond to mobile messages: consent that ends, numbers that are given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.agenda import Entry, schedule
from store.clock import DAY, HOUR, span
from store.commands import Outcome, handler
from store.messaging.mobile.lists import BY_MOBILE, opt_out
from store.messaging.views import CONTACT_OF_VISIT

if TYPE_CHECKING:
    from store.org import Org

LOOKS = (HOUR, DAY, 7 * DAY)  # after the send; the last takes what comes later too
# ASSUMED: like email's rule; the data view has BounceCount, FirstBounceDate and HoldDate, not the rule behind them.
BOUNCES_TO_HOLD = 3
_VERBS = {"delivered": "delivered", "undelivered": "undelivered", "open": "opened", "click": "clicked",
          "optout": "opted out"}  # fmt: skip


def schedule_looks(org: Org, batch_id: int, name: str) -> None:
    """Put the times on the agenda by which anything will have happened."""
    sent_at = org.now
    last_at = org.value("SELECT max(event_at) FROM mobile_events WHERE batch_id = ?", batch_id)
    if last_at is None:
        return
    org.run("UPDATE mobile_batches SET last_event_at = ? WHERE batch_id = ?", last_at, batch_id)
    since = sent_at
    for after in LOOKS:
        due_at = sent_at + after if after != LOOKS[-1] else max(sent_at + after, last_at)
        if org.value(
            "SELECT 1 FROM mobile_events WHERE batch_id = ? AND event_at > ? AND event_at <= ? LIMIT 1",
            batch_id, since, due_at,
        ):  # fmt: skip
            title = f"{name}: responses until {span(due_at - sent_at)} after the send"
            schedule(org, due_at, "messaging.mobile", {"batch_id": batch_id, "since": since}, title)
        since = due_at


@handler("messaging.mobile")
def show_responses(org: Org, entry: Entry) -> Outcome:
    """What happened to a batch since the last look: args = {"batch_id", "since"}."""
    where = {"batch": entry.args["batch_id"], "since": entry.args["since"], "now": org.now}
    found = org.rows(
        """SELECT kind, count(*) AS people FROM mobile_events
           WHERE batch_id = :batch AND event_at > :since AND event_at <= :now GROUP BY kind""",
        where,
    )
    people = {row["kind"]: row["people"] for row in found}
    said = {verb: people[kind] for kind, verb in _VERBS.items() if kind in people}
    name = org.value("SELECT name FROM mobile_messages JOIN mobile_batches USING (message_id) WHERE batch_id = :batch",
                     where)  # fmt: skip
    title = f"{name}: {', '.join(f'{count} {verb}' for verb, count in said.items()) or 'nobody new responded'}"
    return Outcome(title, said | catch_up(org), quiet=not said)


def catch_up(org: Org) -> dict[str, int]:
    """Let all responses up to now have their effect: who texted STOP is out, a number that fails too often is held."""
    batches = org.rows(
        """SELECT b.batch_id, b.applied_until, coalesce(k.code, '') AS code
           FROM mobile_batches b JOIN mobile_messages USING (message_id) LEFT JOIN mobile_keywords k USING (keyword_id)
           WHERE b.applied_until < min(b.last_event_at, ?) ORDER BY b.batch_id""",
        org.now,
    )
    changes = {"now opted out": 0, "numbers held": 0}
    for row in batches:
        params = {"batch": row["batch_id"], "since": row["applied_until"], "now": org.now, "code": row["code"]}
        new = f"""SELECT visit & {CONTACT_OF_VISIT} AS contact_id, event_at FROM mobile_events
                  WHERE batch_id = :batch AND kind = '{{}}' AND event_at > :since AND event_at <= :now"""
        answered = org.run(
            f"""INSERT INTO mobile_inbound(contact_id, at, code, text, batch_id)
                SELECT contact_id, event_at, :code, 'STOP', :batch FROM ({new.format("optout")})
                ORDER BY contact_id""",
            params,
        )
        if answered:
            stopped = f"SELECT contact_id FROM ({new.format('optout')})"
            changes["now opted out"] += opt_out(org, row["code"], stopped, params, method=BY_MOBILE)
        changes["numbers held"] += _count_bounces(org, new.format("undelivered"), params)
        org.run("UPDATE mobile_batches SET applied_until = :now WHERE batch_id = :batch", params)
    return {what: count for what, count in changes.items() if count}


def _count_bounces(org: Org, undelivered: str, params: dict[str, object]) -> int:
    """Count messages that did not arrive; returns how many numbers are given up now."""
    org.run(
        f"""UPDATE mobile_numbers SET bounce_count = bounce_count + 1,
              first_bounce_at = coalesce(first_bounce_at, :now),
              held_at = CASE WHEN held_at IS NULL AND bounce_count + 1 >= {BOUNCES_TO_HOLD} THEN :now ELSE held_at END
            WHERE contact_id IN (SELECT contact_id FROM ({undelivered}))""",
        params,
    )
    held = f"""SELECT count(*) FROM mobile_numbers WHERE held_at = :now
               AND contact_id IN (SELECT contact_id FROM ({undelivered}))"""
    return int(org.value(held, params))
