"""Transactional API Event: a transactional journey, entered by a send request. Type transactional-api.

`POST /messaging/v1/email/messages/{messageKey}` is the command journey.send_transactional. The journey's JSON names no
entry event; the request's attributes are fields of the message's data extension, where it has one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from store import data_extensions, messaging
from store.commands import Outcome, command
from store.data_extensions import Field
from store.errors import Refused
from store.journey.activities.base import Finding
from store.journey.arrivals import arrive, arrived, definition, instance_id
from store.journey.entry_sources.base import Candidates, EntrySource, entry_source
from store.journey.firing import refuse_bad_key, typed

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.org import Org

# The data extension template TriggeredSendDataExtension; source: domain B3.
_TEMPLATE = (
    Field("SubscriberKey", "Text", 254, is_nullable=False),
    Field("EmailAddress", "EmailAddress", 254, is_nullable=False),
)


@entry_source("Transactional API Event", "TRANSACTIONAL-API")
class TransactionalApi(EntrySource):
    """The data extension is the message's own (`metaData.highThroughput`), if any."""

    arrives: ClassVar[bool] = True

    def check(self, checking: Checking) -> Iterator[Finding]:
        """One message, and the data extension that it names."""
        if self.version.event is None:
            yield Finding("error", f"The transactional journey {self.version.name} was saved without its entry event.")
            return
        if len(self.version.spec.activities) != 1:
            yield self.error("a transactional journey has one activity, its message.")
        named = self.event.data_extension
        if named and data_extensions.find(checking.org, named) is None:
            yield self.warning(f"the message's data extension {named} is not here: its attributes are ignored.")

    def fields(self, org: Org) -> tuple[Field, ...]:
        """Of the message's data extension, else SubscriberKey and EmailAddress."""
        return super().fields(org) or _TEMPLATE

    def candidates(self, org: Org) -> Candidates:
        """The send requests since the last run."""
        return arrived(org, self.version, self.fields(org))

    def explain(self) -> str:
        return f"A contact enters with each transactional send request for {self.version.key}."


@command("journey.send_transactional")
def send_transactional(
    org: Org, *, definition_key: str, contact_key: str, to: str, attributes: dict[str, Any] | None = None
) -> Outcome:
    """Ask for a transactional message to `to`, as POST /messaging/v1/email/messages/{messageKey} does.

    Raises Refused for an unknown definition, a bad key or address, and attributes that do not fit.
    Source: SFD:sendMessageSingleRecipient.
    """
    found = definition(org, definition_key)
    if found.event.type != TransactionalApi.type:
        raise Refused(f"{definition_key} is no transactional send definition.")
    refuse_bad_key(contact_key)
    de = data_extensions.find(org, found.event.data_extension) if found.event.data_extension else None
    fields = de.fields if de else _TEMPLATE
    given = dict(attributes or {}) if de else {}  # without a data extension there is nowhere to keep them
    names = {name.lower() for name in given}
    for field in fields:
        known = {"subscriberkey": contact_key, "emailaddress": to, "email": to}.get(field.name.lower())
        if field.name.lower() not in names and known is not None:
            given[field.name] = known
    number = arrive(org, found, contact_key, typed(org, de.name if de else definition_key, fields, given))
    messaging.count_call(org, messaging.REST)
    title = f"Transactional message {definition_key} asked for {contact_key} ({instance_id(org, number)})"
    return Outcome(title, {"events": 1}, f"contact/{contact_key}")
