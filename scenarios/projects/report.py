"""What an import did: per type how many were read and made, and each refusal with its file, key and reason."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Line:
    """One thing and what is to be said about it."""

    file: str
    unit: str
    key: str
    name: str
    reason: str


@dataclass
class TypeReport:
    """One type of metadata. `refused` were not made; `notes` are about things that were."""

    read: int = 0
    created: int = 0
    refused: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)


@dataclass
class Report:
    """A whole import. `others` counts the files of types that are not read."""

    project: str
    units: list[str]
    types: dict[str, TypeReport] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)

    def of(self, type_name: str) -> TypeReport:
        """The report of a type, begun if need be."""
        return self.types.setdefault(type_name, TypeReport())

    @property
    def created(self) -> int:
        """All that was made."""
        return sum(each.created for each in self.types.values())

    @property
    def refused(self) -> int:
        """All that was not."""
        return sum(len(each.refused) for each in self.types.values())

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as the file keeps it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Report:
        """The report that `as_dict` gave."""
        types = {
            name: TypeReport(
                each["read"],
                each["created"],
                [Line(**line) for line in each["refused"]],
                [Line(**line) for line in each["notes"]],
            )
            for name, each in data["types"].items()
        }
        return cls(data["project"], data["units"], types, data["others"])
