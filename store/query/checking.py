"""What the syntax check says of a query text as it is written, each complaint with its place in the text.

The activity's own check compiles for the rows at hand and says the first thing that is wrong; here no row is read, so
that it can run after every change of the text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from store import data_extensions
from store.errors import OrgError, Refused
from store.query.activity import Functions, checked_action, parameters
from store.query.compiled import Compiled
from store.query.options import Options
from store.query.refused import CHECKING, QueryRefused, place
from store.query.target import check_target, fitted
from store.query.words import word_at

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class Complaint:
    """What is wrong. `line` and `column` count from 1 and `length` in characters; line 0: it is not in the text."""

    message: str
    cause: str = ""
    fix: str = ""
    line: int = 0
    column: int = 0
    length: int = 0

    @property
    def where(self) -> str:
        """`line 2, column 8`, or empty."""
        return f"line {self.line}, column {self.column}" if self.line else ""


def compile_for_catalog(org: Org, text: str, *, require_names: bool = False) -> Compiled:
    """A query text compiled against the definitions alone, without a look at the rows. Raises QueryRefused."""
    from store.query import compile_query

    options = Options(allow_cte=bool(org.assumption("query_allows_cte")), require_names=require_names)
    return compile_query(text, data_extensions.catalog(org), options=options)


def complaint(org: Org, text: str, target: str = "", action: str = "Append") -> Complaint | None:
    """The first thing wrong with a query for a target, or None. An empty `target`: it is only to be looked at."""
    try:
        compiled = compile_for_catalog(org, text, require_names=bool(target))
    except QueryRefused as refusal:
        return _of_refusal(text, refusal)
    if not target:
        return None
    try:
        wanted = checked_action(action)
        de = data_extensions.get(org, target)
        check_target(de, [column.name for column in compiled.columns], wanted)
        fitted(compiled, de)
    except Refused as refusal:
        return _of_target(org, text, compiled, target, refusal)
    return None


def _of_refusal(text: str, refusal: QueryRefused) -> Complaint:
    message = refusal.message.removeprefix(CHECKING)
    return _at(text, _offset(text, refusal.line, refusal.column), message, refusal.cause, refusal.fix)


def _at(text: str, offset: int, message: str, cause: str, fix: str) -> Complaint:
    """A complaint about the word at a place; at the end of the text about the last character."""
    word = word_at(text, offset)
    if word is None:
        offset = max(len(text[:offset].rstrip()) - 1, 0)
        word = word_at(text, offset)
    start, end = (word.start, word.end) if word else (offset, offset + 1)
    while text[end : end + 1] == "." and (part := word_at(text, end + 1)):  # the whole of `c.Name`
        end = part.end
    line, column = place(text, start)
    return Complaint(message, cause, fix, line, column, len(text[start:end].partition("\n")[0]))


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return start + column - 1


def _of_target(org: Org, text: str, compiled: Compiled, target: str, refusal: Refused) -> Complaint:
    """What the target refuses, at the first output column that it refuses alone; else it is a matter of settings."""
    said = Complaint(refusal.message, refusal.cause, refusal.fix)
    de = data_extensions.find(org, target)
    if de is None or de.is_synchronized:
        return said
    for (name, offset), column in zip(_outputs(org, text), compiled.columns, strict=True):
        known = name.casefold() in de.by_name
        try:
            if known:
                fitted(replace(compiled, columns=(column,)), de)
        except Refused as alone:
            return _at(text, offset, alone.message, alone.cause, alone.fix)
        if not known and f"'{name}'" in refusal.message:
            return _at(text, offset, refusal.message, refusal.cause, refusal.fix)
    return said


def _outputs(org: Org, text: str) -> list[tuple[str, int]]:
    """Each output column with the place of its name in the text; the columns of `*` have that of the star."""
    from sqlglot import exp

    from store.query.parse import offset_of, parse
    from store.query.scope import Compilation, Scope
    from store.query.select import plan

    options = Options(allow_cte=bool(org.assumption("query_allows_cte")))
    made = plan(parse(text), Scope(Compilation(text, data_extensions.catalog(org), options)))
    named = [
        (o.name, o.node.args.get("alias") if isinstance(o.node, exp.Alias) else None, o.node) for o in made.outputs
    ]
    return [(name, offset_of(alias if isinstance(alias, exp.Expr) else node)) for name, alias, node in named]


# ---- a run that failed


def complaint_of(org: Org, text: str, error: OrgError) -> Complaint:
    """The error of a run of this text, with its place as far as it has one."""
    if isinstance(error, QueryRefused):
        return _of_refusal(text, error)
    found = failing_place(org, text)
    said = Complaint(error.message, error.cause, error.fix)
    return replace(said, line=found.line, column=found.column, length=found.length) if found else said


def failing_place(org: Org, text: str) -> Complaint | None:
    """The output column in which a run fails; None when it fails outside of the select list, or not at all.

    Costs up to one run for each column. The message of the complaint is empty.
    """
    try:
        compiled = compile_for_catalog(org, text)
    except QueryRefused:
        return None
    if _fails(org, f"SELECT count(*) FROM ({compiled.sql})"):
        return None
    columns = [data_extensions.quoted(column.name) for column in compiled.columns if column.name]
    if len(columns) < len(compiled.columns):
        return None
    for (_, offset), column in zip(_outputs(org, text), columns, strict=True):
        if _fails(org, f"SELECT max({column}) FROM ({compiled.sql})"):
            return _at(text, offset, "", "", "")
    return None


def _fails(org: Org, sql: str) -> bool:
    try:
        with Functions(org):
            org.db.execute(sql, parameters(org)).fetchone()
    except OrgError as error:
        if error.exit_code == 130:
            raise
        return True
    return False
