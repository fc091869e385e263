"""The registry of what flows can do.

    @flow_action("triggered_send", lambda: TriggeredSend)
    def triggered_send(org: Org, run: FlowRun, given: TriggeredSend) -> int: ...

registers an action of any room: the pydantic model of what a person writes beside `action`, and a function that does
it for all records of the run at once and returns how many it concerned. `check` may refuse a definition.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.crm.fields import Field
from store.crm.objects import Object
from store.crm.tables import table_of
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class FlowRun:
    """A flow's path on its way over a batch: `rows` is a table with the row_ids of the records that started it.

    `prior` is a table with the records as they were before the save, '' where there is none (new records, paths that
    run later).
    """

    flow: str
    path: str
    obj: Object
    rows: str
    prior: str = ""

    @property
    def source(self) -> str:
        """FROM of the records (alias r), with what they were (alias p) where that is known."""
        records = f"{self.rows} AS started JOIN {table_of(self.obj.name)} AS r ON r.row_id = started.row_id"
        return f"{records} JOIN {self.prior} AS p ON p.row_id = r.row_id" if self.prior else records

    def value(self, org: Org, target: Field, given: Any) -> str:
        """SQL over the records for a value that a person wrote for a field: itself, or {"formula": text}."""
        from store.crm.flows.entry import stored_literal
        from store.crm.formula import compile_formula

        if isinstance(given, dict) and set(given) == {"formula"}:
            return compile_formula(org, self.obj, given["formula"], "r", "p" if self.prior else "").sql
        return stored_literal(target, given)


Run = Callable[["Org", FlowRun, Any], int]
Check = Callable[["Org", Object, Any], None]


@dataclass(frozen=True)
class Action:
    """One registered action."""

    name: str
    model: Callable[[], type[Any]]
    run: Run
    check: Check | None


ACTIONS: dict[str, Action] = {}


def flow_action(name: str, model: Callable[[], type[Any]], check: Check | None = None) -> Callable[[Run], Run]:
    """Register an action under the name that flows use for it."""
    assert name not in ACTIONS, f"flow action {name} is registered twice"

    def register(run: Run) -> Run:
        ACTIONS[name] = Action(name, model, run, check)
        return run

    return register


def action_of(org: Org, obj: Object, given: dict[str, Any]) -> tuple[Action, Any]:
    """The action that a person wrote, with its parsed description. Raises Refused."""
    from pydantic import ValidationError

    name = str(given.get("action", ""))
    if name not in ACTIONS:
        fix = did_you_mean(name, ACTIONS) or f"There are: {', '.join(sorted(ACTIONS))}."
        raise Refused(f"Flows have no action '{name}' here.", fix=fix)
    action = ACTIONS[name]
    try:
        parsed = action.model().model_validate({key: value for key, value in given.items() if key != "action"})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Refused(f"The action {name} is not described right: {first['msg']}.", where=where) from None
    if action.check:
        action.check(org, obj, parsed)
    return action, parsed
