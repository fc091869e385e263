"""Data-binding expressions, `{{...}}`, compiled to SQL about a visit.

A text may be one expression, plain, or both together (`Hello {{Event.key.Name}}`). The SQL names these aliases: `m` a
row of journey_members, `e` the visit's journey data, `k` its contact; `Bound` says which of the last two it needs.
Source: domain E2, key syntax, and the custom activity example's arguments.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store import contacts, content, messaging
from store.assumptions import assume
from store.clock import system_text
from store.data_extensions import quoted
from store.errors import Refused
from store.ids import sql_guid
from store.journey.attributes import Attribute, attribute
from store.journey.contact_data import contact_data, sql_value
from store.journey.outputs import sql_column
from store.journey.spec import ActivitySpec, binding
from store.journey.tables import sql_contact

if TYPE_CHECKING:
    from store.journey.version import Version
    from store.org import Org

assume(
    "unknown_context_value",
    "empty",
    ("empty", "refused"),
    "What {{Context.<name>}} is for a name that no page lists: nothing, with a warning; or the journey is refused",
    "the journey of Salesforce's own custom activity example passes {{Context.discount}}, which nothing defines",
)

_EXPRESSION = re.compile(r"\{\{\s*(.+?)\s*\}\}", re.DOTALL)
_COLUMN = re.compile(r'\w+\."(?:[^"]|"")*"')  # e."Email"


@dataclass(frozen=True)
class Bound:
    """`sql` is an expression; `constant` tells that it is the same for everyone, with its value in `params`.

    `kind` is the type of the field that it reads, where it reads one.
    """

    sql: str
    params: Mapping[str, Any] = field(default_factory=dict)
    needs_event: bool = False
    needs_contact: bool = False
    constant: bool = False
    kind: str = ""

    @property
    def value(self) -> Any:
        """The value of a constant."""
        assert self.constant
        return next(iter(self.params.values()))


class Binder:
    """Compiles the expressions of one activity of one version; each parameter gets a name of its own."""

    def __init__(self, org: Org, version: Version, activity: ActivitySpec | None = None, prefix: str = "b") -> None:
        self.org, self.version, self.activity, self.prefix = org, version, activity, prefix
        self.fields, self.awaited = version.event_fields(org), version.awaited_fields(org)
        self.unknown: list[str] = []  # names of the context that were compiled to nothing
        self._number = 0

    def compile(self, value: Any) -> Bound:
        """The SQL of a value. Raises Refused for an expression that names nothing that exists."""
        if not isinstance(value, str) or "{{" not in value:
            return self._constant(value)
        inside = [match[1] for match in _EXPRESSION.finditer(value)]
        texts = _EXPRESSION.sub("\0", value).split("\0")
        if len(inside) == 1 and not any(texts):
            return self._expression(inside[0])
        parts: list[Bound] = []
        for number, text in enumerate(texts):
            parts += [self._constant(text)] if text else []
            parts += [self._expression(inside[number])] if number < len(inside) else []
        sql = " || ".join(f"coalesce({part.sql}, '')" for part in parts)
        return Bound(f"({sql})", merged(parts), any(p.needs_event for p in parts), any(p.needs_contact for p in parts))

    def personalized(self, text: str) -> Bound:
        """The SQL of a text with personalization strings, filled from the journey data; unknown fields are nothing."""
        parts: list[Bound] = []
        for piece, is_field in content.pieces(text):
            known = self.fields.get(piece.lower())
            if not is_field:
                parts.append(self._constant(piece))
            elif known is not None:
                parts.append(Bound(f"e.{quoted(known[0])}", needs_event=True))
        sql = " || ".join(f"coalesce({part.sql}, '')" for part in parts) or "''"
        return Bound(f"({sql})", merged(parts), any(part.needs_event for part in parts))

    def problem(self, value: Any) -> str:
        """What is wrong with a value, or nothing."""
        try:
            self.compile(value)
        except Refused as error:
            return f"{error.message} {error.fix}".rstrip()
        return ""

    # ---- one expression

    def _constant(self, value: Any) -> Bound:
        self._number += 1
        name = f"{self.prefix}{self._number}"
        return Bound(f":{name}", {name: value}, constant=True)

    def _expression(self, text: str) -> Bound:
        expression = text.replace('"', "").strip()
        named = attribute(expression)
        lower = expression.lower()
        if named.kind == "key" or lower == "context.contactkey":
            return Bound("k.contact_key", needs_contact=True)
        if lower in ("event", "event." + self.version.spec.event_key.lower()):
            return self._whole_event()
        root, _, rest = lower.partition(".")
        if root in _ROOTS:
            found = _ROOTS[root](self, rest, expression.partition(".")[2])
            if found is not None:
                return found
            raise Refused(f"'{{{{{text}}}}}' names nothing that a journey knows.")
        if named.kind == "event":
            return self._event(named)
        return self._contact_data(named)

    def _event(self, named: Attribute) -> Bound:
        known = self.awaited.get(f"{named.source}.{named.field}".lower()) or self.fields.get(named.field.lower())
        if known is None:
            names = ", ".join(column for column, _ in self.fields.values())
            raise Refused(f"The entry event has no field '{named.field}'.", fix=f"It has {names or 'none'}.")
        return Bound(sql_column(known[0]), needs_event=True, kind=known[1])

    def _whole_event(self) -> Bound:
        pairs = ", ".join(f"'{column}', e.{quoted(column)}" for column, _ in self.fields.values())
        return Bound(f"json_object({pairs})", needs_event=True)

    def _contact_data(self, named: Attribute) -> Bound:
        data = contact_data(self.org, named.source, binding=True)
        field = data.attribute_set.attribute(named.field)
        return Bound(sql_value(self.org, data, field.name), needs_contact=True, kind=field.type)

    def _of_event(self, lower: str, rest: str) -> Bound | None:
        return self._event(attribute(f"Event.{rest}" if "." in rest else rest))

    def _of_contact(self, lower: str, rest: str) -> Bound | None:
        if lower == "id":
            return Bound(sql_contact("m.visit"))
        if lower == "default.email":
            return Bound(contacts.sql_email_address(sql_contact("m.visit")))
        if lower in ("default.sms", "default.phonenumber", "default.mobilenumber"):
            return Bound(messaging.sql_mobile_number(sql_contact("m.visit")))
        if not lower.startswith("attribute."):
            return None
        named = attribute(f"Contact.{rest}")
        if named.source:
            return self._contact_data(named)
        # `Contact.Attribute.Field` without a set: how older samples name a field of the entry data extension.
        return self._event(Attribute("event", "", named.field))

    def _of_defaults(self, lower: str, rest: str) -> Bound | None:
        """The journey's default email or mobile number: the first of its expressions that has a value."""
        spec = self.version.spec
        listed = {"email": spec.default_emails, "mobilenumber": spec.default_mobile_numbers}.get(lower)
        if listed is None:
            return None
        parts = [self.compile(expression) for expression in listed]
        sql = [_filled(part.sql) for part in parts] or ["NULL"]
        return Bound(
            f"coalesce({', '.join([*sql, 'NULL'])})", merged(parts), any(p.needs_event for p in parts),
            any(p.needs_contact for p in parts),
        )  # fmt: skip

    def _of_context(self, lower: str, rest: str) -> Bound | None:
        if lower == "definitioninstanceid":
            return Bound(sql_instance_id(self.org.seed, self.version, "m.visit"))
        if lower == "now":
            return self._constant(system_text(self.org.now))
        known = {
            "definitionid": self.version.guid(self.org),
            "publicationid": self.version.guid(self.org),
            "versionnumber": self.version.number,
            "executionmode": "Production",
            "startactivitykey": self.version.spec.start_key,
            "requestobjectid": None,
            "waitqueueid": None,
        }
        if lower in known or self.org.assumption("unknown_context_value") == "refused":
            return self._constant(known[lower]) if lower in known else None
        self.unknown.append(rest)
        return self._constant(None)

    def _of_activity(self, lower: str, rest: str) -> Bound | None:
        if self.activity is None or lower not in ("id", "key", "name"):
            return None
        known = {"id": self.version.activity_id(self.org, self.activity.key), "key": self.activity.key}
        return self._constant(known.get(lower, self.activity.name))

    def _of_clock(self, lower: str, rest: str) -> Bound | None:
        return self._constant(system_text(self.org.now)) if lower == "now" else None

    def _of_interaction(self, lower: str, rest: str) -> Bound | None:
        """What an earlier activity returned. Source: domain E7, out arguments."""
        key, _, name = rest.rpartition(".")
        known = {each.lower(): each for each in self.version.spec.activities}
        if key.lower() not in known:
            raise Refused(f"'{{{{Interaction.{rest}}}}}': there is no activity '{key}' in this journey.")
        self._number += 1
        prefix = f"{self.prefix}{self._number}"
        return Bound(
            f"""(SELECT o.value FROM journey_outputs o
                 WHERE o.version_id = {self.version.version_id} AND o.activity_key = :{prefix}_key
                   AND o.name = :{prefix}_name AND o.visit = m.visit)""",
            {f"{prefix}_key": known[key.lower()], f"{prefix}_name": name},
        )


_ROOTS = {
    "event": Binder._of_event,
    "contact": Binder._of_contact,
    "interactiondefaults": Binder._of_defaults,
    "context": Binder._of_context,
    "activity": Binder._of_activity,
    "datetime": Binder._of_clock,
    "interaction": Binder._of_interaction,
}


def field_type(org: Org, version: Version, expression: str) -> str:
    """The type of the field that an expression names; Text for what is no field. Raises Refused as Binder does."""
    inside = binding(expression) or expression.strip()
    return Binder(org, version).compile(f"{{{{{inside}}}}}").kind or "Text"


def value_of_visit(org: Org, version: Version, expression: str, visit: int, root_id: int) -> tuple[object, str]:
    """What one visit has in an expression, and where that is; contact data as it is now."""
    inside = binding(expression) or expression.strip()
    named = attribute(inside)
    bound = Binder(org, version).compile(f"{{{{{inside}}}}}")
    source = {"event": "journey data", "output": "activity output", "context": "journey"}.get(
        named.kind, "contact data"
    )
    if named.kind == "contact":
        source += f", {contact_data(org, named.source, binding=True).attribute_set.name} as it is now"
    members = "(SELECT :visit AS visit) m" + joins(version, [bound], root_id)
    return org.value(f"SELECT {bound.sql} FROM {members}", {**bound.params, "visit": visit}), source


def sql_instance_id(seed: int, version: Version, visit: str) -> str:
    """SQL for the definition instance id: one per run of a contact through a version."""
    return sql_guid(seed, f"definition instance|{version.version_id}", visit)


def merged(parts: Iterable[Bound]) -> dict[str, Any]:
    """The parameters of several."""
    return {name: value for part in parts for name, value in part.params.items()}


def members_of(version: Version, cohort_ids: Sequence[int], parts: Iterable[Bound], root_id: int) -> str:
    """FROM and WHERE of the members of cohorts of one entry, with the aliases that these expressions name.

    `m` first, in the order of the visits; a constant root keeps the parameters free for the expressions.
    """
    listed = ", ".join(map(str, cohort_ids))
    return f"FROM journey_members m{joins(version, list(parts), root_id)} WHERE m.cohort_id IN ({listed})"


def entrants_of(version: Version, cohort_ids: Sequence[int], parts: Sequence[Bound], root_id: int) -> tuple[str, str]:
    """(SQL of the visit, FROM and WHERE) of the members of cohorts of one entry.

    All of an entry have the journey data that came with it: who they are need not be looked up.
    """
    if list(cohort_ids) != [root_id] or any("m.visit" in part.sql for part in parts):
        return "m.visit", members_of(version, cohort_ids, parts, root_id)
    contact = f" JOIN contacts k ON k.contact_id = {sql_contact('e._visit')}"
    found = contact if any(part.needs_contact for part in parts) else ""
    return "e._visit", f"FROM {version.event_table} e{found} WHERE e._cohort_id = {root_id}"


def joins(version: Version, parts: Sequence[Bound], root_id: int) -> str:
    """What FROM needs beside the members m for these expressions."""
    found = ""
    if any(part.needs_event for part in parts):
        found += f" CROSS JOIN {version.event_table} e ON e._cohort_id = {root_id} AND e._visit = m.visit"
    if any(part.needs_contact for part in parts):
        found += f" CROSS JOIN contacts k ON k.contact_id = {sql_contact('m.visit')}"
    return found


def _filled(sql: str) -> str:
    """SQL for a value, NULL when it is empty. Of a column nullif() makes two copies, which a million rows feel."""
    return f"CASE WHEN {sql} <> '' THEN {sql} END" if _COLUMN.fullmatch(sql) else f"nullif({sql}, '')"


def default_email(org: Org, version: Version, prefix: str = "d") -> Bound:
    """The address by the journey's default email: the first of its expressions that has a value.

    Expressions that name nothing are passed over (the check says so). Without any it is the first field of the journey
    data that holds an address. Source: domain E5.
    """
    binder, parts = Binder(org, version, prefix=prefix), []
    for expression in version.spec.default_emails:
        try:
            parts.append(binder.compile(f"{{{{{binding(expression) or expression.strip()}}}}}"))
        except Refused:
            continue
    if not parts:
        column = version.email_field(org)
        return Bound(f"e.{quoted(column)}" if column else "NULL", needs_event=True)
    values = [_filled(part.sql) for part in parts]
    return Bound(
        values[0] if len(values) == 1 else f"coalesce({', '.join(values)})", merged(parts),
        any(part.needs_event for part in parts), any(part.needs_contact for part in parts),
    )  # fmt: skip
