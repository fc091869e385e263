"""Settings and what is remembered between runs. A file that cannot be read falls back and is reported, never fatal."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass, fields
from typing import Any

from mctui.paths import Paths


@dataclass(frozen=True)
class Remembered:
    """What comes back at the next start."""

    world: str = ""
    pane: str = ""
    theme: str = ""
    ascii: str = ""  # `yes`, or nothing


def read_keys(paths: Paths) -> tuple[dict[str, Any], list[str]]:
    """The person's own keys, and what is wrong with the file."""
    try:
        return _flat(tomllib.loads(paths.keys.read_text("utf-8"))), []
    except FileNotFoundError:
        return {}, []
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, [f"{paths.keys} cannot be read: {error}. The keys are the usual ones."]


def _flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """`step.back = "x"` is a nested table in TOML; here it is one name again."""
    flat: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value
    return flat


def recall(paths: Paths) -> tuple[Remembered, list[str]]:
    """What the last run left, and what is wrong with it."""
    try:
        given = json.loads(paths.remembered.read_text("utf-8"))
        known = {field.name for field in fields(Remembered)}
        return Remembered(**{name: str(value) for name, value in given.items() if name in known}), []
    except FileNotFoundError:
        return Remembered(), []
    except (OSError, ValueError, AttributeError) as error:
        return Remembered(), [f"{paths.remembered} cannot be read: {error}. Starting fresh."]


def remember(paths: Paths, what: Remembered) -> list[str]:
    """Leave it for the next run; returns what went wrong: a folder that cannot be written costs only the memory."""
    try:
        paths.state.mkdir(parents=True, exist_ok=True)
        paths.remembered.write_text(json.dumps(asdict(what), indent=1), "utf-8")
    except OSError as error:
        return [f"{paths.remembered} cannot be written: {error.strerror}. The next start will not know this one."]
    return []
