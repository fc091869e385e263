"""Sends whose audience is for the most part people who cannot be mailed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import messaging
from store.advice.finding import SHOWN, Evidence, finding

if TYPE_CHECKING:
    from store.org import Org

FEWEST = 10  # people of an audience that says something


@finding(
    "audience-mostly-left-out",
    severity="warning",
    title="{count} [send leaves|sends leave] out more people than [it reaches|they reach]",
    why="The audience was made without a look at statuses: whoever is unsubscribed, Held or suppressed stands in it,"
    " goes through the journey, is billed, and gets nothing. Rates of such a send say little.",
    fix="Leave them out where the audience is made: join _Subscribers (Status) or _ListSubscribers in the query, and"
    " clean up what has been Held for long.",
)
def audience_mostly_left_out(org: Org) -> Evidence:
    """One row is a send job with what it was about, whom it reached, and the cause of most."""
    rows = org.rows(
        """SELECT job_id, j.name, sum(b.size) AS mailed, sum(b.excluded) AS left_out
             FROM jobs j JOIN send_batches b USING (job_id) GROUP BY job_id
            HAVING left_out > mailed AND left_out + mailed >= ? ORDER BY left_out DESC, job_id""",
        FEWEST,
    )
    shown = []
    for row in rows[:SHOWN]:
        most = messaging.exclusions.causes(org, row["job_id"])[0]
        audience = row["mailed"] + row["left_out"]
        shown.append({
            "email": row["name"], "job": row["job_id"], "audience": audience, "mailed": row["mailed"],
            "left_out": row["left_out"], "share_left_out": f"{row['left_out'] / audience:.0%}", "most_for": most.said,
            "of_them": most.people,
        })  # fmt: skip
    return Evidence(tuple(shown), len(rows))
