"""Why a contact went where it did: each decision with the values that made it and what the CRM said at that moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import clock, contacts, crm, journey
from store.advice.not_sent import NotSent, not_sent
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class Value:
    """One value that a decision read. `crm` is what the CRM said then, where it has a field of that name."""

    name: str
    read: object
    source: str
    crm: object = None
    known_to_crm: bool = False

    @property
    def differs(self) -> bool:
        """Whether the decision acted on something else than the CRM said."""
        return self.known_to_crm and self.read != self.crm


@dataclass(frozen=True)
class Decision:
    """One decision at a split, or of a send that left the contact out; `at` is UTC seconds.

    A send outside of journeys has no journey and no activity. `change` is what would have to change for a message.
    """

    journey: str
    activity: str
    name: str
    at: int
    outcome: str
    label: str
    forced: bool
    criteria: str
    values: tuple[Value, ...]
    change: str = ""


def contact_key(org: Org, text: str) -> str:
    """The Contact Key that a person means: the key itself, or the e-mail address or id of a CRM record.

    Raises Refused when nobody is meant, or when the record is not known to Marketing Cloud yet.
    """
    try:
        return contacts.contact(org, text).contact_key
    except Refused as unknown:
        try:
            record = crm.resolve(org, text)
        except Refused:
            raise unknown from None
    try:
        return contacts.contact(org, record.id).contact_key
    except Refused:
        raise Refused(
            f"{text} is {record.object} {record.id} in the CRM, but no contact in Marketing Cloud.",
            cause="The record has not been synchronized, and nothing else has made it a contact.",
            fix="Step until the next poll, or see what is synchronized: mctui show FILE sync.",
        ) from None


def why(org: Org, text: str, journey_key: str | None = None) -> list[Decision]:
    """Every decision about a contact in its visits of all journeys (or one) and every message that it did not get, in
    order of time."""
    key = contact_key(org, text)
    found = [_left_out(each) for each in not_sent(org, key, journey_key)]
    for visit in journey.visits(org, key, journey_key):
        for each in journey.decisions(org, visit):
            values = tuple(_beside_the_crm(org, key, each.at, read) for read in each.decision.read)
            found.append(
                Decision(
                    visit.journey_key, each.activity_key, each.name, each.at, each.outcome, each.label, each.forced,
                    each.decision.rule, values,
                )
            )  # fmt: skip
    return sorted(found, key=lambda each: each.at)


def _left_out(left: NotSent) -> Decision:
    since = f", since {clock.system_text(left.since)} system" if left.since is not None else ""
    because = f" ({left.because})" if left.because else ""
    return Decision(
        left.journey, left.activity, left.name, left.at, "not sent", f"not sent: {left.reason} (code {left.code})",
        False, f"{left.says}{since}{because}", (), left.change,
    )  # fmt: skip


def _beside_the_crm(org: Org, key: str, at: int, read: journey.Read) -> Value:
    field = read.name.rpartition(".")[2].strip('"')
    try:
        record = crm.resolve(org, key)
    except Refused:  # a contact that did not come from the CRM
        return Value(read.name, read.value, read.source)
    known = {name.lower(): name for name in record.values}
    if field.lower() not in known:
        return Value(read.name, read.value, read.source)
    then = crm.value_at(org, record.object, record.row_id, known[field.lower()], at)
    return Value(read.name, read.value, read.source, then, True)
