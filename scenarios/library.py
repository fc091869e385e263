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
    finding: str = ""  # code of the finding that the lesson ends with


FIXED = "-fixed"  # ends the name of the variant of a lesson in which it is done right


def folder(name: str) -> Path:
    """The folder of a scenario or of its fixed variant. Raises Refused when there is none of that name."""
    found = _HERE / name.removesuffix(FIXED).replace("-", "_")
    if not (found / "scenario.yaml").is_file() or (name.endswith(FIXED) and name not in names()):
        fix = did_you_mean(name, names()) or f"There are: {', '.join(names())}."
        raise Refused(f"There is no scenario '{name}'.", fix=fix)
    return found


@cache
def names() -> list[str]:
    """The names of all scenarios, the first lesson first."""
    found = {entry.parent.name.replace("_", "-"): entry for entry in _HERE.glob("*/scenario.yaml")}
    in_order = sorted(found, key=lambda name: (name != "sync-to-send", name))
    # By its text: reading every file as YAML would take longer than showing the list.
    fixed = {name for name in found if "\nfixed:" in found[name].read_text(encoding="utf-8")}
    return [each for name in in_order for each in ([name, name + FIXED] if name in fixed else [name])]


@cache
def info(name: str) -> Info:
    """Title, purpose, size and length of a scenario."""
    parsed = read_yaml(folder(name) / "scenario.yaml")
    from store.clock import DAY, duration

    title, about = parsed["title"], parsed["about"]
    if name.endswith(FIXED):
        title, about = f"{title}: done right", parsed["fixed"]
    days = duration(parsed["length"]) // DAY
    return Info(name, title, about, parsed["size"], days, parsed.get("finding", ""))


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
