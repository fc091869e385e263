"""Which records start a flow, as SQL over the batch of a save (r: the record, p: what it was before)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.assumptions import assume
from store.crm.fields import TEXT_TYPES, Field
from store.crm.formula import compile_formula
from store.crm.live import value_sql
from store.crm.objects import Object
from store.crm.problems import ValueProblem
from store.crm.values import coerce
from store.errors import Refused

if TYPE_CHECKING:
    from store.crm.flows.definition import Condition, Flow
    from store.org import Org

CASE = assume(
    "crm.flow_conditions_ignore_case",
    True,
    (True, False),
    "Whether the entry conditions of flows compare texts without their case (formulas compare with it).",
    "no page found",
)
_SIGNS = {"greater": ">", "greater_or_equal": ">=", "less": "<", "less_or_equal": "<="}


def literal(value: Any) -> str:
    """A stored value as SQL."""
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(int(value)) if isinstance(value, bool) else repr(value)


def stored_literal(field: Field, value: Any) -> str:
    """What a person wrote as a value of the field. Raises Refused when it does not fit."""
    try:
        return literal(coerce(field, value))
    except ValueProblem as problem:
        raise Refused(f"{problem.code}: {problem.message}") from None


def entry_sql(org: Org, obj: Object, flow: Flow, prior: str) -> str:
    """Whether a saved record starts the flow; `prior` is the alias of what it was, '' for a new one."""
    meets = meets_sql(org, obj, flow, "r", prior)
    if flow.run == "when_changed_to_meet" and prior:
        # source: Help, "only when a record is updated to meet the condition requirements"
        return f"({meets}) AND NOT ({meets_sql(org, obj, flow, prior, prior)})"
    return f"({meets})"


def meets_sql(org: Org, obj: Object, flow: Flow, alias: str, prior: str) -> str:
    """Whether a record meets the entry conditions."""
    if flow.entry.formula:
        made = compile_formula(org, obj, flow.entry.formula, alias, prior)
        if made.kind != "boolean":
            raise Refused(f"The entry formula of {flow.name} is {made.kind}; it must be true or false.")
        return f"coalesce({made.sql}, 0)"
    parts = [_condition(org, obj, one, alias, prior) for one in flow.entry.conditions]
    return f" {flow.entry.logic.upper()} ".join(parts) if parts else "1"


def _condition(org: Org, obj: Object, one: Condition, alias: str, prior: str) -> str:
    field = obj.field(one.field)
    value = value_sql(org, obj, field, alias)
    if one.operator == "is_null":
        return f"({value} IS {'NULL' if one.value in (None, True) else 'NOT NULL'})"
    if one.operator == "is_changed":
        if not prior:  # a new record has changed nothing
            return "0" if one.value in (None, True) else "1"
        changed = f"{value} COLLATE BINARY IS NOT {value_sql(org, obj, field, prior)}"
        return f"({changed})" if one.value in (None, True) else f"(NOT {changed})"
    if one.operator in ("contains", "starts_with", "ends_with"):
        return _part_of(value, one)
    given = stored_literal(field, one.value)
    if field.type in TEXT_TYPES:
        value += " COLLATE NOCASE" if org.assumption(CASE.name) else " COLLATE BINARY"
    if one.operator in ("equals", "not_equals"):
        return f"({value} {'IS' if one.operator == 'equals' else 'IS NOT'} {given})"
    return f"coalesce({value} {_SIGNS[one.operator]} {given}, 0)"


def _part_of(value: str, one: Condition) -> str:
    text = str(one.value)
    for mark in "\\%_":
        text = text.replace(mark, f"\\{mark}")
    pattern = {"contains": f"%{text}%", "starts_with": f"{text}%", "ends_with": f"%{text}"}[one.operator]
    return f"coalesce({value} LIKE {literal(pattern)} ESCAPE '\\', 0)"


def due_sql(org: Org, obj: Object, of: str, offset: int) -> str:
    """UTC seconds at which a scheduled path is due for the record r; NULL when its date is empty."""
    if not of:
        return f"{org.now + offset}"
    field = obj.field(of)
    value = value_sql(org, obj, field, "r")
    if field.type == "datetime":
        return f"({value} + {offset})"
    if field.type != "date":
        raise Refused(f"{obj.name}.{field.name} is no date: a scheduled path cannot be set by it.")
    return f"(CAST(strftime('%s', {value}) AS INTEGER) + {offset})"  # a date is its midnight
