"""What can be written at a place of a query text: data extensions, data views, columns, functions, keywords.

Pure: text, place and catalog in, suggestions out. Works on text that does not compile yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from store.query.catalog import Catalog
from store.query.visible import CLAUSES, Output, Place, Seen, place
from store.query.words import KEYWORDS, Word, word_at, words, written

TABLE, VIEW, COLUMN, ALIAS, FUNCTION, KEYWORD, TYPE, FIELD = (
    "data extension", "data view", "column", "alias", "function", "keyword", "type", "target field",
)  # fmt: skip
MOST = 200  # suggestions of one list
LONG_ENOUGH = 2  # letters from which on the middle of a name counts too
# source: Microsoft, "Data types (Transact-SQL)"; those that a query activity converts to
TYPES = ("bigint", "bit", "char", "date", "datetime", "datetime2", "datetimeoffset", "decimal", "float", "int", "nchar",
         "numeric", "nvarchar", "smallint", "time", "tinyint", "uniqueidentifier", "varchar")  # fmt: skip
_KEYWORDS = (*CLAUSES, *sorted(KEYWORDS.difference(CLAUSES)))
_CASTS = ("CAST", "TRY_CAST")
_CONVERTS = ("CONVERT", "TRY_CONVERT")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`text` is written; `kind` is one of the words above; `note` says more: a type, where it comes from."""

    text: str
    kind: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """Suggestions for what stands from `start` up to `end`, the best first. `asked` when a list should open by itself:

    a word was begun, or a point asks for the columns of an alias.
    """

    start: int
    end: int
    suggestions: tuple[Suggestion, ...] = ()
    asked: bool = False


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    type: str
    alias: str


def complete(text: str, offset: int, catalog: Catalog, *, target: tuple[str, ...] = ()) -> Completion:
    """What can stand at `offset` (0 is before the first character). `target` are the fields of the target, for AS."""
    begun = _begun(text, offset)
    start, end = (begun.start, begun.end) if begun else (offset, offset)
    if begun is not None and begun.kind in ("comment", "text", "number"):
        return Completion(offset, offset)
    prefix = text[start:offset].lstrip('["')
    bracketed = begun is not None and begun.kind == "name"
    here = place(f"{text[:start]}{' ' * (end - start)}{text[end:]}", start)  # without the word that is being written
    last = here.before[-1] if here.before else None
    if last is not None and last.text == "." and last.kind == "sign":
        found = _after_point(here, catalog)
        return Completion(start, end, _matching(found, prefix), asked=True)
    found = _candidates(here, last, catalog, target)
    if bracketed:
        found = (each for each in found if each.kind in (TABLE, VIEW, COLUMN, FIELD, ALIAS))
    matching = _matching(found, prefix)
    whole = len(matching) == 1 and matching[0].text.casefold() == text[start:end].casefold()
    asked = bool(prefix or bracketed) and not whole
    return Completion(start, end, matching, asked=asked)


def _begun(text: str, offset: int) -> Word | None:
    """The word that the place stands in or at the end of."""
    found = None
    for word in words(text[:offset]):
        if word.end == offset and word.kind != "sign":
            found = word
    if found is None:
        return None
    if found.kind in ("comment", "text"):
        return found if found.is_open or found.text.startswith("--") else None
    if found.kind == "name" and not found.is_open:
        return None
    if found.kind == "name":  # up to its closing bracket, when that is there already
        rest = word_at(text, found.start)
        return rest if rest is not None and not rest.is_open and "[" not in rest.text[1:] else found
    return word_at(text, found.start) or found


# ---- what can stand where


def _candidates(here: Place, last: Word | None, catalog: Catalog, target: tuple[str, ...]) -> Iterator[Suggestion]:
    word = last.upper if last is not None else ""
    if word == "AS":
        yield from _names_to_give(here, target)
    elif here.call in _CONVERTS and last is None:
        yield from (Suggestion(name, TYPE) for name in TYPES)
    elif _wants_table(here, last, word):
        yield from _tables(catalog)
    elif not here.clause:
        yield Suggestion("SELECT", KEYWORD)
    else:
        yield from _expressions(here, catalog)


def _names_to_give(here: Place, target: tuple[str, ...]) -> Iterator[Suggestion]:
    """After AS: a type inside of CAST, a field of the target that has no column yet, else a name of one's own."""
    if here.call in _CASTS:
        yield from (Suggestion(name, TYPE) for name in TYPES)
    elif here.clause == "SELECT":
        given = {name.casefold() for name in here.given}
        yield from (Suggestion(written(name), FIELD) for name in target if name.casefold() not in given)


def _wants_table(here: Place, last: Word | None, word: str) -> bool:
    if word in ("FROM", "JOIN", "APPLY"):
        return True
    if last is None:
        return here.call in ("FROM", "JOIN")
    return last.text == "," and here.clause in ("FROM", "JOIN", "APPLY", "ON") and not here.call


def _tables(catalog: Catalog, qualifier: str | None = None) -> Iterator[Suggestion]:
    for name in catalog.names():
        of_parent = name[:4].lower() == "ent."  # what a child business unit may use of the enterprise
        bare = name[4:] if of_parent else name
        if qualifier is None or catalog.table(bare, qualifier) is not None:
            text = f"Ent.{written(bare)}" if of_parent and qualifier is None else written(bare)
            yield Suggestion(text, VIEW if bare.startswith("_") else TABLE)


def _after_point(here: Place, catalog: Catalog) -> Iterator[Suggestion]:
    """`Ent.` names the parent's data extensions, an alias its columns."""
    qualifier = here.before[-2].name if len(here.before) > 1 else ""
    before = here.before[:-2]
    if _wants_table(here, before[-1] if before else None, before[-1].upper if before else ""):
        if qualifier.casefold() == "ent":
            yield from _tables(catalog, "Ent")
        return
    for level in here.levels:
        for seen in level:
            if seen.alias.casefold() == qualifier.casefold():
                yield from (Suggestion(written(c.name), COLUMN, c.type) for c in columns(seen, catalog))
                return


def _expressions(here: Place, catalog: Catalog) -> Iterator[Suggestion]:
    """Columns of the own SELECT, then of those around it; aliases; functions; keywords."""
    for level in here.levels:
        found = [(seen, column) for seen in level for column in columns(seen, catalog)]
        names = [column.name.casefold() for _, column in found]
        for seen, column in found:
            name = written(column.name)
            if names.count(column.name.casefold()) > 1 or level is not here.levels[0]:
                name = f"{written(seen.alias)}.{name}"
            note = f"{column.type} · {seen.alias}" if len(level) > 1 and column.type else column.type or seen.alias
            yield Suggestion(name, COLUMN, note)
    for level in here.levels:
        yield from (Suggestion(written(s.alias), ALIAS, s.name or "subquery") for s in level if s.alias)
    yield from (Suggestion(f"{name}(", FUNCTION) for name in function_names())
    yield from (Suggestion(word, KEYWORD) for word in _KEYWORDS)


def columns(seen: Seen, catalog: Catalog) -> list[_Column]:
    """The columns of something in FROM with their types, as far as they are known."""
    if seen.outputs:
        return [column for output in seen.outputs for column in _of_output(output, seen, catalog)]
    qualifier = "Ent" if (seen.qualifier or "").casefold() == "ent" else None
    table = catalog.table(seen.name, qualifier) if seen.name else None
    if table is None:
        return []
    return [_Column(column.name, str(column.type), seen.alias) for column in table.columns if not column.hidden]


def _of_output(output: Output, seen: Seen, catalog: Catalog) -> list[_Column]:
    """A column of a subquery, with the type of what it is taken from; `*` is all of its source's."""
    alias = output.alias.casefold()
    inner = [each for each in seen.sources if not alias or each.alias.casefold() == alias]
    if output.name != "*" and not output.column:
        return [_Column(output.name, "", seen.alias)]
    below = [column for each in inner for column in columns(each, catalog)]
    if output.name == "*":
        return [_Column(column.name, column.type, seen.alias) for column in below]
    type_ = next((column.type for column in below if column.name.casefold() == output.column.casefold()), "")
    return [_Column(output.name, type_, seen.alias)]


@lru_cache(maxsize=1)
def function_names() -> tuple[str, ...]:
    """The T-SQL functions that the translator knows."""
    from store.query.functions import load
    from store.query.registry import FUNCTIONS

    load()
    return tuple(sorted(name for name in FUNCTIONS if name.replace("_", "").isalnum()))


# ---- which of them fit


def _matching(found: Iterable[Suggestion], prefix: str) -> tuple[Suggestion, ...]:
    """Names that begin with the prefix, then all of an alias of that beginning, then names that have it inside."""
    wanted = prefix.casefold()
    ranked: list[list[Suggestion]] = [[], [], []]
    for each in dict.fromkeys(found):
        bare = each.text.casefold().replace("[", "")
        if bare.rpartition(".")[2].startswith(wanted):
            ranked[0].append(each)
        elif bare.startswith(wanted):
            ranked[1].append(each)
        elif len(wanted) >= LONG_ENOUGH and each.kind not in (KEYWORD, FUNCTION) and wanted in bare:
            ranked[2].append(each)
    if not wanted:  # all of the dialect would bury what the account has
        ranked[0] = [each for each in ranked[0] if each.kind not in (KEYWORD, FUNCTION)] or ranked[0]
    return tuple([each for rank in ranked for each in rank][:MOST])
