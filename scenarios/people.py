"""Records made by seed, set-based: one INSERT ... SELECT per object, whatever the size.

The recipe of a field (`definition.Made`) becomes an SQL expression over `n`, the record's number from 1. Every choice
is a draw of `store.chance` for the question "object.field", so that a field can be added without changing the others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scenarios.definition import Generated, Made
from scenarios.words import list_names, words
from store import crm
from store.chance import SCALE, share, sql_chance, sql_pick
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    from store import Org


def generate(org: Org, recipe: Generated, size: int) -> int:
    """Make the records of one recipe inside the open step; returns how many."""
    count = recipe.count if recipe.count is not None else max(round((recipe.per_person or 0) * size), 1)
    _provide_words(org, recipe)
    columns: dict[str, str] = {}
    for name, made in recipe.fields.items():
        columns[name] = _expression(org, recipe.object, name, made, columns)
    # A name that ends in two underscores is a part of other fields and no field itself.
    fields = {name: expression for name, expression in columns.items() if not name.endswith("__")}
    selected = ",\n       ".join(f'{expression} AS "{name}"' for name, expression in fields.items())
    select = f"""
        WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :count)
        SELECT {selected}
        FROM number
    """
    made = crm.create_from_select(org, recipe.object, select, {"count": count})
    org.run("DROP TABLE temp.words")
    return made.count


def _provide_words(org: Org, recipe: Generated) -> None:
    """All the words a recipe picks from as rows, so that picking one is a look-up by key."""
    org.run(
        "CREATE TEMP TABLE words (list TEXT, position INTEGER, word TEXT, PRIMARY KEY (list, position)) WITHOUT ROWID"
    )
    rows = []
    for name, made in recipe.fields.items():
        if made.pick is not None:
            rows += [(name, position, word) for position, word in enumerate(_choices(made.pick))]
    org.db.executemany("INSERT INTO temp.words VALUES (?, ?, ?)", rows)


def _choices(pick: str | list[str]) -> list[str]:
    if isinstance(pick, list):
        return pick
    if pick not in list_names():
        fix = did_you_mean(pick, list_names()) or f"There are: {', '.join(list_names())}."
        raise Refused(f"There is no word list '{pick}'.", fix=fix)
    return words(pick)


def _expression(org: Org, object_name: str, field: str, made: Made, earlier: dict[str, str]) -> str:
    question = f"{object_name}.{field}"
    if made.pick is not None:
        index = sql_pick(org.seed, question, "n", len(_choices(made.pick)))
        value = f"(SELECT word FROM temp.words WHERE list = '{field}' AND position = {index})"
    elif made.share is not None:
        value = f"({sql_chance(org.seed, question, 'n')} < {share(made.share)})"
    elif made.number is not None:
        value = _between(org.seed, question, *made.number)
    elif made.days_ago is not None:
        value = f"({org.now} - {_between(org.seed, question, made.days_ago[0] * 86400, made.days_ago[1] * 86400)})"
    elif made.lookup is not None:
        value = _lookup(org, question, made.lookup)
    elif made.text is not None:
        value = _pattern(made.text, earlier)
    else:
        fix = "Give pick, share, number, text, lookup or days_ago."
        raise Refused(f"{question}: nothing says how it is made.", fix=fix)
    if made.empty:
        left_empty = f"{sql_chance(org.seed, question + ' empty', 'n')} < {share(made.empty)}"
        value = f"CASE WHEN {left_empty} THEN NULL ELSE {value} END"
    return value


def _between(seed: int, question: str, low: int, high: int) -> str:
    return f"({low} + {sql_chance(seed, question, 'n')} * {high - low + 1} / {SCALE})"


def _lookup(org: Org, question: str, target: str) -> str:
    table = crm.table_of(target)
    first, last = org.rows(f"SELECT min(row_id), max(row_id) FROM {table}")[0]
    if first is None:
        raise Refused(f"{question} looks up {target}, of which there are no records.", fix=f"Generate {target} before.")
    return f"(SELECT Id FROM {table} WHERE row_id = {_between(org.seed, question, first, last)})"


def _pattern(pattern: str, earlier: dict[str, str]) -> str:
    """`{FirstName|lower}.{n}@x` as SQL; an earlier field stands for its expression."""
    parts = []
    for literal, name, lower in re.findall(r"([^{]+)|\{(\w+)(\|lower)?\}", pattern):
        if literal:
            parts.append("'" + literal.replace("'", "''") + "'")
        elif name == "n":
            parts.append("n")
        elif name in earlier:
            parts.append(f"lower({earlier[name]})" if lower else earlier[name])
        else:
            fix = did_you_mean(name, earlier) or "A pattern names fields that stand above it."
            raise Refused(f"The pattern '{pattern}' names {name}, which is not made before.", fix=fix)
    return "(" + " || ".join(parts) + ")"
