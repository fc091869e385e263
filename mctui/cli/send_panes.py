"""What `mctui show` says of sends that somebody asks for: the four ways, answers, the status of a message."""

from __future__ import annotations

import json
from typing import Any

from mctui.cli.panes import Section, pane
from mctui.reading.triggered_sends import said
from store import Org, clock


def _time(at: int | None) -> str:
    return "" if at is None else clock.system_text(at)


@pane("triggered-sends")
def triggered_sends(org: Org, _: str, limit: int) -> list[Section]:
    """The four triggered sends side by side: what each did with whom, its way, its answers; and the definitions."""
    from store import advice

    found = advice.triggered_ways(org, limit)
    ways = [
        (w.name, w.asked, w.sent, w.waiting, "; ".join(f"{why} {n}" for why, n in w.not_sent.items()),
         "" if w.seconds is None else f"{w.seconds[0]} to {w.seconds[1]}", ", ".join(w.channels),
         "; ".join(f"{status} {sent} of {sent + others}" for status, (sent, others) in w.statuses.items()), w.limits)
        for w in found.ways
    ]  # fmt: skip
    headers = ("way", "asked", "sent", "waiting", "not_sent", "seconds", "channels", "sent_by_status", "limits")
    people = [(who, address, *map(said, cells)) for who, address, cells in found.people]
    stations = [
        (name, _time(at), where, what) for name, line in advice.stations(org).items() for at, where, what in line
    ]
    return [
        Section("ways", headers, ways),
        Section("people", ("contact", "address", *(w.name for w in found.ways)), people, "Nobody was asked for yet."),
        Section("stations", ("way", "at", "station", "what"), stations, "No message took a way yet."),
        *_answers(org, limit),
        *_definitions(org, limit),
    ]


def _answers(org: Org, limit: int) -> list[Section]:
    from store.messaging import api_sends

    rows = [
        (each.number, _time(each.at), each.door, each.key, json.dumps(each.answer, ensure_ascii=False))
        for each in api_sends.api_requests(org, limit)
    ]
    return [Section("answers", ("request", "at", "call", "definition", "answer"), rows, "No API was asked yet.")]


def _definitions(org: Org, limit: int) -> list[Section]:
    from store import connect
    from store.messaging import api_sends

    of_connect = [
        (t.key, t.status, t.email_id, t.classification, t.queued, t.sent, t.expired, t.refused)
        for t in connect.triggered_sends(org)[:limit]
    ]
    of_apis = [
        (row.definition.api, row.definition.key, row.definition.channel, row.definition.status,
         row.definition.classification, row.requests, row.queued, row.sent, sum(row.not_sent.values()))
        for api in (api_sends.TRANSACTIONAL, api_sends.TRIGGERED) for row in api_sends.definition_rows(org, api)
    ]  # fmt: skip
    return [
        Section(
            "triggered_sends",
            ("key", "status", "email_id", "classification", "queued", "sent", "expired", "refused"),
            of_connect,
            "No triggered send of MC Connect: connect.define_triggered_send makes one.",
        ),
        Section(
            "definitions",
            ("api", "key", "channel", "status", "classification", "requests", "queued", "sent", "not_sent"),
            of_apis[:limit],
            "No definition: messaging.create_definition and messaging.create_triggered_send make them.",
        ),
    ]


@pane("triggered-send/")
def triggered_send(org: Org, key: str, limit: int) -> list[Section]:
    """TriggeredSendSummary of a definition, as the SOAP API has it."""
    from store.messaging import api_sends

    found = api_sends.summary(org, key)
    return [Section("summary", ("what", "value"), list(found.items()), data=found)]


@pane("request/")
def request(org: Org, number: str, limit: int) -> list[Section]:
    """The answer that the caller of an API got."""
    from store.messaging import api_sends

    return [_body("answer", api_sends.answer_of(org, int(number) if number.isdecimal() else -1))]


@pane("message/")
def message(org: Org, key: str, limit: int) -> list[Section]:
    """The status of a transactional message by its messageKey, as the API answers."""
    from store.messaging import api_sends

    return [_body("status", api_sends.message_status(org, key))]


@pane("messages-not-sent")
def messages_not_sent(org: Org, _: str, limit: int) -> list[Section]:
    """Transactional messages that were not sent, with the reasons, as the API lists them."""
    from store.messaging import api_sends

    entries = api_sends.not_sent(org, limit)
    rows = [tuple(each.values()) for each in entries]
    headers = tuple(entries[0]) if entries else ("messageKey", "statusCode", "statusMessage")
    return [Section("entries", headers, rows, "Every message was sent, or waits.")]


@pane("validation/")
def validation(org: Org, key: str, limit: int) -> list[Section]:
    """What the API answers when the draft of a journey is validated."""
    from store import journey

    return [_body("answer", journey.validation(org, key))]


def _body(name: str, body: dict[str, Any]) -> Section:
    return Section(name, (), (), text=json.dumps(body, indent=2, ensure_ascii=False), data=body)
