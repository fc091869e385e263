"""From a formula's tree to SQL over one record, with the kinds checked as the product checks them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from store.crm.fields import Field
from store.crm.formula.expression import KIND_OF_TYPE, Expression, FormulaError
from store.crm.formula.functions import FUNCTIONS, text_of, wrong_kind
from store.crm.formula.grammar import parse
from store.crm.objects import Object, describe
from store.crm.tables import table_of
from store.errors import did_you_mean

if TYPE_CHECKING:
    from lark import Token, Tree

    from store.org import Org

_DEEPEST = 10  # source: Salesforce Help, "Tips for Working with Formula Fields": relationships that a path may span


@dataclass(frozen=True)
class Scope:
    """The record that a formula is about: its object, its alias in the SQL, and that of its former values."""

    org: Org
    obj: Object
    alias: str
    prior: str = ""
    depth: int = 0


def compile_formula(org: Org, obj: Object, text: str, alias: str = "c", prior: str = "") -> Expression:
    """SQL for a formula over the record `alias` of an object; `prior` is the alias of what it was before the save.

    Raises FormulaError when a field or function does not exist or a value is of the wrong kind.
    """
    return _compile(Scope(org, obj, alias, prior), parse(text))


def fields_named(org: Org, obj: Object, text: str) -> set[str]:
    """The fields of the object itself on which a formula depends, other formulas looked into."""
    found: set[str] = set()
    for tree in parse(text).iter_subtrees():
        if tree.data != "field":
            continue
        field = _first_field(obj, str(tree.children[0]))
        if field is not None and field.name not in found:
            found.add(field.name)
            if field.formula:
                found |= fields_named(org, obj, field.formula)
    return found


def _first_field(obj: Object, path: str) -> Field | None:
    first = path.removeprefix("$Record.").split(".")[0]
    by_relationship = {ref.relationship_name.lower(): ref for ref in obj.references}
    return obj.find(first) or by_relationship.get(first.lower())


def _compile(scope: Scope, node: Tree[Any]) -> Expression:
    return _NODES[node.data](scope, node.children)


# ---- atoms


def _number(_: Scope, children: list[Any]) -> Expression:
    return Expression(str(float(children[0])) if "." in children[0] else str(int(children[0])), "number")


def _string(_: Scope, children: list[Any]) -> Expression:
    text = str(children[0])[1:-1]
    for escaped, plain in (('\\"', '"'), ("\\'", "'"), ("\\n", "\n"), ("\\\\", "\\")):
        text = text.replace(escaped, plain)
    return Expression(quoted_text(text), "text")


def quoted_text(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


_CONSTANTS = {
    "true": Expression("1", "boolean"),
    "false": Expression("0", "boolean"),
    "null": Expression("NULL", "null"),
}


def _field(scope: Scope, children: list[Any]) -> Expression:
    path = str(children[0])
    if path.lower() in _CONSTANTS:
        return _CONSTANTS[path.lower()]
    if path.lower().startswith("$record__prior."):
        return prior_value(scope, path.split(".", 1)[1])
    parts = path.split(".")
    if parts[0].lower() == "$record" and len(parts) > 1:
        parts = parts[1:]
    if parts[0].startswith("$"):
        raise FormulaError(f"Error: Field {path} does not exist.", cause="Only the global variable $Record is built.")
    return _walk(scope, path, parts)


def _walk(scope: Scope, path: str, parts: list[str]) -> Expression:
    """`Account.Owner.Email`: a subquery for each relationship."""
    if len(parts) == 1:
        return value_of(scope, _named(scope.obj, parts[0], path))
    if scope.depth >= _DEEPEST:
        raise FormulaError(f"Error: {path} spans more than {_DEEPEST} relationships.")
    ref = _relationship(scope.obj, parts[0], path)
    target = describe(scope.org, ref.reference_to[0])
    alias = f"up{scope.depth + 1}"
    inner = _walk(Scope(scope.org, target, alias, depth=scope.depth + 1), path, parts[1:])
    source = f'FROM {table_of(target.name)} AS {alias} WHERE {alias}.Id = {scope.alias}."{ref.name}"'
    raw = f"(SELECT {inner.unfilled} {source})"
    filled = f"coalesce({raw}, 0)" if inner.kind in ("number", "boolean") else raw
    return replace(inner, sql=filled, raw=raw)


def _named(obj: Object, name: str, path: str) -> Field:
    found = obj.find(name)
    if found is None:
        near = did_you_mean(name, [field.name for field in obj.fields])
        raise FormulaError(f"Error: Field {path} does not exist. Check spelling.", fix=near, where=obj.name)
    return found


def _relationship(obj: Object, name: str, path: str) -> Field:
    found = next((ref for ref in obj.references if ref.relationship_name.lower() == name.lower()), None)
    if found is None:
        near = did_you_mean(name, [ref.relationship_name for ref in obj.references])
        raise FormulaError(f"Error: Field {path} does not exist. Check spelling.", fix=near, where=obj.name)
    if len(found.reference_to) > 1:
        raise FormulaError(f"Error: {path} goes through {found.name}, which points to several objects.")
    return found


def value_of(scope: Scope, field: Field) -> Expression:
    """A field of the record itself; a blank number counts as zero. source: Help, "Treat blank fields as zeroes"."""
    if field.formula:
        inner = _compile(scope, parse(field.formula))
        return Expression(stored_as(inner, field), KIND_OF_TYPE.get(field.type, "text"))
    raw = f'{scope.alias}."{field.name}"'
    kind = KIND_OF_TYPE.get(field.type, "text")
    filled = f"coalesce({raw}, 0)" if kind in ("number", "boolean") else raw
    return Expression(filled, kind, picklist=field.type == "picklist", raw=raw)


def stored_as(inner: Expression, field: Field) -> str:
    """The value of a formula field as its type has it: rounded to its scale, text cut from nothing."""
    if KIND_OF_TYPE.get(field.type, "text") == "number":
        return f"round({inner.sql}, {field.scale or 0})"
    return f"nullif({inner.sql}, '')" if inner.kind == "text" else inner.sql


def prior_value(scope: Scope, name: str) -> Expression:
    """What the field was before the save; for a new record what it is."""
    field = _named(scope.obj, name, name)
    if not scope.prior:
        return value_of(scope, field)
    return value_of(replace(scope, alias=scope.prior), field)


# ---- operators


def _or(scope: Scope, children: list[Any]) -> Expression:
    return _logical(scope, children, "OR", "||")


def _and(scope: Scope, children: list[Any]) -> Expression:
    return _logical(scope, children, "AND", "&&")


def _logical(scope: Scope, children: list[Any], word: str, said: str) -> Expression:
    parts = [_compile(scope, child) for child in children]
    for part in parts:
        wrong_kind(said, part, "boolean")
    return Expression("(" + f" {word} ".join(part.sql for part in parts) + ")", "boolean")


def _not(scope: Scope, children: list[Any]) -> Expression:
    part = _compile(scope, children[0])
    wrong_kind("!", part, "boolean")
    return Expression(f"(NOT coalesce({part.sql}, 0))", "boolean")


def _compare(scope: Scope, children: list[Any]) -> Expression:
    left, sign, right = _compile(scope, children[0]), str(children[1]), _compile(scope, children[2])
    operator = {"==": "=", "<>": "<>", "!=": "<>"}.get(sign, sign)
    for one in (left, right):
        if one.picklist:
            raise FormulaError(
                "Error: Field is a picklist field. Picklist fields are only supported in certain functions.",
                fix="Write ISPICKVAL(field, value) or TEXT(field).",
            )
    if "null" in (left.kind, right.kind):
        one = left if right.kind == "null" else right
        return Expression(f"({one.unfilled} IS {'' if operator == '=' else 'NOT '}NULL)", "boolean")
    if left.kind != right.kind:
        raise FormulaError(
            f"Error: Incorrect parameter type for operator '{sign}'. Expected {_word(left)}, received {_word(right)}"
        )
    if left.kind == "text":  # source: Help, "= (Equal)": texts compare with their case
        return Expression(f"(coalesce({left.sql}, '') COLLATE BINARY {operator} coalesce({right.sql}, ''))", "boolean")
    return Expression(f"coalesce({left.sql} {operator} {right.sql}, 0)", "boolean")


def _word(one: Expression) -> str:
    return {"datetime": "DateTime", "null": "Null"}.get(one.kind, one.kind.capitalize())


def _joined(scope: Scope, children: list[Any]) -> Expression:
    left, right = (_compile(scope, child) for child in children)
    return Expression(f"({text_of(left, '&')} || {text_of(right, '&')})", "text")


def _arithmetic(scope: Scope, children: list[Any]) -> Expression:
    left, sign, right = _compile(scope, children[0]), str(children[1]), _compile(scope, children[2])
    if sign == "+" and left.kind == right.kind == "text":
        return Expression(f"({text_of(left, sign)} || {text_of(right, sign)})", "text")
    if sign in "+-" and left.kind in ("date", "datetime"):
        return _on_the_calendar(left, sign, right)
    for part in (left, right):
        wrong_kind(sign, part, "number")
    if sign == "/":
        return Expression(f"(CAST({left.sql} AS REAL) / nullif({right.sql}, 0))", "number")
    return Expression(f"({left.sql} {sign} {right.sql})", "number")


def _on_the_calendar(left: Expression, sign: str, right: Expression) -> Expression:
    """Days are the unit. source: Help, "Using Date, Date/Time, and Time Values in Formulas"."""
    if right.kind == "number":
        if left.kind == "date":
            return Expression(f"date({left.sql}, ({sign}1 * CAST({right.sql} AS INTEGER)) || ' days')", "date")
        return Expression(f"CAST({left.sql} {sign} {right.sql} * 86400 AS INTEGER)", "datetime")
    if sign == "-" and left.kind == right.kind == "date":
        return Expression(f"CAST(julianday({left.sql}) - julianday({right.sql}) AS INTEGER)", "number")
    if sign == "-" and left.kind == right.kind == "datetime":
        return Expression(f"(({left.sql} - {right.sql}) / 86400.0)", "number")
    expected = f"Expected Number, {_word(left)}, received {_word(right)}"
    raise FormulaError(f"Error: Incorrect parameter type for operator '{sign}'. {expected}")


def _negative(scope: Scope, children: list[Any]) -> Expression:
    part = _compile(scope, children[1])
    wrong_kind("-", part, "number")
    return Expression(f"(-{part.sql})", "number")


def _power(scope: Scope, children: list[Any]) -> Expression:
    left, right = (_compile(scope, child) for child in children)
    for part in (left, right):
        wrong_kind("^", part, "number")
    return Expression(f"pow({left.sql}, {right.sql})", "number")


# ---- functions


def _call(scope: Scope, children: list[Any]) -> Expression:
    name: Token = children[0]
    word = str(name).upper()
    if word in _ABOUT_THE_SAVE:
        return _ABOUT_THE_SAVE[word](scope, children[1:])
    if word not in FUNCTIONS:
        near = did_you_mean(word, [*FUNCTIONS, *_ABOUT_THE_SAVE])
        raise FormulaError(f"Error: Unknown function {word}. Check spelling.", fix=near)
    function = FUNCTIONS[word]
    given = [_compile(scope, child) for child in children[1:]]
    if not function.fewest <= len(given) <= function.most:
        expected = str(function.fewest) if function.fewest == function.most else f"at least {function.fewest}"
        raise FormulaError(
            f"Error: Incorrect number of parameters for function '{word}()'. Expected {expected}, received {len(given)}"
        )
    return function.make(given)


def _is_new(scope: Scope, _: list[Any]) -> Expression:
    return Expression("0" if scope.prior else "1", "boolean")


def _field_of(scope: Scope, arguments: list[Any], word: str) -> Field:
    if len(arguments) != 1 or arguments[0].data != "field":
        raise FormulaError(f"Error: {word} takes one field.")
    name = str(arguments[0].children[0]).removeprefix("$Record.")
    return _named(scope.obj, name, name)


def _is_changed(scope: Scope, arguments: list[Any]) -> Expression:
    field = _field_of(scope, arguments, "ISCHANGED")
    if not scope.prior:  # source: Help, ISCHANGED: false for a new record
        return Expression("0", "boolean")
    now, before = (value_of(replace(scope, alias=alias), field).unfilled for alias in (scope.alias, scope.prior))
    return Expression(f"({now} COLLATE BINARY IS NOT {before})", "boolean")


def _prior_value(scope: Scope, arguments: list[Any]) -> Expression:
    return prior_value(scope, _field_of(scope, arguments, "PRIORVALUE").name)


_ABOUT_THE_SAVE = {"ISNEW": _is_new, "ISCHANGED": _is_changed, "PRIORVALUE": _prior_value}
_NODES = {
    "number": _number, "string": _string, "field": _field, "call": _call, "or_": _or, "and_": _and, "not_": _not,
    "compare": _compare, "joined": _joined, "arithmetic": _arithmetic, "negative": _negative, "power": _power,
}  # fmt: skip
