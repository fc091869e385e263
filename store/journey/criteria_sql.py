"""Filter criteria compiled to one SQL condition about a visit.

Journey data is read from the snapshot (alias `e`), contact data live from the data extensions by the Contact Key
(alias `k`, the contact). Names and values become identifiers and named parameters, never pasted text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store import data_extensions
from store.assumptions import assume
from store.clock import DAY, system_day_start, system_text
from store.errors import Refused
from store.journey.attributes import Attribute, attribute
from store.journey.contact_data import contact_data, path_of, sql_value
from store.journey.criteria import Condition, ConditionSet, Criteria, relative_days
from store.journey.outputs import sql_column, sql_output

if TYPE_CHECKING:
    from store.contacts.designer import ContactData
    from store.org import Org

NULL_MATCHES_NOT = assume(
    "null_matches_not",
    False,
    (False, True),
    "An empty value satisfies 'does not equal' and 'does not contain' in journey filters.",
    "not documented; SQL's own rule is that it does not",
)


@dataclass
class Compiled:
    """`sql` is a condition that is 0 or 1; `needs_event` and `needs_contact` say which aliases it names."""

    sql: str = "1"
    params: dict[str, Any] = field(default_factory=dict)
    needs_event: bool = False
    needs_contact: bool = False


class Compiler:
    """Compiles criteria for one moment and one event's fields (lower-case name -> (column, type))."""

    def __init__(
        self, org: Org, event_fields: Mapping[str, tuple[str, str]], prefix: str, version_id: int | None
    ) -> None:
        self.org, self.event_fields, self.prefix, self.version_id = org, event_fields, prefix, version_id
        self.null_matches_not = bool(org.assumption("null_matches_not"))
        self.result = Compiled()

    def compile(self, criteria: Criteria) -> Compiled:
        """The whole condition. Raises Refused naming the attribute or operator that cannot be."""
        sets = [self._set(each) for each in criteria.sets]
        self.result.sql = f"coalesce({' AND '.join(sets) or '1'}, 0)"
        return self.result

    def _set(self, node: ConditionSet) -> str:
        parts = []
        rows: dict[tuple[object, ...], list[Condition]] = {}
        for child in node.children:
            if isinstance(child, ConditionSet):
                parts.append(self._set(child))
                continue
            left = attribute(child.key)
            if left.kind == "contact" and node.operator == "AND":
                rows.setdefault((left.source.lower(), *path_of(child)), []).append(child)
            elif left.kind == "contact":
                parts.append(self._row_of_contact([child]))
            else:
                column, kind = self._column(left)
                parts.append(self._compare(child, column, kind, None))
        # Conditions of one AND set on the same data extension must hold in the same row. Source: domain E2 (any row of
        # a one-to-many data extension that satisfies the set).
        parts += [self._row_of_contact(conditions) for conditions in rows.values()]
        return "(" + f" {node.operator} ".join(parts or ["1"]) + ")"

    def _column(self, left: Attribute) -> tuple[str, str]:
        """SQL and field type of journey data or the Contact Key."""
        if left.kind == "key":
            self.result.needs_contact = True
            return "k.contact_key", "Text"
        if left.kind == "output":
            if self.version_id is None:
                raise Refused(f"{left.said} is not known before the journey.", fix="Use data of the entry event.")
            self.result.needs_event = True
            source = self._parameter(left.source.partition(".")[2])
            return sql_output(self.version_id, source, self._parameter(left.field)), "Text"
        if left.kind in ("context", "default"):
            raise Refused(f"{left.field} cannot be compared in a filter.", fix="Use journey data or contact data.")
        known = self.event_fields.get(f"{left.source}.{left.field}".lower()) or self.event_fields.get(
            left.field.lower()
        )
        if known is None:
            names = ", ".join(column for column, _ in self.event_fields.values())
            raise Refused(f"The entry event has no field '{left.field}'.", fix=f"It has {names or 'none'}.")
        self.result.needs_event = True
        return sql_column(known[0]), known[1]

    def _row_of_contact(self, conditions: list[Condition]) -> str:
        """Whether any row of the contact in a data extension satisfies all the conditions.

        A contact without a row has no values: that satisfies what an empty value satisfies.
        """
        data = contact_data(self.org, attribute(conditions[0].key).source, path_of(conditions[0]))
        found = data.attribute_set

        def all_hold(column_of: Callable[[Condition], str]) -> str:
            return " AND ".join(
                self._compare(each, column_of(each), found.attribute(attribute(each.key).field).type, data)
                for each in conditions
            )

        having = all_hold(lambda each: f"x.{data.column(attribute(each.key).field)}")
        empty = all_hold(lambda each: "NULL")
        self.result.needs_contact = True
        if data.is_indexed:
            tables, theirs = data.rows("k")
            some = f"EXISTS (SELECT 1 FROM {tables} WHERE {theirs} AND {having})"
            none = f"NOT EXISTS (SELECT 1 FROM {tables} WHERE {theirs})"
        else:
            tables, theirs = data.rows("c")
            known = f"SELECT c.contact_id FROM {tables}, contacts c WHERE {theirs}"
            some = f"k.contact_id IN ({known} AND {having})"
            none = f"k.contact_id NOT IN ({known})"
        return f"({some} OR ({none} AND {empty}))"

    def _parameter(self, value: object) -> str:
        name = f"{self.prefix}{len(self.result.params)}"
        self.result.params[name] = value
        return f":{name}"

    # ---- comparisons

    def _compare(self, condition: Condition, column: str, kind: str, row: ContactData | None) -> str:
        operator = condition.operator.lower()
        if operator in ("isnull", "isnotnull"):
            # The product stores empty texts as nothing when they come from an import.
            return f"nullif({column}, '') IS {'NOT ' if operator == 'isnotnull' else ''}NULL"
        if operator in ("istrue", "isfalse"):
            return f"{column} = {int(operator == 'istrue')}"
        comparison = _COMPARISONS.get(operator)
        if comparison is None:
            raise Refused(f"The operator '{condition.operator}' is not known.", where=condition.key)
        value, other = self._value(condition, kind, row)
        if operator in _ORDERED and (kind in _NUMBERS) != (other in _NUMBERS):
            column, value = (_number(column), value) if other in _NUMBERS else (column, _number(value))
        if kind == "Date" and not condition.value_is_reference and operator in _ORDERED:
            column = f"substr({column}, 1, length({value}))"  # a day is compared with days
        sql = comparison.format(column=column, value=value)
        if operator.startswith(("not", "doesnot")) or operator == "isnot":
            sql = f"({sql} OR {column} IS NULL)" if self.null_matches_not else sql
        return sql

    def _value(self, condition: Condition, kind: str, row: ContactData | None) -> tuple[str, str]:
        """SQL of what the field is compared with, and its type: that of the field, or of another attribute."""
        if condition.value_is_reference:
            return self._reference(attribute(condition.value), row)
        text, operator = condition.value, condition.operator.lower()
        if operator in ("in", "notin", "existsinstring", "existsinwholeword"):
            return self._parameter("," + ",".join(part.strip() for part in text.split(",")) + ","), kind
        if operator in _PATTERNS:
            escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            return self._parameter(escaped), kind
        return self._parameter(_typed(text, kind, self.org.now, condition.key)), kind

    def _reference(self, right: Attribute, row: ContactData | None) -> tuple[str, str]:
        if right.kind != "contact":
            return self._column(right)
        data = contact_data(self.org, right.source, binding=True)
        kind = data.attribute_set.attribute(right.field).type
        if row is not None and row.attribute_set.id == data.attribute_set.id:
            return f"x.{data.column(right.field)}", kind
        self.result.needs_contact = True
        return sql_value(self.org, data, right.field, "r"), kind


_PATTERNS = {
    "contains", "notcontains", "doesnotcontain", "beginswith", "notbeginswith", "endswith", "notendswith",
}  # fmt: skip
_ORDERED = {
    "equal", "is", "notequal", "isnot", "greaterthan", "after", "greaterthanorequal", "atorafter", "lessthan", "before",
    "lessthanorequal", "atorbefore",
}  # fmt: skip
_NUMBERS = ("Number", "Decimal")
_COMPARISONS = {
    "equal": "{column} = {value}",
    "is": "{column} = {value}",
    "notequal": "{column} <> {value}",
    "isnot": "{column} <> {value}",
    "greaterthan": "{column} > {value}",
    "after": "{column} > {value}",
    "greaterthanorequal": "{column} >= {value}",
    "atorafter": "{column} >= {value}",
    "lessthan": "{column} < {value}",
    "before": "{column} < {value}",
    "lessthanorequal": "{column} <= {value}",
    "atorbefore": "{column} <= {value}",
    "contains": "{column} LIKE '%' || {value} || '%' ESCAPE '\\'",
    "notcontains": "{column} NOT LIKE '%' || {value} || '%' ESCAPE '\\'",
    "doesnotcontain": "{column} NOT LIKE '%' || {value} || '%' ESCAPE '\\'",
    "notbeginswith": "{column} NOT LIKE {value} || '%' ESCAPE '\\'",
    "notendswith": "{column} NOT LIKE '%' || {value} ESCAPE '\\'",
    "beginswith": "{column} LIKE {value} || '%' ESCAPE '\\'",
    "endswith": "{column} LIKE '%' || {value} ESCAPE '\\'",
    "in": "instr(lower({value}), ',' || lower({column}) || ',') > 0",
    "notin": "instr(lower({value}), ',' || lower({column}) || ',') = 0",
    "existsinwholeword": "instr(lower({value}), ',' || lower({column}) || ',') > 0",
    "existsinstring": "instr(lower({value}), lower({column})) > 0",
}
OPERATORS = frozenset(_COMPARISONS) | {"isnull", "isnotnull", "istrue", "isfalse"}


def _number(text: str) -> str:
    """SQL for the number that a text is, nothing where it is none. ASSUMED: so a number is compared with a text."""
    return f"CASE WHEN {text} NOT GLOB '*[^0-9.+-]*' AND {text} GLOB '*[0-9]*' THEN CAST({text} AS REAL) END"


def _typed(text: str, kind: str, now: int, where: str) -> str | int | float:
    """A value as the field's storage holds it. Raises Refused when it is none of that type."""
    if kind == "Boolean":
        if text.lower() in ("true", "1", "yes"):
            return 1
        if text.lower() in ("false", "0", "no"):
            return 0
        raise Refused(f"'{text}' is not true or false.", where=where)
    if kind in ("Number", "Decimal"):
        try:
            return int(text) if kind == "Number" and "." not in text else float(text)
        except ValueError:
            raise Refused(f"'{text}' is not a number.", where=where) from None
    if kind == "Date":
        days = relative_days(text)
        if days is not None:
            return system_text(system_day_start(now) + days * DAY)[:10]
        try:
            moment = str(data_extensions.convert(data_extensions.Field("value", "Date"), text))
        except data_extensions.Unfit as error:
            raise Refused(str(error), where=where) from None
        return moment if ":" in text else moment[:10]
    return text


def compile_criteria(
    org: Org,
    criteria: Criteria,
    event_fields: Mapping[str, tuple[str, str]],
    prefix: str = "c",
    *,
    version_id: int | None = None,
) -> Compiled:
    """The criteria as an SQL condition; see Compiled. `prefix` keeps the parameters of several conditions apart.

    `version_id` is the journey version whose activities' outputs may be named.
    """
    return Compiler(org, event_fields, prefix, version_id).compile(criteria)
