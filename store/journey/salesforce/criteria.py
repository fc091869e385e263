"""The entry criteria of a Salesforce Data event as SQL: a tree {operand, conditions} over CRM records.

Each condition has fieldName, operator, value, and relationshipName for a related record. Recorded events use EQUALS and
WASSET; the other operators are named after those of flows, which MC Connect builds for an event. ASSUMED.
Source: domain C3, MCDEV:Event.js.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from store import crm
from store.clock import parse
from store.errors import Refused, did_you_mean
from store.ids import to_18
from store.journey.salesforce.records import Records

_SQL = {
    "EQUALS": "{column} = {value}",
    "NOTEQUALS": "{column} IS NOT {value}",
    "GREATERTHAN": "{column} > {value}",
    "GREATERTHANOREQUALS": "{column} >= {value}",
    "LESSTHAN": "{column} < {value}",
    "LESSTHANOREQUALS": "{column} <= {value}",
    "CONTAINS": "instr(lower({column}), lower({value})) > 0",
    "NOTCONTAINS": "instr(lower(coalesce({column}, '')), lower({value})) = 0",
    "STARTSWITH": "lower(substr({column}, 1, length({value}))) = lower({value})",
    "ENDSWITH": "lower(substr({column}, -length({value}))) = lower({value})",
}
_STATES = {"ISNULL": "{column} IS NULL", "WASSET": "{column} IS NOT NULL", "ISCHANGED": "{column} IS NOT {before}"}
_ALIASES = {
    "EQUALTO": "EQUALS", "NOTEQUALTO": "NOTEQUALS", "DOESNOTEQUAL": "NOTEQUALS",
    "GREATEROREQUAL": "GREATERTHANOREQUALS", "GREATERTHANOREQUALTO": "GREATERTHANOREQUALS",
    "LESSOREQUAL": "LESSTHANOREQUALS",
    "LESSTHANOREQUALTO": "LESSTHANOREQUALS", "DOESNOTCONTAIN": "NOTCONTAINS", "BEGINSWITH": "STARTSWITH",
    "CHANGED": "ISCHANGED",
}  # fmt: skip
_NUMBERS = ("int", "double", "currency", "percent")
_EXACT = ("boolean", "date", "datetime", "id", "reference")


class Conditions:
    """Compiles condition trees; `params` grows by their values. `since` is SQL of the change_no before the event."""

    def __init__(self, records: Records, since: str) -> None:
        self.records, self.since = records, since
        self.params: dict[str, Any] = {}

    def all_hold(self, trees: list[dict[str, Any]], *, before: bool = False) -> str:
        """SQL that is 1 where all trees hold; `before` the event, as far as it changed the record itself."""
        return " AND ".join(f"coalesce({self._tree(tree, before)}, 0)" for tree in trees) or "1"

    def _tree(self, node: dict[str, Any], before: bool) -> str:
        operand = str(node.get("operand") or "AND").upper()
        if operand not in ("AND", "OR"):
            raise Refused(f"The criteria join by AND or OR, not by '{operand}'.")
        parts = [
            self._tree(each, before) if each.get("conditions") else self._condition(each, before)
            for each in node.get("conditions") or []
        ]
        return "(" + (f" {operand} ".join(parts) or "1") + ")"

    def _condition(self, condition: dict[str, Any], before: bool) -> str:
        relation = str(condition.get("relationshipName") or "")
        own = relation.lower() in ("", self.records.object.name.lower())
        path = () if own else tuple(part for part in relation.replace(":", ".").split(".") if part)
        name = str(condition.get("fieldName") or "")
        found = self.records.value(path, name)
        field = found.fields[0][1] if found.fields else crm.Field(name=name, type="string")
        earlier = found.stored  # of a related record or a formula: as it is now
        if not path and not field.formula:
            earlier = crm.sql_before(self.records.object.name, field, "r", self.since)
        text = " COLLATE NOCASE" if field.type not in (*_NUMBERS, *_EXACT) else ""  # an expression has no collation
        column, earlier = (earlier if before else found.stored) + text, earlier + text
        operator = "".join(str(condition.get("operator") or "").upper().replace("_", " ").split())
        operator = _ALIASES.get(operator, operator)
        if operator in _STATES:
            wanted = str(condition.get("value", "true")).lower() not in ("false", "0")
            sql = _STATES[operator].format(column=column, before=earlier)
            return sql if wanted else f"NOT ({sql})"
        if operator not in _SQL:
            fix = did_you_mean(operator, [*_SQL, *_STATES])
            raise Refused(f"The operator '{condition.get('operator')}' is not known.", fix=fix)
        return _SQL[operator].format(column=column, value=self._parameter(field, condition.get("value")))

    def _parameter(self, field: crm.Field, value: Any) -> str:
        name = f"criterion{len(self.params)}"
        self.params[name] = _stored(field, value)
        return f":{name}"


def _stored(field: crm.Field, value: Any) -> str | int | float | None:
    """A value of the criteria as the CRM stores it. Raises Refused when it is none of the field's type."""
    text = "" if value is None else str(value).strip()
    convert: Callable[[str], str | int | float] = str
    if field.type == "boolean":
        return int(text.lower() in ("true", "1", "yes"))
    if text == "":
        return None
    if field.type in _NUMBERS:
        convert = float
    elif field.type == "datetime":
        convert = parse
    elif field.type == "date":
        convert = lambda each: each[:10]  # noqa: E731
    elif field.type in ("id", "reference"):
        convert = to_18
    try:
        return convert(text)
    except ValueError:
        raise Refused(f"'{text}' is not a value of {field.name} ({field.type}).") from None
