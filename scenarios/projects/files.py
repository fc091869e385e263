"""The files of a project folder: which there are, of which type, from which business unit.

Accenture SFMC DevTools (mcdev) keeps one file per thing, `KEY.<type>-meta.json`, under
`retrieve/<credential>/<business unit>/<type>/`. Source: its README, "Folder structure".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from store.errors import Unreadable

PARENT = "_ParentBU_"  # what mcdev calls the enterprise's own business unit
_META = re.compile(r"^(?P<stem>.*)\.(?P<type>[A-Za-z]+)(?P<subtype>-[A-Za-z]+)?-meta\.json$")
# Of a whole project only what came from the account counts: deploy/ and template/ are on their way to it.
_RETRIEVED = "retrieve"


# What JSON of another shape than expected ends in: the files are another's, so their shape cannot be relied upon.
SHAPE_ERRORS = (AttributeError, IndexError, KeyError, TypeError, ValueError)


class Malformed(ValueError):
    """A file that is not what its name says; `str()` says why."""


@dataclass(frozen=True)
class MetaFile:
    """One `-meta.json`. `file` is its path below the project, `unit` its business unit."""

    path: Path
    file: str
    unit: str
    type: str
    stem: str

    @cached_property
    def data(self) -> dict[str, Any]:
        """The JSON object in it. Raises Malformed."""
        try:
            data = json.loads(self.text())
        except json.JSONDecodeError as error:
            raise Malformed(f"This is not JSON: {error.msg} (line {error.lineno}, column {error.colno}).") from error
        except RecursionError:
            raise Malformed("This JSON is nested too deeply.") from None
        if not isinstance(data, dict):
            raise Malformed("This is JSON, but no object.")
        return data

    def text(self) -> str:
        """The file as text."""
        return read(self.path)

    def beside(self, suffix: str) -> str | None:
        """The text of the file beside this one with another suffix (`sql`), or None when there is none."""
        sibling = self.path.with_name(self.path.name.removesuffix("json") + suffix)
        return read(sibling) if sibling.is_file() else None


def read(path: Path) -> str:
    """A text file, UTF-8 with or without BOM. Raises Malformed."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Malformed(f"The file cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Malformed(f"The file is not UTF-8 (byte {error.start}).") from error


def find(folder: Path) -> list[MetaFile]:
    """The files of a project, the parent business unit's first. Raises Unreadable when the folder is no project."""
    root = folder / _RETRIEVED if (folder / _RETRIEVED).is_dir() else folder
    found = sorted(_meta_files(folder, root), key=lambda file: (file.unit.split("/")[-1] != PARENT, file.file))
    if not found:
        raise Unreadable(
            "There is no metadata of an SFMC project in this folder.",
            cause="No file is called KEY.<type>-meta.json, as Accenture SFMC DevTools (mcdev) writes them.",
            fix="Give the folder that has `retrieve` in it; `mctui crm FILE import` takes folders of CRM records.",
            where=str(folder),
        )
    return found


def _meta_files(folder: Path, root: Path) -> Iterator[MetaFile]:
    files = [(path, match) for path in root.rglob("*-meta.json") if (match := _META.match(path.name))]
    placed = [(path, match, _unit(path.relative_to(root).parts[:-1], match["type"])) for path, match in files]
    # Two credentials may have business units of the same name; then the credential is part of it.
    short: dict[str, set[str]] = {}
    for _, _, unit in placed:
        short.setdefault(unit.split("/")[-1], set()).add(unit)
    for path, match, unit in placed:
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts):
            name = unit.split("/")[-1]
            label = (unit if len(short[name]) > 1 else name) or folder.resolve().name
            yield MetaFile(path, path.relative_to(folder).as_posix(), label, match["type"], match["stem"])


def _unit(folders: tuple[str, ...], type_name: str) -> str:
    """`credential/unit` of a file: the folders above the one that is named after its type."""
    above = folders[: -1 - folders[::-1].index(type_name)] if type_name in folders else folders
    return "/".join(above[-2:])  # empty when the folder given is the business unit itself
