"""A person makes a contact respond to an email now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.commands import Outcome, command
from store.errors import Refused, did_you_mean
from store.messaging.effects import catch_up, expect_comebacks
from store.messaging.engagement import MAILBOX_FULL, USER_UNKNOWN
from store.messaging.views import CONTACT_OF_VISIT

if TYPE_CHECKING:
    from store.org import Org

KINDS = ("open", "click", "bounce", "hard bounce", "complaint", "unsubscribe")


@command("messaging.inject")
def inject(org: Org, *, contact_key: str, kind: str, batch_id: int | None = None, link: int = 0) -> Outcome:
    """Make a contact open, click, bounce, complain or unsubscribe now, for a batch or the last email they got.

    What the contact would have done of that kind later is taken back: the person decides.
    """
    if kind not in KINDS:
        raise Refused(f"'{kind}' is no response to an email.", fix=did_you_mean(kind, KINDS) or ", ".join(KINDS))
    contact_id = org.value("SELECT contact_id FROM contacts WHERE contact_key = ?", contact_key)
    if contact_id is None:
        raise Refused(f"There is no contact '{contact_key}'.")
    batch, visit = _message(org, contact_key, contact_id, batch_id)
    if kind == "click":
        _refuse_unless_link(org, batch, link)
    kinds = ["complaint", "unsubscribe"] if kind == "complaint" else [kind.removeprefix("hard ")]
    if kind == "click" and not _has_opened(org, batch, visit):
        kinds = ["open", "click"]  # ASSUMED, general knowledge: who clicks has opened, images shown or not
    for name in kinds:
        _respond(
            org, batch, visit, name, {"click": link, "bounce": MAILBOX_FULL, "hard bounce": USER_UNKNOWN}.get(kind)
        )
    # Effects look at what came after applied_until: step back one second, so that this event is among it.
    catch_up(org)
    org.run(
        """UPDATE send_batches SET last_event_at = max(last_event_at, :now), applied_until = :now - 1,
               by_hand = 1
           WHERE batch_id = :batch""",
        {"batch": batch, "now": org.now},
    )
    whom = {"contact": visit & CONTACT_OF_VISIT}
    org.run("DELETE FROM comebacks WHERE batch_id = :batch AND contact_id = :contact", {**whom, "batch": batch})
    expect_comebacks(org, "SELECT :contact", whom, batch)
    return Outcome(f"{contact_key}: {kind} by hand", {kind: 1} | catch_up(org), f"contact/{contact_key}")


# What a response of each kind sets and with it, first and when it is drawn once more.
_COLUMNS: dict[str, list[tuple[str, str]]] = {
    "open": [("opened_at", ""), ("reopened_at", "")],
    "click": [("clicked_at", "link"), ("reclicked_at", "relink")],
    "bounce": [("bounced_at", "bounce")],
    "complaint": [("complained_at", "")],
    "unsubscribe": [("unsubscribed_at", "")],
}


def _respond(org: Org, batch_id: int, visit: int, kind: str, detail: int | None) -> None:
    """Take back what was still to come of a kind, and let it happen now: as the first of its kind, or once more."""
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
    org.run(
        f"""INSERT INTO responses(batch_id, visit, nr, {at}{named})
            SELECT :batch, :visit, CASE WHEN max({at}) FILTER (WHERE nr = 0) IS NULL THEN 0 ELSE max(nr) + 1 END,
                   :now{values}
              FROM responses WHERE batch_id = :batch AND visit = :visit
                ON CONFLICT DO UPDATE SET {at} = :now{update}""",
        params,
    )


def _has_opened(org: Org, batch_id: int, visit: int) -> bool:
    found = org.value(
        "SELECT 1 FROM responses WHERE batch_id = ? AND visit = ? AND opened_at <= ?",
        batch_id, visit, org.now,
    )  # fmt: skip
    return found is not None


def _message(org: Org, contact_key: str, contact_id: int, batch_id: int | None) -> tuple[int, int]:
    """(batch, visit) of the message meant. Raises Refused when the contact got none."""
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


def _refuse_unless_link(org: Org, batch_id: int, link: int) -> None:
    links = org.value(
        """SELECT json_array_length(links) FROM send_batches JOIN jobs USING (job_id) JOIN emails USING (email_id)
           WHERE batch_id = ?""",
        batch_id,
    )
    if not 0 <= link < max(links, 1):  # a click in an email without links is one without a URL
        raise Refused(f"The email has {links} links; there is no link {link}.", fix="Links are counted from 0.")
