"""Which column of a file goes into which field.

source: domain B6, [WSDL] InferFromColumnHeadings, MapByOrdinal, ManualMap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from store.data_extensions.model import DataExtension, Field
from store.errors import Refused, did_you_mean

# `header`, `ordinal`, or column heading (or number from 1) -> field
Mapped = str | dict[str, str]
Columns = tuple[list[Field | None], tuple[str, ...]]


def mapped(de: DataExtension, header: Sequence[str], width: int, mapping: Mapped) -> Columns:
    """The field of each of the `width` columns, None for one that is left out, and the names of those."""
    names = [name.strip().lstrip("\ufeff") for name in header]
    if isinstance(mapping, Mapping):
        return _by_hand(de, names, width, mapping)
    if mapping == "ordinal":
        fields: list[Field | None] = [*de.fields[:width], *[None] * (width - len(de.fields))]
        return fields, tuple((names or [f"column {n + 1}" for n in range(width)])[len(de.fields) :])
    if mapping != "header":
        raise Refused(f"'{mapping}' is not a way to map columns.", fix="Write header, ordinal, or a mapping of them.")
    if not names:
        raise Refused("The file has no column headings.", fix="Map its columns by ordinal, or by hand.")
    return _by_heading(de, names)


def _by_heading(de: DataExtension, names: Sequence[str]) -> Columns:
    fields = [de.by_name.get(name.lower()) for name in names]
    twice = next((f.name for n, f in enumerate(fields) if f and f in fields[:n]), None)
    if twice:
        raise Refused(f"The file has the column {twice} twice.", where="line 1")
    if not any(fields):
        known = [field.name for field in de.fields]
        fix = next((hint for name in names if (hint := did_you_mean(name, known))), f"It has {', '.join(known)}.")
        raise Refused(f"None of the file's columns is a field of {de.name}.", fix=fix, where="line 1")
    return fields, tuple(name for name, field in zip(names, fields, strict=True) if field is None)


def _by_hand(de: DataExtension, names: Sequence[str], width: int, mapping: Mapping[str, str]) -> Columns:
    fields: list[Field | None] = [None] * width
    for column, name in mapping.items():
        place = _place(names, width, column)
        field = de.field(name)
        if field in fields:
            raise Refused(f"Two columns are mapped to the field {field.name}.")
        fields[place] = field
    if not any(fields):
        raise Refused("No column is mapped to a field.")
    said = names or [f"column {n + 1}" for n in range(width)]
    return fields, tuple(name for name, field in zip(said, fields, strict=True) if field is None)


def _place(names: Sequence[str], width: int, column: str) -> int:
    """The place of a column by its heading or its number from 1."""
    lower = [name.lower() for name in names]
    if column.strip().lower() in lower:
        return lower.index(column.strip().lower())
    if column.isdecimal() and 1 <= int(column) <= width:
        return int(column) - 1
    fix = did_you_mean(column, names) or f"It has {', '.join(names) or f'{width} columns'}."
    raise Refused(f"The file has no column '{column}'.", fix=fix)
