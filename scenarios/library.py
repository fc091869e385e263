"""Which scenarios there are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from store.errors import Refused, Unreadable, did_you_mean

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Info:
    """What a scenario says about itself. `size` is the number of people it is delivered with."""

    name: str
    title: str
    about: str
    size: int
    days: int


def folder(name: str) -> Path:
    """The folder of a scenario. Raises Refused when there is none of that name."""
    found = _HERE / name.replace("-", "_")
    if not (found / "scenario.yaml").is_file():
        fix = did_you_mean(name, names()) or f"There are: {', '.join(names())}."
        raise Refused(f"There is no scenario '{name}'.", fix=fix)
    return found


@cache
def names() -> list[str]:
    """The names of all scenarios, the first lesson first."""
    found = [entry.parent.name.replace("_", "-") for entry in _HERE.glob("*/scenario.yaml")]
    return sorted(found, key=lambda name: (name != "sync-to-send", name))


@cache
def info(name: str) -> Info:
    """Title, purpose, size and length of a scenario."""
    parsed = read_yaml(folder(name) / "scenario.yaml")
    from store.clock import DAY, duration

    return Info(name, parsed["title"], parsed["about"], parsed["size"], duration(parsed["length"]) // DAY)


def lesson(name: str) -> str:
    """The scenario's README: Markdown."""
    return (folder(name) / "README.md").read_text(encoding="utf-8")


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML mapping. Raises Unreadable with line and column when the file is no YAML."""
    import yaml

    try:
        parsed = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise Unreadable(f"This is not YAML: {error.problem}.", where=where) from error
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"The file cannot be read: {error}.", where=str(path)) from error
    if not isinstance(parsed, dict):
        raise Unreadable("A scenario is a mapping of names to values.", where=str(path))
    return parsed
