"""What one contact does about one message by hand: finding the message, writing the response, its effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import contacts
from store.errors import Refused
from store.messaging.comebacks import expect_comebacks
from store.messaging.effects import Written, catch_up
from store.messaging.views import CONTACT_OF_VISIT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.org import Org


def message_to(org: Org, contact_key: str, batch_id: int | None = None) -> tuple[int, int]:
    """(batch, visit) of the message of a batch, else of the last one that the contact got. Raises Refused for none."""
    contact_id = org.value("SELECT contact_id FROM contacts WHERE contact_key = ?", contact_key)
    if contact_id is None:
        raise Refused(f"There is no contact '{contact_key}'.")
    # Every visit that the contact can have had is looked up by key; a scan of all members would take seconds.
    row = org.row(
        """WITH RECURSIVE entry(entry_no) AS (
             SELECT 0 UNION ALL SELECT entry_no + 1 FROM entry WHERE entry_no < (
               SELECT max((SELECT max(visit) >> 32 FROM journey_members m WHERE m.cohort_id = b.cohort_id))
               FROM send_batches b))
           SELECT b.batch_id, m.visit
           FROM send_batches b CROSS JOIN entry
                CROSS JOIN journey_members m ON m.cohort_id = b.cohort_id AND m.visit = entry_no << 32 | :contact
           WHERE (:batch IS NULL OR b.batch_id = :batch)
             AND NOT EXISTS (SELECT 1 FROM send_exclusions x WHERE x.batch_id = b.batch_id AND x.visit = m.visit)
           ORDER BY b.batch_id DESC LIMIT 1""",
        {"contact": contact_id, "batch": batch_id},
    )
    if row is None:
        raise Refused(f"{contact_key} has not been sent an email yet.", fix="Step forward until one was sent.")
    return row["batch_id"], row["visit"]


# What a response of each kind sets and with it, first and when it is drawn once more.
_COLUMNS: dict[str, list[tuple[str, str]]] = {
    "open": [("opened_at", ""), ("reopened_at", "")],
    "click": [("clicked_at", "link"), ("reclicked_at", "relink")],
    "bounce": [("bounced_at", "bounce")],
    "complaint": [("complained_at", "")],
    "unsubscribe": [("unsubscribed_at", "")],
}


def respond(org: Org, batch_id: int, visit: int, kind: str, detail: int | None) -> int:
    """Take back what was still to come of a kind, and let it happen now: as the first of its kind, or once more.

    Returns the number that the response has.
    """
    params = {"batch": batch_id, "visit": visit, "now": org.now, "detail": detail}
    for at, what in _COLUMNS[kind]:
        also = f", {what} = NULL" if what else ""
        org.run(
            f"""UPDATE responses SET {at} = NULL{also}
                 WHERE batch_id = :batch AND visit = :visit AND {at} > :now""",
            params,
        )
    at, what = _COLUMNS[kind][0]
    named, values, update = (f", {what}", ", :detail", f", {what} = :detail") if what else ("", "", "")
    written = org.value(
        f"""INSERT INTO responses(batch_id, visit, nr, {at}{named})
            SELECT :batch, :visit, CASE WHEN max({at}) FILTER (WHERE nr = 0) IS NULL THEN 0 ELSE max(nr) + 1 END,
                   :now{values}
              FROM responses WHERE batch_id = :batch AND visit = :visit
                ON CONFLICT DO UPDATE SET {at} = :now{update} RETURNING nr""",
        params,
    )
    return int(written)


def has_opened(org: Org, batch_id: int, visit: int) -> bool:
    found = org.value(
        "SELECT 1 FROM responses WHERE batch_id = ? AND visit = ? AND opened_at <= ?",
        batch_id, visit, org.now,
    )  # fmt: skip
    return found is not None


def by_hand(org: Org, batch_id: int, visit: int, numbers: Mapping[str, int]) -> dict[str, int]:
    """Let what was written just now, by kind and number, have its effect; returns what changed."""
    # Effects look at what came after applied_until: step back one second, so that this event is among it.
    catch_up(org)
    whom = {"contact": visit & CONTACT_OF_VISIT}
    sent_at = org.value("SELECT sent_at FROM send_batches WHERE batch_id = ?", batch_id)
    if org.value(
        "SELECT 1 FROM responses WHERE batch_id = ? AND visit = ? AND bounced_at = ?", batch_id, visit, org.now
    ):
        contacts.take_back_delivery(org, whom["contact"], sent_at)
    org.run(
        """UPDATE send_batches SET last_event_at = max(last_event_at, :now), applied_until = :now - 1,
               by_hand = 1
           WHERE batch_id = :batch""",
        {"batch": batch_id, "now": org.now},
    )
    org.run("DELETE FROM comebacks WHERE batch_id = :batch AND contact_id = :contact", {**whom, "batch": batch_id})
    expect_comebacks(org, "SELECT :contact", whom, batch_id)
    return catch_up(org, only=Written(visit, numbers))
