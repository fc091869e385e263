"""What could not be verified about the product, each as a switch.

A room declares an assumption beside the rule that uses it; `mctui assumptions` lists them all with their value in a
file, and a person switches one with the command `assumptions.set`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.commands import Outcome, command
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    from store.org import Org

Value = str | int | bool

DDL = """
CREATE TABLE assumptions (              -- only what a person switched; the others have their default
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL                   -- JSON
) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Assumption:
    """A fact taken for true without proof: its default, the other choices (empty: any of the type), and why."""

    name: str
    default: Value
    choices: tuple[Value, ...]
    about: str
    source: str


_assumed: dict[str, Assumption] = {}


def assume(name: str, default: Value, choices: tuple[Value, ...], about: str, source: str) -> Assumption:
    """Declare an assumption at import of the room that owns it."""
    assert name not in _assumed, f"assumption {name} is declared twice"
    _assumed[name] = Assumption(name, default, choices, about, source)
    return _assumed[name]


def assumptions() -> list[Assumption]:
    """All that are declared, by name."""
    return [_assumed[name] for name in sorted(_assumed)]


def find(name: str) -> Assumption:
    """The assumption of that name. Raises Refused when there is none."""
    if name not in _assumed:
        fix = did_you_mean(name, _assumed) or "`mctui assumptions` lists them."
        raise Refused(f"There is no assumption '{name}'.", fix=fix)
    return _assumed[name]


def current(org: Org, name: str) -> Value:
    """The value in force in this file."""
    assumption = find(name)
    text = org.value("SELECT value FROM assumptions WHERE name = ?", name)
    if text is None:
        return assumption.default
    value: Value = json.loads(text)
    return value


@command("assumptions.set")
def set_assumption(org: Org, *, name: str, value: Value) -> Outcome:
    """Switch an assumption in this file."""
    assumption = find(name)
    wrong_type = type(value) is not type(assumption.default)
    if wrong_type or (assumption.choices and value not in assumption.choices):
        allowed = ", ".join(map(str, assumption.choices)) or f"any {type(assumption.default).__name__}"
        raise Refused(f"'{value}' is not a value of {name}.", fix=f"Choose one of: {allowed}.")
    org.run("INSERT OR REPLACE INTO assumptions VALUES (?, ?)", name, json.dumps(value))
    return Outcome(f"Assumption {name} = {value}", {"assumptions": 1})
