"""The four triggered sends side by side: whom each mailed and when, its counts, the way of its last message."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mctui.views import Detail, Section

if TYPE_CHECKING:
    from store import Org
    from store.advice import Message, Way

PEOPLE, ANSWERS = 40, 6  # contacts and answers that are listed


def ways(org: Org) -> Detail:
    """A section per contact, per way and per answer, as far as there are any."""
    from store import advice, clock
    from store.messaging import api_sends

    found = advice.triggered_ways(org, PEOPLE)
    names = [way.name for way in found.ways]
    sections = [
        Section(
            f"{address or key}  {key if address else ''}".rstrip(), tuple(zip(names, map(said, cells), strict=True))
        )
        for key, address, cells in found.people
    ]
    lines = advice.stations(org)
    for way in found.ways:
        sections.append(Section(way.name, _counts(way)))
        if lines[way.name]:
            passed = [(clock.system_text(at)[11:], f"{where}: {what}" if what else where)
                      for at, where, what in lines[way.name]]  # fmt: skip
            sections.append(Section(f"{way.name}: the way of the last message", tuple(passed)))
    answers = [
        Section(f"Answer to {each.door}", tuple((name, _text(value)) for name, value in each.answer.items()))
        for each in api_sends.api_requests(org, ANSWERS)
    ]
    return Detail("Triggered sends: the four ways", (*sections, *answers))


def said(message: Message | None) -> str:
    """`sent 06:00:02 (+2 s)`, `not sent: Held`, `waiting`; empty for who was not asked for."""
    from store import clock

    if message is None:
        return ""
    if message.state == "sent" and message.left_at is not None:
        return f"sent {clock.system_text(message.left_at)[11:]} (+{message.left_at - message.asked_at} s)"
    return f"{message.state}: {message.why}" if message.why else message.state


def _counts(way: Way) -> tuple[tuple[str, object], ...]:
    if not way.asked:
        return (("asked", 0), ("limits", way.limits))
    statuses = "; ".join(f"{status} {sent} of {sent + others}" for status, (sent, others) in way.statuses.items())
    seconds = "" if way.seconds is None else f"{way.seconds[0]} to {way.seconds[1]}"
    rows: tuple[tuple[str, object], ...] = (
        ("asked", f"{way.asked:,}"), ("sent", f"{way.sent:,}"), ("waiting", f"{way.waiting:,}"),
        *((why, f"{count:,} not sent") for why, count in way.not_sent.items()), ("seconds until sent", seconds),
        ("channels", ", ".join(way.channels)), ("sent by status", statuses), ("limits", way.limits),
    )  # fmt: skip
    return tuple(row for row in rows if row[1] not in ("", "0"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
