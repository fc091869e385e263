"""What an import did and what it refused, for people and for machines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.crm.import_files import parse_path
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org
    from store.steps import Step

_SHOWN = 5  # refused records that are spelled out in the error; all are in `ImportRejected.report`


@dataclass(frozen=True)
class RejectedRow:
    """A record that was refused: its file, the line it begins in (0 when unknown), its number, and the column meant."""

    file: str
    line: int
    record: int
    column_number: int
    column: str
    code: str
    message: str

    @property
    def where(self) -> str:
        """`Contacts.csv, line 5, column 3 (Email)`."""
        place = f"line {self.line}" if self.line else f"record {self.record}"
        column = f", column {self.column_number} ({self.column})" if self.column else ""
        return f"{self.file}, {place}{column}"


@dataclass
class ObjectReport:
    """The records of one object."""

    object: str
    read: int = 0
    created: int = 0
    updated: int = 0
    deleted: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)


@dataclass
class ImportReport:
    """The whole import, objects in the order in which they were loaded."""

    source: str
    objects: dict[str, ObjectReport] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def of(self, object_name: str) -> ObjectReport:
        """The object's part, made when it isn't there yet."""
        return self.objects.setdefault(object_name, ObjectReport(object_name))

    @property
    def changes(self) -> dict[str, int]:
        """Counts by name, as a step keeps them."""
        counts = {
            f"{entry.object} {verb}": getattr(entry, verb)
            for entry in self.objects.values()
            for verb in ("created", "updated", "deleted")
        }
        counts["rejected"] = sum(len(entry.rejected) for entry in self.objects.values())
        return {name: count for name, count in counts.items() if count}

    def as_dict(self) -> dict[str, Any]:
        """JSON: source, notes, objects: [{object, read, created, updated, deleted, rejected: [...]}]."""
        return {
            "source": self.source,
            "notes": self.notes,
            "objects": [asdict(entry) for entry in self.objects.values()],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ImportReport:
        """The reverse of `as_dict`."""
        report = cls(data["source"], notes=list(data["notes"]))
        for entry in data["objects"]:
            rejected = [RejectedRow(**row) for row in entry["rejected"]]
            report.objects[entry["object"]] = ObjectReport(**{**entry, "rejected": rejected})
        return report


class ImportRejected(Refused):
    """Nothing was loaded; `report` says which records were refused and why."""

    def __init__(self, report: ImportReport) -> None:
        self.report = report
        rejected = [row for entry in report.objects.values() for row in entry.rejected]
        wrong = Counter(row.file for row in rejected)
        files = ", ".join(f"{count} in {file}" for file, count in wrong.items())
        lines = [f"{row.where}: {row.code}: {row.message}" for row in rejected[:_SHOWN]]
        if len(rejected) > _SHOWN:
            lines.append(f"and {len(rejected) - _SHOWN} more")
        super().__init__(
            f"Records are refused ({files}); nothing was imported.",
            cause="; ".join(lines) + ".",
            fix=_fix(rejected),
            where=rejected[0].where,
        )


def _fix(rejected: Sequence[RejectedRow]) -> str:
    if all(row.code == "DUPLICATE_VALUE" for row in rejected):
        by = f" by {rejected[0].column}" if rejected[0].column else ""
        return f"Upsert{by}, if the file is to change the records that are there already."
    if any(row.message.rpartition(" ")[2].startswith("@") for row in rejected):
        return "Import the files together, by their plan or as a folder: these references are records of another file."
    return "Correct the file, or allow errors to import the other records."


def import_path(
    org: Org,
    path: Path | str,
    *,
    operation: str = "auto",
    upsert: str = "",
    allow_errors: bool = False,
    insert_nulls: bool = False,
    into: str = "",
) -> tuple[Step, ImportReport]:
    """Read a file or folder and import it as one step, `into` a Salesforce org ('' is the first).

    Raises Unreadable or ImportRejected; then nothing changed.
    """
    content = parse_path(path)
    step = org.do(
        "crm.import",
        content=content,
        source=Path(path).name or str(path),
        operation=operation,
        upsert=upsert,
        allow_errors=allow_errors,
        insert_nulls=insert_nulls,
        **({"org": into} if into else {}),
    )
    return step, imports(org, limit=1)[0]


def imports(org: Org, limit: int = 20) -> list[ImportReport]:
    """The last imports, newest first."""
    rows = org.rows("SELECT report FROM crm_imports ORDER BY import_id DESC LIMIT ?", limit)
    return [ImportReport.from_dict(json.loads(row["report"])) for row in rows]
