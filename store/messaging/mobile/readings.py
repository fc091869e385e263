"""What a person may want to know about mobile messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class MobileCounts:
    """How the messages of one activity went so far; `happened` has people by what they did."""

    channel: str
    text: str
    sent: int
    excluded: int
    parts: int
    happened: dict[str, int]
    not_sent: dict[str, int]  # people by reason


@dataclass(frozen=True)
class MobileReceived:
    """One mobile message to one contact; `excluded` says why it was not sent, else it is empty. Times are UTC."""

    batch_id: int
    visit: int
    channel: str
    name: str
    text: str
    sent_at: int
    excluded: str
    events: tuple[tuple[str, int], ...]


def mobile_counts(org: Org, object_id: str) -> MobileCounts | None:
    """Of the message with that object id, or None when there is none."""
    from store.messaging.mobile.send import EXCLUSIONS

    message = org.row("SELECT * FROM mobile_messages WHERE object_id = ?", object_id)
    if message is None:
        return None
    where = {"message": message["message_id"], "now": org.now}
    total = org.row(
        """SELECT coalesce(sum(size), 0) AS sent, coalesce(sum(excluded), 0) AS excluded,
                  coalesce(sum(parts_sent), 0) AS parts FROM mobile_batches WHERE message_id = :message""",
        where,
    )
    assert total is not None
    batches = "SELECT batch_id FROM mobile_batches WHERE message_id = :message"
    happened = org.rows(
        f"""SELECT kind, count(*) AS people FROM mobile_events
            WHERE batch_id IN ({batches}) AND event_at <= :now GROUP BY kind ORDER BY kind""",
        where,
    )
    excluded = org.rows(
        f"SELECT code, count(*) AS people FROM mobile_exclusions WHERE batch_id IN ({batches}) GROUP BY code", where
    )
    return MobileCounts(
        message["channel"], message["text"], total["sent"], total["excluded"], total["parts"],
        {row["kind"]: row["people"] for row in happened},
        {EXCLUSIONS[row["code"]]: row["people"] for row in excluded},
    )  # fmt: skip


def mobile_received(org: Org, visits: Sequence[int]) -> list[MobileReceived]:
    """What was sent, or not sent, to phones in these visits, in order of time."""
    from store.messaging.mobile.send import EXCLUSIONS

    marks = ", ".join("?" * len(visits))
    found = org.rows(
        f"""SELECT b.batch_id, m.visit, g.channel, g.name, coalesce(t.text, g.text) AS text, b.sent_at, x.code
            FROM mobile_batches b JOIN mobile_messages g USING (message_id)
                 JOIN journey_members m ON m.cohort_id = b.cohort_id AND m.visit IN ({marks})
                 LEFT JOIN mobile_texts t ON t.batch_id = b.batch_id AND t.visit = m.visit
                 LEFT JOIN mobile_exclusions x ON x.batch_id = b.batch_id AND x.visit = m.visit
            ORDER BY b.sent_at, b.batch_id, m.visit""",
        *visits,
    )
    received = []
    for row in found:
        events = org.rows(
            """SELECT kind, event_at FROM mobile_events
               WHERE batch_id = ? AND visit = ? AND kind IN ('delivered', 'undelivered', 'open', 'click', 'optout')
                 AND event_at <= (SELECT now FROM world) ORDER BY event_at, kind""",
            row["batch_id"], row["visit"],
        )  # fmt: skip
        received.append(
            MobileReceived(
                row["batch_id"], row["visit"], row["channel"], row["name"], row["text"], row["sent_at"],
                EXCLUSIONS.get(row["code"], ""), tuple((event["kind"], event["event_at"]) for event in events),
            )
        )  # fmt: skip
    return received
