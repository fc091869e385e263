"""Data filters: conditions over the fields of one data extension, joined by AND and OR, compiled to SQL.

    {"operator": "AND", "conditions": [{"field": "Tier", "operator": "equals", "value": "Gold"},
                                       {"operator": "OR", "conditions": [...]}]}

source: SFD:simpleoperators for the operators; texts compare without case as everywhere in the product. A value of a
Date field may be `today`, `today+3` or `today-30` (ASSUMED: the day in system time when the filter is applied).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store.clock import DAY, system_day_start, system_text
from store.data_extensions.model import DataExtension, Field
from store.data_extensions.storage import quoted
from store.data_extensions.values import Stored, Unfit, convert
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    from store.org import Org

_TODAY = re.compile(r"today\s*(?:([+-])\s*(\d+))?", re.IGNORECASE)
_TEXTS = ("Text", "EmailAddress", "Phone", "Locale")
# Operator -> SQL with {c} for the column and {0}, {1} for values.
_PLAIN = {
    "equals": "{c} = {0}",
    "notEquals": "{c} <> {0}",
    "greaterThan": "{c} > {0}",
    "greaterThanOrEqual": "{c} >= {0}",
    "lessThan": "{c} < {0}",
    "lessThanOrEqual": "{c} <= {0}",
    "between": "{c} BETWEEN {0} AND {1}",
    "isNull": "{c} IS NULL",
    "isNotNull": "{c} IS NOT NULL",
}
_OF_TEXT = {
    "like": "{c} LIKE {0}",
    "beginsWith": "substr({c}, 1, length({0})) = {0} COLLATE NOCASE",
    "endsWith": "length({c}) >= length({0}) AND substr({c}, -length({0})) = {0} COLLATE NOCASE",
    "contains": "instr(lower({c}), lower({0})) > 0",
    "notContains": "instr(lower({c}), lower({0})) = 0",
    "existsInString": "instr(lower({c}), lower({0})) > 0",
    "notExistsInString": "instr(lower({c}), lower({0})) = 0",
    "existsInStringAsAWord": "instr(' ' || lower({c}) || ' ', ' ' || lower({0}) || ' ') > 0",
}
_DAY = "strftime('%m-%d', {0})"
_OF_DATE = {
    "isAnniversary": f"strftime('%m-%d', {{c}}) = {_DAY}",
    "isNotAnniversary": f"strftime('%m-%d', {{c}}) <> {_DAY}",
    "greaterThanAnniversary": f"strftime('%m-%d', {{c}}) > {_DAY}",
    "lessThanAnniversary": f"strftime('%m-%d', {{c}}) < {_DAY}",
}
OPERATORS = (*_PLAIN, "IN", *_OF_TEXT, *_OF_DATE)


@dataclass
class Compiled:
    """A condition over the columns of the data extension, with its named parameters."""

    sql: str
    params: dict[str, Stored] = field(default_factory=dict)


def compile_filter(org: Org, de: DataExtension, filter_: Mapping[str, Any]) -> Compiled:
    """The SQL of a filter of this data extension. Raises Refused naming what is wrong with it."""
    found = Compiled("")
    found.sql = _group(filter_, lambda condition: _condition(org, de, condition, found.params))
    return found


def _group(group: Mapping[str, Any], compiled: Callable[[Mapping[str, Any]], str]) -> str:
    """One group in parentheses; a condition alone is a group of one."""
    if "conditions" not in group:
        return compiled(group)
    unknown = sorted(set(group) - {"operator", "conditions"})
    word = str(group.get("operator", "AND")).upper()
    if unknown or word not in ("AND", "OR"):
        what = f"no '{unknown[0]}'" if unknown else f"the operator AND or OR, not '{word}'"
        raise Refused(f"A group of conditions has {what}.", fix="It has operator and conditions.")
    parts = [_group(each, compiled) for each in group["conditions"]]
    if not parts:
        raise Refused("A filter needs at least one condition.")
    return "(" + f" {word} ".join(parts) + ")"


def _condition(org: Org, de: DataExtension, condition: Mapping[str, Any], params: dict[str, Stored]) -> str:
    unknown = sorted(set(condition) - {"field", "operator", "value"})
    if unknown or "field" not in condition:
        what = f"has no '{unknown[0]}'" if unknown else "needs a field"
        raise Refused(f"A condition {what}.", fix="It has field, operator and value.")
    named = de.field(str(condition["field"]))
    operator = _operator(named, str(condition.get("operator", "equals")))
    given = condition.get("value")
    values = list(given) if isinstance(given, list | tuple) else [] if given is None else [given]
    marks = []
    for value in values:
        name = f"filter_{len(params)}"
        params[name] = _value(org, de, named, operator, value)
        marks.append(f":{name}")
    column = quoted(named.name)
    if operator == "IN":
        _refuse_count(named, operator, len(values), at_least=1)
        return f"{column} IN ({', '.join(marks)})"
    written = (_PLAIN | _OF_TEXT | _OF_DATE)[operator]
    _refuse_count(named, operator, len(values), exactly=2 if "{1}" in written else 1 if "{0}" in written else 0)
    return f"({written.format(*marks, c=column)})"


def _operator(named: Field, written: str) -> str:
    """The operator by its own spelling. Raises Refused when there is none, or the field is of another type."""
    found = next((one for one in OPERATORS if one.lower() == written.strip().lower()), None)
    if found is None:
        fix = did_you_mean(written, OPERATORS) or f"There are: {', '.join(OPERATORS)}."
        raise Refused(f"There is no filter operator '{written}'.", fix=fix)
    wanted = "a text" if found in _OF_TEXT else "a Date" if found in _OF_DATE else ""
    if (found in _OF_TEXT and named.type not in _TEXTS) or (found in _OF_DATE and named.type != "Date"):
        raise Refused(f"{found} is for {wanted} field; {named.name} is a {named.declared}.")
    return found


def _value(org: Org, de: DataExtension, named: Field, operator: str, value: Any) -> Stored:
    if named.type in _TEXTS:
        return str(value)  # a part of an address is none, and a value may be longer than the field
    if named.type == "Date" and isinstance(value, str) and (today := _TODAY.fullmatch(value.strip())):
        days = int(today[2] or 0) * (-1 if today[1] == "-" else 1)
        return system_text(system_day_start(org.now) + days * DAY)
    try:
        return convert(named, value)
    except Unfit as error:
        raise Refused(f"{named.name} {operator}: {error}", where=f"filter of {de.path}") from None


def _refuse_count(named: Field, operator: str, count: int, *, exactly: int = -1, at_least: int = 0) -> None:
    if count != exactly and (exactly >= 0 or count < at_least):
        wanted = "one value or more" if exactly < 0 else {0: "no value", 1: "one value", 2: "two values"}[exactly]
        raise Refused(f"{named.name} {operator}: it takes {wanted}, not {count}.")
