"""Sending one batch of a mobile message: who can be reached, what each is sent, how everyone responds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store import contacts
from store.assumptions import assume
from store.chance import SCALE, share, sql_chance
from store.messaging.engagement import sql_who
from store.messaging.mobile import segments
from store.messaging.mobile.effects import catch_up, schedule_looks
from store.messaging.mobile.lists import BY_APPLICATION, add_numbers, opt_in
from store.messaging.mobile.messages import Message
from store.messaging.views import CONTACT_OF_VISIT

if TYPE_CHECKING:
    from store.messaging.model import EngagementModel
    from store.org import Org

NO_NUMBER, NOT_OPTED_IN, OPTED_OUT, UNDELIVERABLE, NO_DEVICE, PUSH_FORBIDDEN, DELETED = 1, 2, 3, 4, 5, 6, 40
EXCLUSIONS = {  # numbers of our own: the product's data views have no row for who was not sent to
    NO_NUMBER: "No valid mobile number",
    NOT_OPTED_IN: "Not opted in to the keyword",
    OPTED_OUT: "Opted out",
    UNDELIVERABLE: "Mobile number is undeliverable",
    NO_DEVICE: "No device with the app",
    PUSH_FORBIDDEN: "Push messages are not allowed on the device",
    DELETED: "The contact is being deleted",
}
_TAIL = SCALE * 51 // 50  # as for email: a delay is at most 50 times the typical one

NEEDS_OPT_IN = assume(
    "messaging.sms_needs_opt_in",
    True,
    (True, False),
    "A journey's SMS reaches only contacts who are opted in to its keyword; one that subscribes them (isOptIn) opts"
    " them in first, except who has opted out.",
    "general knowledge; domain D4 for the states of consent",
)


@dataclass(frozen=True)
class MobileSent:
    """What one batch came to: people, messages (parts) in all, new numbers and consents."""

    batch_id: int
    sent: int
    excluded: int
    parts: int
    numbers: int
    opted_in: int


@dataclass(frozen=True)
class MobileAudience:
    """Who is sent to: all members of a cohort.

    `numbers` is a SELECT of (contact_id, number) that contacts without a number get it from, `texts` one of (visit,
    text) where the text is personalized; both with `params`. `subscribe` opts everyone in to the keyword first.
    """

    cohort_id: int
    size: int
    numbers: str = ""
    texts: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    subscribe: bool = False


def send_mobile(org: Org, message: Message, audience: MobileAudience) -> MobileSent:
    """Send a message to an audience now."""
    from store.messaging.model import read

    catch_up(org)
    batch_id = int(org.value("SELECT coalesce(max(batch_id), 0) + 1 FROM mobile_batches"))
    numbers = opted_in = 0
    contact = f"visit & {CONTACT_OF_VISIT}"
    members = f"SELECT {contact} FROM journey_members WHERE cohort_id = :cohort"
    params = {**audience.params, "cohort": audience.cohort_id, "batch": batch_id, "now": org.now}
    if message.channel.address == "number":
        if audience.numbers:
            numbers = add_numbers(org, audience.numbers, audience.params, method=BY_APPLICATION, overwrite=False)
        if audience.subscribe and message.keyword_id is not None:
            reachable = f"{members} AND {contact} IN (SELECT contact_id FROM mobile_numbers)"
            opted_in = opt_in(org, message.keyword_id, reachable, params, method=BY_APPLICATION, again=False)
    excluded = org.run(f"INSERT INTO mobile_exclusions {_excluded(org, message)}", {**params, **_of(message)})
    parts, total = _texts(org, message, audience, params, audience.size - excluded)
    org.run(
        "INSERT INTO mobile_batches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        batch_id, message.message_id, audience.cohort_id, org.now, audience.size - excluded, excluded, parts, total,
        org.now, org.now,
    )  # fmt: skip
    _draw(org, message, read(org), params)
    schedule_looks(org, batch_id, message.name)
    return MobileSent(batch_id, audience.size - excluded, excluded, total, numbers, opted_in)


def _of(message: Message) -> dict[str, Any]:
    return {"keyword": message.keyword_id, "application": message.application}


def _excluded(org: Org, message: Message) -> str:
    """A SELECT of (batch, visit, code) of whom the message cannot reach, each with the first reason that holds."""
    contact = f"m.visit & {CONTACT_OF_VISIT}"
    gone = ""
    if contacts.deletion.any_suppressed(org):  # source: domain A5, blocked in Mobile Studio too
        gone = f"WHEN {contact} IN ({contacts.deletion.SUPPRESSED}) THEN {DELETED}"
    if message.channel.address == "device":
        forbidden = f"WHEN d.opted_in = 0 THEN {PUSH_FORBIDDEN}" if message.channel.consent else ""
        return f"""
            SELECT batch, visit, code FROM (
              SELECT :batch AS batch, m.visit,
                     CASE {gone} WHEN d.contact_id IS NULL THEN {NO_DEVICE} {forbidden} END AS code
              FROM journey_members m
                   LEFT JOIN mobile_devices d ON d.application = :application AND d.contact_id = {contact}
              WHERE m.cohort_id = :cohort LIMIT -1)
            WHERE code IS NOT NULL"""
    consent = "s.opt_in_status IS NULL OR s.opt_in_status <> 2"
    needs = "1" if message.keyword_id is not None and org.assumption(NEEDS_OPT_IN.name) else "0"
    return f"""
        SELECT batch, visit, code FROM (
          SELECT :batch AS batch, m.visit,
                 CASE {gone} WHEN n.contact_id IS NULL THEN {NO_NUMBER}
                      WHEN n.held_at IS NOT NULL THEN {UNDELIVERABLE}
                      WHEN s.opt_out_status = 1 THEN {OPTED_OUT}
                      WHEN {needs} AND ({consent}) THEN {NOT_OPTED_IN} END AS code
          FROM journey_members m LEFT JOIN mobile_numbers n ON n.contact_id = {contact}
               LEFT JOIN mobile_subscriptions s ON s.contact_id = n.contact_id AND s.keyword_id = :keyword
          WHERE m.cohort_id = :cohort LIMIT -1)
        WHERE code IS NOT NULL"""


def _texts(
    org: Org, message: Message, audience: MobileAudience, params: Mapping[str, Any], people: int
) -> tuple[int, int]:
    """Keep what each is sent, where it differs; returns messages per person (0: it differs) and in all."""
    if message.channel.name != "sms":
        return 1, people
    if not audience.texts:
        parts = segments.parts(message.text, concatenated=message.concatenated)
        return parts, parts * people
    org.run(
        f"""INSERT INTO mobile_texts
            SELECT :batch, visit, text, {segments.sql_parts("text", concatenated=message.concatenated)}
            FROM (WITH given(visit, text) AS ({audience.texts}) SELECT visit, text FROM given LIMIT -1)
            WHERE visit NOT IN (SELECT visit FROM mobile_exclusions WHERE batch_id = :batch)
            ORDER BY visit""",
        params,
    )
    return 0, int(org.value("SELECT coalesce(sum(parts), 0) FROM mobile_texts WHERE batch_id = :batch", params))


def _draw(org: Org, message: Message, model: EngagementModel, params: Mapping[str, Any]) -> None:
    """Write all events to come of a batch: delivered or not, then what people do. Draws as for email."""
    who = sql_who("m.visit")

    def draw(what: str) -> str:
        return sql_chance(org.seed, f"{message.channel.name} {what}|message {message.message_id}", who)

    def delay(what: str, typical: int) -> str:
        return f"({typical} * {draw(what)} / ({_TAIL} - {draw(what)}))"

    # A number or device that is dead is so for every message: the draw is for the person.
    person = f"(m.visit & {CONTACT_OF_VISIT})"
    rate = share(getattr(model, message.channel.failure))
    dead = f"{sql_chance(org.seed, f'dead {message.channel.address}', person)} < {rate}"
    org.run(
        f"""INSERT INTO mobile_events
            SELECT :batch, iif({dead}, 'undelivered', 'delivered'), m.visit, :now + 3 + {draw("carrier")} % 25
            FROM journey_members m
            WHERE m.cohort_id = :cohort
              AND m.visit NOT IN (SELECT visit FROM mobile_exclusions WHERE batch_id = :batch)""",
        params,
    )
    before = "delivered"
    for kind, likely, typical in message.channel.responses:
        if kind == "click" and message.channel.name == "sms" and not message.links:
            continue
        org.run(
            f"""INSERT INTO mobile_events
                SELECT :batch, '{kind}', m.visit, m.event_at + 5 + {delay(f"{kind} delay", getattr(model, typical))}
                FROM mobile_events m
                WHERE m.batch_id = :batch AND m.kind = '{before}' AND {draw(kind)} < {share(getattr(model, likely))}""",
            params,
        )
        before = "open" if kind == "open" else before
