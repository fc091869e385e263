"""The functions of formulas, each from the expressions of its arguments to one expression.

source: Salesforce Help, "Formula Operators and Functions A-Z". The running user's zone is GMT, as a User has it here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from store.crm.formula.expression import Expression, FormulaError, Kind

NOW = "(SELECT now FROM world)"  # the simulated clock, UTC seconds
_MANY = 100


@dataclass(frozen=True)
class Function:
    """What it makes, and how many arguments it takes."""

    make: Callable[[list[Expression]], Expression]
    fewest: int
    most: int


FUNCTIONS: dict[str, Function] = {}
Maker = Callable[[list[Expression]], Expression]


def function(name: str, fewest: int, most: int | None = None) -> Callable[[Maker], Maker]:
    """Register a function under its name."""

    def register(make: Maker) -> Maker:
        FUNCTIONS[name] = Function(make, fewest, fewest if most is None else most)
        return make

    return register


def wrong_kind(name: str, given: Expression, *kinds: Kind) -> None:
    """Raise FormulaError unless the value is of one of the kinds."""
    if given.picklist and "text" in kinds:
        raise FormulaError(
            "Error: Field is a picklist field. Picklist fields are only supported in certain functions.",
            fix="Write TEXT(field).",
        )
    if given.kind not in (*kinds, "null"):
        raise FormulaError(
            f"Error: Incorrect parameter type for '{name}'. Expected {kinds[0].capitalize()},"
            f" received {given.kind.capitalize()}"
        )


def text_of(given: Expression, name: str) -> str:
    """The SQL of a text, blank as ''."""
    wrong_kind(name, given, "text")
    return f"coalesce({given.sql}, '')"


def _numbers(name: str, given: list[Expression]) -> list[str]:
    for one in given:
        wrong_kind(name, one, "number")
    return [one.sql for one in given]


# ---- logic


@function("AND", 1, _MANY)
def _and(given: list[Expression]) -> Expression:
    return _all(given, "AND")


@function("OR", 1, _MANY)
def _or(given: list[Expression]) -> Expression:
    return _all(given, "OR")


def _all(given: list[Expression], word: str) -> Expression:
    for one in given:
        wrong_kind(word, one, "boolean")
    return Expression("(" + f" {word} ".join(one.sql for one in given) + ")", "boolean")


@function("NOT", 1)
def _not(given: list[Expression]) -> Expression:
    wrong_kind("NOT", given[0], "boolean")
    return Expression(f"(NOT coalesce({given[0].sql}, 0))", "boolean")


@function("IF", 3)
def _if(given: list[Expression]) -> Expression:
    condition, yes, no = given
    wrong_kind("IF", condition, "boolean")
    kind = _common("IF", [yes, no])
    return Expression(f"CASE WHEN {condition.sql} THEN {yes.sql} ELSE {no.sql} END", kind)


def _common(name: str, given: list[Expression]) -> Kind:
    kinds = {one.kind for one in given} - {"null"}
    if len(kinds) > 1:
        first, second = sorted(kinds)[:2]
        raise FormulaError(f"Error: Incorrect parameter type for '{name}': {first} and {second} in one result")
    return kinds.pop() if kinds else "text"


@function("CASE", 4, _MANY)
def _case(given: list[Expression]) -> Expression:
    if len(given) % 2:
        raise FormulaError("Error: Incorrect number of parameters for function 'CASE()': an else value is missing")
    subject, *pairs, otherwise = given
    kind = _common("CASE", [*pairs[1::2], otherwise])
    whens = " ".join(
        f"WHEN {subject.unfilled} COLLATE BINARY IS {when.sql} THEN {then.sql}"
        for when, then in zip(pairs[::2], pairs[1::2], strict=True)
    )
    return Expression(f"CASE {whens} ELSE {otherwise.sql} END", kind)


def _is_blank(given: list[Expression]) -> Expression:
    return Expression(f"({given[0].unfilled} IS NULL OR {given[0].unfilled} = '')", "boolean")


def _blank_value(given: list[Expression]) -> Expression:
    value, instead = given
    return Expression(f"coalesce(nullif({value.unfilled}, ''), {instead.sql})", _common("BLANKVALUE", given))


for _name in ("ISBLANK", "ISNULL"):
    function(_name, 1)(_is_blank)
for _name in ("BLANKVALUE", "NULLVALUE"):
    function(_name, 2)(_blank_value)


@function("ISPICKVAL", 2)
def _is_pick_value(given: list[Expression]) -> Expression:
    if not given[0].picklist:
        raise FormulaError("Error: Field is not a picklist field. ISPICKVAL takes a picklist and a text.")
    return Expression(f"(coalesce({given[0].sql}, '') COLLATE BINARY = {given[1].sql})", "boolean")


# ---- texts


@function("TEXT", 1)
def _text(given: list[Expression]) -> Expression:
    one = given[0]
    if one.kind == "number":  # 3.0 reads as 3
        return Expression(f"printf('%.15g', {one.sql})", "text")
    if one.kind == "datetime":
        return Expression(f"(strftime('%Y-%m-%d %H:%M:%S', {one.sql}, 'unixepoch') || 'Z')", "text")
    return replace(one, kind="text", picklist=False)


@function("VALUE", 1)
def _value(given: list[Expression]) -> Expression:
    return Expression(f"CAST({text_of(given[0], 'VALUE')} AS REAL)", "number")


def _changed_text(name: str, sql: str) -> None:
    @function(name, 1)
    def make(given: list[Expression]) -> Expression:
        return Expression(sql.format(text_of(given[0], name)), "text")


_changed_text("UPPER", "upper({})")
_changed_text("LOWER", "lower({})")
_changed_text("TRIM", "trim({})")


@function("LEN", 1)
def _length(given: list[Expression]) -> Expression:
    return Expression(f"length({text_of(given[0], 'LEN')})", "number")


@function("LEFT", 2)
def _left(given: list[Expression]) -> Expression:
    [count] = _numbers("LEFT", given[1:])
    return Expression(f"substr({text_of(given[0], 'LEFT')}, 1, max({count}, 0))", "text")


@function("RIGHT", 2)
def _right(given: list[Expression]) -> Expression:
    text, [count] = text_of(given[0], "RIGHT"), _numbers("RIGHT", given[1:])
    return Expression(f"substr({text}, max(length({text}) - {count}, 0) + 1)", "text")


@function("MID", 3)
def _mid(given: list[Expression]) -> Expression:
    start, count = _numbers("MID", given[1:])
    return Expression(f"substr({text_of(given[0], 'MID')}, max({start}, 1), max({count}, 0))", "text")


@function("SUBSTITUTE", 3)
def _substitute(given: list[Expression]) -> Expression:
    return Expression(f"replace({', '.join(text_of(one, 'SUBSTITUTE') for one in given)})", "text")


@function("CONTAINS", 2)
def _contains(given: list[Expression]) -> Expression:
    text, part = (text_of(one, "CONTAINS") for one in given)
    return Expression(f"(instr({text}, {part}) > 0)", "boolean")


@function("BEGINS", 2)
def _begins(given: list[Expression]) -> Expression:
    text, part = (text_of(one, "BEGINS") for one in given)
    return Expression(f"(substr({text}, 1, length({part})) COLLATE BINARY = {part})", "boolean")


@function("FIND", 2)
def _find(given: list[Expression]) -> Expression:
    part, text = (text_of(one, "FIND") for one in given)
    return Expression(f"instr({text}, {part})", "number")


# ---- numbers


def _plain(name: str, fewest: int, most: int, sql_name: str) -> None:
    @function(name, fewest, most)
    def make(given: list[Expression]) -> Expression:
        return Expression(f"{sql_name}({', '.join(_numbers(name, given))})", "number")


_plain("ABS", 1, 1, "abs")
_plain("ROUND", 2, 2, "round")
_plain("SQRT", 1, 1, "sqrt")


def _floor(number: str) -> str:
    return f"(CAST({number} AS INTEGER) - ({number} < CAST({number} AS INTEGER)))"


@function("FLOOR", 1)
def _floor_of(given: list[Expression]) -> Expression:
    return Expression(_floor(_numbers("FLOOR", given)[0]), "number")


@function("CEILING", 1)
def _ceiling_of(given: list[Expression]) -> Expression:
    [number] = _numbers("CEILING", given)
    return Expression(f"(-{_floor(f'(-{number})')})", "number")


@function("MOD", 2)
def _remainder(given: list[Expression]) -> Expression:
    number, divisor = _numbers("MOD", given)
    return Expression(f"({number} - {divisor} * {_floor(f'(1.0 * {number} / {divisor})')})", "number")


def _extreme(name: str) -> None:
    @function(name, 1, _MANY)
    def make(given: list[Expression]) -> Expression:
        numbers = _numbers(name, given)
        # SQLite's min and max of one argument would aggregate.
        return Expression(numbers[0] if len(numbers) == 1 else f"{name.lower()}({', '.join(numbers)})", "number")


_extreme("MIN")
_extreme("MAX")


# ---- the calendar


@function("TODAY", 0)
def _today(_: list[Expression]) -> Expression:
    return Expression(f"date({NOW}, 'unixepoch')", "date")


@function("NOW", 0)
def _now(_: list[Expression]) -> Expression:
    return Expression(NOW, "datetime")


@function("DATE", 3)
def _date(given: list[Expression]) -> Expression:
    year, month, day = (f"CAST({number} AS INTEGER)" for number in _numbers("DATE", given))
    return Expression(f"date(printf('%04d-%02d-%02d', {year}, {month}, {day}))", "date")


@function("DATEVALUE", 1)
def _date_value(given: list[Expression]) -> Expression:
    one = given[0]
    wrong_kind("DATEVALUE", one, "datetime", "text", "date")
    return Expression(f"date({one.sql}, 'unixepoch')" if one.kind == "datetime" else f"date({one.sql})", "date")


@function("DATETIMEVALUE", 1)
def _datetime_value(given: list[Expression]) -> Expression:
    wrong_kind("DATETIMEVALUE", given[0], "text", "date")
    return Expression(f"CAST(strftime('%s', {given[0].sql}) AS INTEGER)", "datetime")


def _part(name: str, code: str) -> None:
    @function(name, 1)
    def make(given: list[Expression]) -> Expression:
        wrong_kind(name, given[0], "date")
        return Expression(f"CAST(strftime('{code}', {given[0].sql}) AS INTEGER)", "number")


_part("YEAR", "%Y")
_part("MONTH", "%m")
_part("DAY", "%d")


@function("WEEKDAY", 1)
def _weekday(given: list[Expression]) -> Expression:
    wrong_kind("WEEKDAY", given[0], "date")
    return Expression(f"(CAST(strftime('%w', {given[0].sql}) AS INTEGER) + 1)", "number")  # Sunday is 1


@function("ADDMONTHS", 2)
def _add_months(given: list[Expression]) -> Expression:
    wrong_kind("ADDMONTHS", given[0], "date")
    [months] = _numbers("ADDMONTHS", given[1:])
    day, count = given[0].sql, f"CAST({months} AS INTEGER)"
    # The last day of a month stays the last one. source: Help, ADDMONTHS
    last = f"date({day}, 'start of month', ({count} + 1) || ' months', '-1 day')"
    same = f"date({day}, 'start of month', {count} || ' months', (strftime('%d', {day}) - 1) || ' days')"
    ends = f"({day} = date({day}, 'start of month', '1 month', '-1 day'))"
    return Expression(f"CASE WHEN {ends} THEN {last} ELSE min({same}, {last}) END", "date")
