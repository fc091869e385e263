"""Which fields of which data extensions a journey reads and writes, activity by activity.

It is read from the JSON of the journey, not from the activities as they run: criteria and data bindings look the same
in every type of activity, those included that cannot run here yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import business_units, content, data_extensions, messaging
from store.data_extensions import DataExtension
from store.errors import Refused
from store.journey.activities import is_built, make
from store.journey.activities.email import EmailActivity
from store.journey.activities.update_contact import UpdateContact, de_of, field_of
from store.journey.attributes import attribute
from store.journey.contact_data import contact_data, sets_of
from store.journey.criteria import parse
from store.journey.spec import ActivitySpec, binding

if TYPE_CHECKING:
    from store.journey.version import Version
    from store.org import Org

# Kinds of use, from which follows what becomes of it when the field goes.
KEY, ADDRESS, FILTER, CRITERIA, BINDING, PERSONALIZATION, WRITTEN = (
    "contact key", "email address", "entry filter", "criteria", "data binding", "personalization", "written",
)  # fmt: skip

_BINDINGS = re.compile(r"\{\{\s*(.+?)\s*\}\}", re.DOTALL)


@dataclass(frozen=True)
class Use:
    """One field that is read, or written (`how` is `written`). `activity_key` is empty for the journey itself."""

    activity_key: str
    activity: str
    de: str
    field: str
    how: str


@dataclass(frozen=True)
class SentEmail:
    """An email that an activity sends."""

    activity_key: str
    email_id: int
    name: str


def uses(org: Org, version: Version) -> tuple[Use, ...]:
    """All uses of a version, each once, in the order of the JSON; what is not there any more is left out."""
    with business_units.acting(org, version.mid):
        return _uses(org, version)


def _uses(org: Org, version: Version) -> tuple[Use, ...]:
    event = version.event
    entry = data_extensions.find(org, event.data_extension) if event and event.data_extension else None
    reader = _Reader(org, entry)
    found: list[Use] = []
    if entry is not None and entry.sendable_field:
        found.append(Use("", "entry", entry.path, entry.sendable_field, KEY))
    for xml in (event.criteria if event else "", version.spec.entry_criteria):
        found += reader.criteria("", "entry filter", xml, FILTER)
    for expression in version.spec.default_emails:
        found += reader.bindings("", "default email", expression, ADDRESS)
    for spec in version.spec.activities.values():
        found += reader.activity(spec)
    return tuple(dict.fromkeys(found))


def sent_emails(org: Org, version: Version) -> tuple[SentEmail, ...]:
    """The emails of a version, in the order of its activities."""
    found = []
    for spec in version.spec.activities.values():
        email = _email(org, spec)
        if email is not None:
            found.append(SentEmail(spec.key, email.email_id, email.name))
    return tuple(found)


def contact_sets(version: Version) -> tuple[str, ...]:
    """The names of the attribute sets that a version reads as contact data, each once."""
    spec = version.spec
    keys = [binding(each) or each.strip() for each in (*spec.default_emails, *spec.default_mobile_numbers)]
    texts = [version.event.criteria if version.event else "", spec.entry_criteria]
    texts += [gate.criteria for gate in (spec.goal, spec.exit) if gate is not None]
    for activity in spec.activities.values():
        texts += texts_in(activity.raw)
    for text in texts:
        keys += _named_in(text)
    return sets_of(keys)


def _named_in(text: str) -> list[str]:
    """The keys of attributes in criteria or in double braces; in criteria that cannot be read there are none."""
    if not text.lstrip().startswith("<FilterDefinition"):
        return _BINDINGS.findall(text)
    try:
        conditions = list(parse(text).conditions())
    except Refused:
        return []
    return [key for each in conditions for key in (each.key, each.value if each.value_is_reference else "") if key]


def _email(org: Org, spec: ActivitySpec) -> messaging.Email | None:
    return EmailActivity(spec).email(org) if spec.type == EmailActivity.type else None


class _Reader:
    """Resolves names to fields that exist, for one entry data extension."""

    def __init__(self, org: Org, entry: DataExtension | None) -> None:
        self.org, self.entry = org, entry

    def activity(self, spec: ActivitySpec) -> Iterator[Use]:
        """What one activity reads and writes."""
        title = make(spec).title if is_built(spec.type) else f"{spec.type} {spec.name}"
        for text in texts_in(spec.raw):
            if text.lstrip().startswith("<FilterDefinition"):
                yield from self.criteria(spec.key, title, text, CRITERIA)
            else:
                yield from self.bindings(spec.key, title, text, BINDING)
        if spec.type == UpdateContact.type:
            yield from self._written(spec, title)
        yield from self._personalized(spec, title)

    def _written(self, spec: ActivitySpec, title: str) -> Iterator[Use]:
        for written in UpdateContact(spec).fields:
            de = data_extensions.find(self.org, de_of(written))
            field = de.by_name.get(field_of(written).lower()) if de else None
            if de is not None and field is not None:
                yield Use(spec.key, title, de.path, field.name, WRITTEN)

    def _personalized(self, spec: ActivitySpec, title: str) -> Iterator[Use]:
        email = _email(self.org, spec)
        if email is None or self.entry is None:
            return
        subject = str(EmailActivity(spec).definition.get("emailSubject") or email.subject)
        for name in content.fields_named("\n".join((subject, email.html, email.text))):
            field = self.entry.by_name.get(name.lower())
            if field is not None:
                yield Use(spec.key, title, self.entry.path, field.name, PERSONALIZATION)

    def criteria(self, key: str, title: str, xml: str, how: str) -> Iterator[Use]:
        """The attributes that filter criteria name; criteria that cannot be read name none."""
        try:
            conditions = list(parse(xml).conditions()) if xml else []
        except Refused:
            return
        for condition in conditions:
            yield from self._use(key, title, condition.key, how)
            if condition.value_is_reference:
                yield from self._use(key, title, condition.value, how)

    def bindings(self, key: str, title: str, text: str, how: str) -> Iterator[Use]:
        """The attributes that stand in double braces."""
        for inside in _BINDINGS.findall(text):
            yield from self._use(key, title, inside, how)

    def _use(self, key: str, title: str, name: str, how: str) -> Iterator[Use]:
        named = attribute(name)
        if named.kind == "key":
            return
        de = self.entry
        if named.kind == "contact":
            try:
                de = contact_data(self.org, named.source, binding=True).attribute_set.de
            except Refused:  # not linked, or Context, Interaction and the like, which are no data extensions
                return
        field = de.by_name.get(named.field.lower()) if de is not None else None
        if de is not None and field is not None:
            yield Use(key, title, de.path, field.name, how)


def texts_in(value: Any) -> Iterator[str]:
    """Every text inside a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts_in(each)
