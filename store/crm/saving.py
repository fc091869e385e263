"""The save procedure: what happens around the one statement that writes a batch of records, in the product's order.

    values are checked (prepare.py) -> the records are written -> before-save flows change the same records -> what
    follows from their values (who has responded, a person's name) -> validation rules -> field history -> the other row
    of a person account -> roll-up summaries -> after-save flows

Each stage is a function over the whole batch, registered under its name in ORDER; it costs one look-up when it has
nothing to do. source: Apex Developer Guide, "Triggers and Order of Execution".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary

from store.crm.objects import Object
from store.crm.problems import Problem
from store.crm.tables import table_of
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

Kind = Literal["create", "update", "delete", "undelete"]
# In the save: they see the records as they are written, and may change or refuse them.
BEFORE = ("before_save_flows", "campaign_members", "person_names", "validation_rules")
AFTER = ("person_accounts", "roll_ups", "after_save_flows")
ORDER = (*BEFORE, *AFTER)

# source: Apex Developer Guide, "Execution Governors and Limits": total stack depth of recursive saves.
DEEPEST = 16


@dataclass(frozen=True)
class Batch:
    """Records of one object that one statement has just written.

    `rows` is SQL that selects their row_ids, `prior` a table with the records as they were (row_id and every field),
    '' for new ones. `columns` were set; `by_system` when nobody saved them: a lookup that its target's deletion
    emptied, a roll-up summary, a merge that moves children. Stages before the history name in `also` the fields that
    they have set besides.
    """

    obj: Object
    kind: Kind
    columns: tuple[str, ...]
    rows: str
    prior: str
    by_system: bool = False
    also: list[str] = field(default_factory=list)

    @property
    def table(self) -> str:
        """FROM of the records (alias r) with what they were (alias p) where they were before."""
        records = f"{table_of(self.obj.name)} AS r"
        return f"{records} JOIN {self.prior} AS p ON p.row_id = r.row_id" if self.prior else records

    @property
    def prior_alias(self) -> str:
        """The alias of what the records were, '' for new ones."""
        return "p" if self.prior else ""


@dataclass(frozen=True)
class _Stage:
    wanted: Callable[[Org, Object], bool]
    run: Callable[[Org, Batch], None]


_stages: dict[str, _Stage] = {}
_depths: WeakKeyDictionary[Org, int] = WeakKeyDictionary()


class RowsRefused(Refused):
    """Records that were written and that a rule does not take: by row_id. The caller takes the write back."""

    def __init__(self, object_name: str, found: dict[int, Problem]) -> None:
        self.found = found
        first = next(iter(found.values()))
        count = len(found)
        message = str(first) if count == 1 else f"{count:,} records are refused; nothing was changed."
        super().__init__(message, cause=f"{first}." if count > 1 else "", where=object_name)


def stage(name: str, wanted: Callable[[Org, Object], bool]) -> Callable[[Callable[[Org, Batch], None]], None]:
    """Register what a stage does with a batch; `wanted` says cheaply whether it has anything to do for an object."""
    assert name in ORDER and name not in _stages, name

    def register(run: Callable[[Org, Batch], None]) -> None:
        _stages[name] = _Stage(wanted, run)

    return register


def watches_all(org: Org, obj: Object) -> bool:
    """Whether some stage needs the records as they were, with every field."""
    return any(one.wanted(org, obj) for one in _stages.values())


def run_stages(org: Org, names: tuple[str, ...], batch: Batch) -> None:
    """The stages of these names that have something to do."""
    for name in names:
        one = _stages.get(name)
        if one is not None and one.wanted(org, batch.obj):
            one.run(org, batch)


def depth(org: Org) -> int:
    """How many saves are open inside each other; a part of the names of their TEMP tables."""
    return _depths.get(org, 0)


@contextmanager
def nested(org: Org) -> Iterator[int]:
    """A save inside what is open; yields its depth. Raises Refused when saves cause saves without end."""
    level = depth(org) + 1
    if level > DEEPEST:
        raise Refused(
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: Maximum trigger depth exceeded.",
            cause=f"Records that are saved by flows start flows that save records, more than {DEEPEST} deep.",
            fix="Narrow the entry conditions, or let the flow run only when a record is changed to meet them.",
        )
    _depths[org] = level
    try:
        yield level
    finally:
        _depths[org] = level - 1
        if level == 1 and org.db.in_transaction:
            org.run("DROP TABLE IF EXISTS temp.crm_flow_done")  # which flows ran for which records of this save
