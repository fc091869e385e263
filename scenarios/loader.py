"""Makes the world of a scenario in a new file; nothing runs yet, everything is on the agenda."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.library import FIXED, folder, read_yaml
from store import agenda
from store.clock import duration, parse
from store.errors import Unreadable
from store.org import Org

if TYPE_CHECKING:
    from scenarios.definition import Scenario


def make(name: str, path: Path | str, *, seed: int = 1, size: int | None = None) -> Org:
    """The world of a scenario, or an empty one for `empty`, in a new file at step 0.

    Raises Refused for an unknown name or an existing file, Unreadable for a scenario file with a mistake.
    """
    if name == "empty":
        return Org.create(path, seed=seed)
    from scenarios.definition import parse as parse_scenario

    source = folder(name) / "scenario.yaml"
    scenario = parse_scenario(read_yaml(source), source)

    def build(org: Org) -> None:
        _build(org, scenario, source.parent, size or scenario.size, fixed=name.endswith(FIXED))

    return Org.create(path, seed=seed, start=parse(scenario.start), name=name, build=build)


def _build(org: Org, scenario: Scenario, here: Path, size: int, *, fixed: bool = False) -> None:
    """Everything that exists before the first step, inside the transaction that makes the file."""
    from scenarios.people import generate
    from store.assumptions import set_assumption
    from store.commands import run_command

    here_only = ("", "fixed" if fixed else "taught")
    settings = {"title": f"{scenario.title}: done right" if fixed else scenario.title, "size": size}
    org.run("UPDATE world SET ends_at = now + ?, settings = ?", duration(scenario.length), json.dumps(settings))
    for name, value in scenario.assumptions.items():
        set_assumption(org, name=name, value=value)
    for unit in scenario.business_units:
        run_command(org, "business_units.create", unit.model_dump())
    for recipe in scenario.crm:
        generate(org, recipe, size)
    for call in scenario.setup:
        if call.only not in here_only:
            continue
        arguments = _resolved(org, call.arguments) | {key: _read(here / file) for key, file in call.from_file.items()}
        run_command(org, call.command, arguments)
    for event in scenario.meanwhile:
        if event.only not in here_only:
            continue
        agenda.schedule(
            org,
            org.now + duration(event.after),
            agenda.COMMAND,
            {"name": event.command, "arguments": _resolved(org, event.arguments)},
            event.title,
        )


def _resolved(org: Org, value: Any) -> Any:
    """The value with every `@e-mail` and `@Object` replaced by the Id of that record, or of the object's first one."""
    from store import crm

    if isinstance(value, dict):
        return {key: _resolved(org, each) for key, each in value.items()}
    if isinstance(value, list):
        return [_resolved(org, each) for each in value]
    if not (isinstance(value, str) and value.startswith("@")):
        return value
    key = value[1:]
    if "@" in key:
        return crm.resolve(org, key).id
    return crm.records(org, key, limit=1)[0].id


def _read(path: Path) -> Any:
    """A file beside the scenario: JSON as its value, anything else as text."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".json":
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(f"This is not JSON: {error.msg}.", where=f"{path}:{error.lineno}:{error.colno}") from error
