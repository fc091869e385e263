"""From a path to what an import reads: a CSV, a tree, a plan, or a folder of them. Nothing here knows an org."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from store.crm.csv_import import parse_csv
from store.crm.sources import Content, SourceTable
from store.crm.tree_import import is_plan, is_tree, parse_json, parse_plan, parse_tree
from store.errors import Unreadable

_WHAT_IS_READ = "Give a Data Loader CSV, an sObject tree or plan (JSON), or a folder of them."


def parse_path(path: Path | str) -> Content:
    """Read the files. Raises Unreadable with file, line and column of what cannot be read."""
    path = Path(path)
    if path.is_dir():
        return _parse_folder(path)
    if not path.exists():
        raise Unreadable("There is no such file or folder.", where=str(path))
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv", ".txt"):
        table, notes = parse_csv(path)
        return Content(tables=[table], planned=0, notes=notes)
    if suffix == ".json":
        data, text = parse_json(path)
        if is_plan(data):
            tables, _ = parse_plan(path, data)
            return Content(tables=tables, planned=len(tables), notes=[])
        return Content(tables=parse_tree(path, data, text), planned=0, notes=[])
    raise Unreadable("This kind of file is not read.", fix=_WHAT_IS_READ, where=path.name)


def _parse_folder(folder: Path) -> Content:
    """Plans first; then trees that no plan took; then CSVs that are not the same records once more."""
    files = sorted(file for file in folder.iterdir() if file.is_file() and not file.name.startswith("."))
    json_files: dict[Path, tuple[Any, str]] = {
        file: parse_json(file) for file in files if file.suffix.lower() == ".json"
    }
    tables: list[SourceTable] = []
    notes: list[str] = []
    taken: list[Path] = []
    for file, (data, _) in json_files.items():
        if is_plan(data):
            planned, used = parse_plan(file, data)
            tables += planned
            taken += [file, *used]
    in_plan = len(tables)
    for file, (data, text) in json_files.items():
        if file not in taken and is_tree(data):
            tables += parse_tree(file, data, text)
            taken.append(file)
    from_json = {name for table in tables for name in (Path(table["file"]).stem.lower(), table["object"].lower())}
    for file in files:
        if file.suffix.lower() != ".csv":
            continue
        taken.append(file)
        if from_json & set(singulars(file.stem)):
            notes.append(f"{file.name} is not read: its records come from JSON.")
            continue
        table, remarks = parse_csv(file)
        tables.append(table)
        notes += remarks
    other = [file.name for file in files if file not in taken]
    if other:
        notes.append(f"Not data, not read: {', '.join(other)}.")
    if not tables:
        raise Unreadable("There is nothing to import in this folder.", fix=_WHAT_IS_READ, where=str(folder))
    return Content(tables=tables, planned=in_plan, notes=notes)


def singulars(stem: str) -> list[str]:
    """What a file called like this may hold, in lower case: `Opportunities` -> opportunities, opportunity, ..."""
    word = stem.strip().lower().replace(" ", "")
    forms = [word]
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    if word.endswith("s"):
        forms += [word[:-1], word[:-2]] if word.endswith("es") else [word[:-1]]
    return forms
