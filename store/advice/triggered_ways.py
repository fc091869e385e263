"""The four triggered sends side by side, from what ran in the file: who is mailed when, and what each way answered.

Source: the seed's table of triggered sends: from the CRM by MC Connect, REST Transactional Messaging, SOAP Triggered
Send, and API entry into a journey. What is said of a way is counted from its messages; its limits name their source.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import connect, journey
from store.messaging import api_sends

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class Way:
    """One way with what became of its messages. `seconds` is from the request until the message left: least, most."""

    name: str
    asked: int
    sent: int
    waiting: int
    not_sent: dict[str, int]
    seconds: tuple[int, int] | None
    channels: tuple[str, ...]
    statuses: dict[str, tuple[int, int]]  # subscribers by their status now: sent to, not sent to
    limits: str


@dataclass(frozen=True)
class Message:
    """One message in the comparison: what became of it, and when; UTC seconds."""

    state: str
    why: str
    asked_at: int
    left_at: int | None


@dataclass(frozen=True)
class Ways:
    """All four, and the contacts that were asked for: key, address, one cell per way (None: not asked for)."""

    ways: tuple[Way, ...]
    people: tuple[tuple[str, str, tuple[Message | None, ...]], ...]


CONNECT, REST, SOAP, JOURNEY = "MC Connect", "REST Transactional", "SOAP TriggeredSend", "Journey API entry"
# Source: see the rooms; what no page says is in the assumptions.
_LIMITS = {
    CONNECT: "Contacts, Leads and Users of the CRM; a paused definition queues for 72 hours",
    REST: f"{api_sends.MOST_RECIPIENTS:,} recipients a request, a messageKey of 100 characters; an inactive definition"
    " queues for 3 days; no commercial classification",
    SOAP: "one definition a call; an Inactive definition queues for 3 days",
    JOURNEY: "100 members a request, 10 journeys an event; enters at the next full minute",
}


def _sources(org: Org) -> dict[str, str]:
    """A SELECT of the messages of each way; see the rooms for its columns."""
    return {
        CONNECT: connect.sql_triggered_messages(),
        REST: api_sends.sql_messages(api_sends.TRANSACTIONAL),
        SOAP: api_sends.sql_messages(api_sends.TRIGGERED),
        JOURNEY: journey.sql_api_messages(org),
    }


def triggered_ways(org: Org, limit: int = 100) -> Ways:
    """The ways with their counts, and so many contacts, those that were asked for first."""
    sources = _sources(org)
    return Ways(tuple(_way(org, name, sql) for name, sql in sources.items()), _people(org, sources, limit))


def _way(org: Org, name: str, sql: str) -> Way:
    rows = org.rows(
        f"""SELECT state, why, count(*) AS n, min(left_at - asked_at) AS least, max(left_at - asked_at) AS most
              FROM ({sql}) GROUP BY state, why ORDER BY n DESC, why"""
    )
    counts = {state: sum(row["n"] for row in rows if row["state"] == state) for state in ("sent", "waiting")}
    left = [row for row in rows if row["state"] == "sent"]
    seconds = (min(row["least"] for row in left), max(row["most"] for row in left)) if left else None
    reasons = {row["why"]: row["n"] for row in rows if row["state"] == "not sent"}
    asked = sum(row["n"] for row in rows)
    return Way(
        name, asked, counts["sent"], counts["waiting"], reasons, seconds, _channels(org, name, sql),
        _statuses(org, sql), _LIMITS[name],
    )  # fmt: skip


def _channels(org: Org, name: str, sql: str) -> tuple[str, ...]:
    """By what its messages went."""
    if name == JOURNEY:
        return tuple(journey.api_channels(org))
    return tuple(row[0] for row in org.rows(f"SELECT DISTINCT channel FROM ({sql}) WHERE state = 'sent' ORDER BY 1"))


def _statuses(org: Org, sql: str) -> dict[str, tuple[int, int]]:
    rows = org.rows(
        f"""SELECT coalesce(s.status, 'no subscriber') AS status, sum(m.state = 'sent') AS sent,
                   sum(m.state = 'not sent') AS others
              FROM ({sql}) AS m LEFT JOIN contacts k ON k.contact_key = m.contact_key
                   LEFT JOIN subscribers s ON s.contact_id = k.contact_id
             WHERE m.state <> 'waiting' GROUP BY 1 ORDER BY 1"""
    )
    return {row["status"]: (row["sent"], row["others"]) for row in rows}


def _people(org: Org, sources: dict[str, str], limit: int) -> tuple[tuple[str, str, tuple[Message | None, ...]], ...]:
    """Each contact that was asked for, with the first message of each way."""
    together = " UNION ALL ".join(f"SELECT {n} AS way, * FROM ({sql})" for n, sql in enumerate(sources.values()))
    rows = org.rows(
        f"""WITH all_messages AS MATERIALIZED ({together}),
                 first AS (SELECT lower(contact_key) AS who, min(asked_at) AS at FROM all_messages
                            GROUP BY 1 ORDER BY 2, 1 LIMIT :limit)
            SELECT m.*, coalesce(s.email_address, '') AS address
              FROM first f JOIN all_messages m ON lower(m.contact_key) = f.who
                   LEFT JOIN contacts k ON k.contact_key = m.contact_key
                   LEFT JOIN all_subscribers s ON s.contact_id = k.contact_id
             ORDER BY f.at, f.who, m.way, m.asked_at""",
        {"limit": limit},
    )
    found: dict[str, tuple[str, str, list[Message | None]]] = {}
    for row in rows:
        who: tuple[str, str, list[Message | None]] = (row["contact_key"], row["address"], [None] * len(sources))
        cells = found.setdefault(row["contact_key"].lower(), who)[2]
        if cells[row["way"]] is None:
            cells[row["way"]] = Message(row["state"], row["why"], row["asked_at"], row["left_at"])
    return tuple((key, address, tuple(cells)) for key, address, cells in found.values())


def stations(org: Org) -> dict[str, list[api_sends.Station]]:
    """The way of the last message of each: (when, where, what)."""
    last: dict[str, Callable[[], list[api_sends.Station]]] = {
        CONNECT: lambda: connect.last_triggered_stations(org),
        REST: lambda: api_sends.last_stations(org, api_sends.TRANSACTIONAL),
        SOAP: lambda: api_sends.last_stations(org, api_sends.TRIGGERED),
        JOURNEY: lambda: journey.last_api_stations(org),
    }
    return {name: read() for name, read in last.items()}
