"""What a place in an unfinished query sees: the tables of its FROM, those around it, and what stands before it.

The text is read as nested blocks of words, one per pair of parentheses, so that a half-written select list says as
much as a whole query. Names only: whether they exist is asked of the catalog by completion.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from store.query.words import Word, words

CLAUSES = ("SELECT", "FROM", "JOIN", "APPLY", "ON", "WHERE", "GROUP", "HAVING", "ORDER")
_SETS = ("UNION", "EXCEPT", "INTERSECT")
_JOINS = ("FROM", "JOIN", "APPLY")


@dataclass(slots=True)
class Block:
    """What stands between two parentheses, or the whole text. `end` is where the closing one stands."""

    start: int
    end: int
    items: list[Word | Block] = field(default_factory=list)

    @property
    def is_select(self) -> bool:
        """Whether it holds a query of its own."""
        return any(isinstance(item, Word) and item.upper == "SELECT" for item in self.items)


@dataclass(frozen=True, slots=True)
class Output:
    """A column of a subquery: its name, and the alias and column that it is taken from unchanged, if it is.

    `*` has the names of the source `alias`, or of all sources when that is empty.
    """

    name: str
    alias: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """Something in FROM. A table has `name` (and `Ent` as `qualifier`); a subquery `outputs` over its own `sources`."""

    alias: str
    name: str = ""
    qualifier: str | None = None
    outputs: tuple[Output, ...] = ()
    sources: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text. `levels` are the sources it sees, its own SELECT's first; `before` the words before it.

    `clause` is the last clause word before it in its own SELECT, empty before the first; `branch` the names that its
    select list has given so far; `call` the word before the parenthesis that it stands in, if that is no query's.
    """

    levels: tuple[tuple[Seen, ...], ...]
    before: tuple[Word, ...]
    clause: str
    given: tuple[str, ...]
    call: str = ""


def place(text: str, offset: int) -> Place:
    """What the place at `offset` sees; the word that ends there still belongs to what is written."""
    chain = _chain(blocks(text), offset)
    before = tuple(item for item in chain[-1].items if isinstance(item, Word) and item.end <= offset)
    levels: list[tuple[Seen, ...]] = []
    clause, given = "", tuple[str, ...]()
    for at in range(len(chain) - 1, -1, -1):
        block = chain[at]
        if not block.is_select:
            continue
        branch = _branch_at(block, offset)
        if not levels:
            clause = _clause(branch, offset)
            given = tuple(output.name for output in outputs(branch) if output.name != "*")
        levels.append(sources(branch))
        if at and not _sees_outside(chain[at - 1], block):
            break
    return Place(tuple(levels), before, clause, given, _call(chain, offset))


def blocks(text: str) -> Block:
    """The text as blocks of words without comments. An open parenthesis reaches to the end."""
    whole = Block(-1, len(text))
    opened = [whole]
    for word in words(text):
        if word.kind == "comment":
            continue
        if word.text == "(" and word.kind == "sign":
            block = Block(word.start, len(text))
            opened[-1].items.append(block)
            opened.append(block)
        elif word.text == ")" and word.kind == "sign":
            if len(opened) > 1:
                opened.pop().end = word.start
        else:
            opened[-1].items.append(word)
    return whole


def _chain(block: Block, offset: int) -> list[Block]:
    """The blocks around a place, the outermost first."""
    chain = [block]
    while inner := next((i for i in chain[-1].items if isinstance(i, Block) and i.start < offset <= i.end), None):
        chain.append(inner)
    return chain


def _branch_at(block: Block, offset: int) -> list[Word | Block]:
    """The items of the SELECT, of several joined by UNION and the like, that the place stands in."""
    branches: list[list[Word | Block]] = [[]]
    for item in block.items:
        if isinstance(item, Word) and item.upper in _SETS:
            if item.end > offset:
                break
            branches.append([])
        else:
            branches[-1].append(item)
    return branches[-1]


def _clause(branch: list[Word | Block], offset: int) -> str:
    found = [i.upper for i in branch if isinstance(i, Word) and i.upper in CLAUSES and i.end <= offset]
    return found[-1] if found else ""


def _sees_outside(around: Block, block: Block) -> bool:
    """A subquery in FROM does not see its neighbors, except after APPLY; one in an expression sees all."""
    at = around.items.index(block)
    head = next((i.upper for i in reversed(around.items[:at]) if isinstance(i, Word) and i.upper in CLAUSES), "")
    last = around.items[at - 1] if at else None
    if not isinstance(last, Word) or head not in (*_JOINS, "ON"):
        return True
    return last.upper == "APPLY" or not (last.upper in _JOINS or last.text == ",")


def _call(chain: list[Block], offset: int) -> str:
    """The word before the innermost parenthesis: `CAST` in `CAST(x AS |)`, `FROM` in `FROM (|)`."""
    if len(chain) < 2:
        return ""
    items = chain[-2].items
    at = items.index(chain[-1])
    last = items[at - 1] if at else None
    return last.text.upper() if isinstance(last, Word) and last.kind == "word" else ""


# ---- FROM


def sources(items: list[Word | Block]) -> tuple[Seen, ...]:
    """What the FROM of one SELECT brings in, in order."""
    found: list[Seen] = []
    clause, at = "", 0
    while at < len(items):
        item = items[at]
        at += 1
        if isinstance(item, Word) and item.upper in CLAUSES:
            clause = item.upper
        starts = isinstance(item, Word) and (item.upper in _JOINS or (item.text == "," and clause in (*_JOINS, "ON")))
        if starts and at < len(items):
            at = _source(items, at, found)
        elif isinstance(item, Word) and item.upper in ("PIVOT", "UNPIVOT"):
            alias, at, _ = _alias(items, at + 1)
            found.append(Seen(alias))
    return tuple(found)


def _source(items: list[Word | Block], at: int, found: list[Seen]) -> int:
    """Read one source from `at` on; returns the place after it."""
    first = items[at]
    if isinstance(first, Block):
        alias, after, renamed = _alias(items, at + 1)
        if first.is_select:
            branch = _branch_at(first, first.start + 1)
            given = tuple(Output(name) for name in renamed) or outputs(branch)
            found.append(Seen(alias, outputs=given, sources=sources(branch)))
        elif renamed:
            found.append(Seen(alias, outputs=tuple(Output(name) for name in renamed)))
        else:  # a join in parentheses
            found.extend(sources([Word("word", "FROM", first.start, first.start), *first.items]))
        return after
    if not first.is_name:
        return at
    parts = [first.name]
    at += 1
    while at + 1 < len(items) and _is(items[at], ".") and isinstance(items[at + 1], Word):
        parts.append(items[at + 1].name)  # type: ignore[union-attr]
        at += 2
    alias, at, renamed = _alias(items, at)
    qualifier = parts[-2] if len(parts) > 1 else None
    found.append(Seen(alias or parts[-1], parts[-1], qualifier, tuple(Output(name) for name in renamed)))
    return at


def _alias(items: list[Word | Block], at: int) -> tuple[str, int, tuple[str, ...]]:
    """`[AS] alias [(a, b)]`: the alias, the place after it, the column names in parentheses."""
    if at < len(items) and _is(items[at], "AS"):
        at += 1
    if at >= len(items):
        return "", at, ()
    item = items[at]
    if not isinstance(item, Word) or not (item.is_name or item.kind == "text"):
        return "", at, ()
    alias = item.name.strip("'")
    at += 1
    renamed: tuple[str, ...] = ()
    if at < len(items) and isinstance(items[at], Block):
        renamed = tuple(i.name for i in items[at].items if isinstance(i, Word) and i.is_name)  # type: ignore[union-attr]
        at += 1
    return alias, at, renamed


def _is(item: Word | Block, text: str) -> bool:
    return isinstance(item, Word) and item.kind != "name" and item.text.upper() == text


# ---- the select list


def outputs(branch: list[Word | Block]) -> tuple[Output, ...]:
    """The columns that one SELECT gives, as far as they have names."""
    listed: list[list[Word | Block]] = [[]]
    inside = False
    for item in branch:
        if isinstance(item, Word) and item.upper in CLAUSES:
            if inside:
                break
            inside = item.upper == "SELECT"
        elif inside and _is(item, ","):
            listed.append([])
        elif inside:
            listed[-1].append(item)
    listed[0] = _without_top(listed[0])
    return tuple(output for items in listed if (output := _output(items)))


def _without_top(items: list[Word | Block]) -> list[Word | Block]:
    at = 0
    while at < len(items) and isinstance(items[at], Word):
        word = items[at].text.upper()  # type: ignore[union-attr]
        if word == "TOP":
            at += 1  # and the number behind it, bare or in parentheses
        elif word not in ("DISTINCT", "ALL", "PERCENT", "WITH", "TIES"):
            break
        at += 1
    return items[at:]


def _output(items: list[Word | Block]) -> Output | None:
    if not items:
        return None
    last = items[-1]
    before = items[-2] if len(items) > 1 else None
    if not isinstance(last, Word):
        return None
    if _is(last, "*"):
        if before is None:
            return Output("*")
        owner = items[-3] if len(items) > 2 and _is(before, ".") else None
        return Output("*", owner.name) if isinstance(owner, Word) else None
    path = [item for item in items if isinstance(item, Word) and item.is_name]
    dotted = len(path) * 2 - 1 == len(items) and all(_is(dot, ".") for dot in items[1::2])
    if dotted:
        return Output(path[-1].name, path[-2].name if len(path) > 1 else "", path[-1].name)
    if len(items) > 2 and _is(items[1], "=") and isinstance(items[0], Word) and items[0].is_name:
        return Output(items[0].name)
    named = last.is_name or last.kind == "text"
    if before is not None and named and (_is(before, "AS") or _ends_a_value(before)):
        inner = _output(items[: -2 if _is(before, "AS") else -1])
        same = inner if inner is not None and inner.column else None
        return Output(last.name.strip("'"), same.alias if same else "", same.column if same else "")
    return None


def _ends_a_value(item: Word | Block) -> bool:
    """Whether a name behind it is an alias: `f(x) Name`, `'a' Name`, `CASE ... END Name`."""
    if isinstance(item, Block):
        return True
    return item.kind in ("text", "number") or item.upper == "END" or (item.is_name and not _is(item, "."))
