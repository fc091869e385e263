"""Which case proves which row: the description's tables and the tables of facts, row by row.

rows.yaml lists every row of them in own words with the cases that prove it, as `FOLDER/FILE: CASE` with * and ?; a row
that is not built says why instead. FOLDER is the room of tests/ whose conformance folder has the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Row:
    """One row of a table, with the patterns of its cases or the reason why it is not there."""

    table: str
    name: str
    patterns: tuple[str, ...]
    missing: str

    def cases(self, known: list[str]) -> list[str]:
        """The cases that prove it."""
        return [case for case in known if any(fnmatchcase(case, pattern) for pattern in self.patterns)]


def known_cases() -> list[str]:
    """Every conformance case, as `FOLDER/FILE: CASE`; one without a name goes by what is given and what happens."""
    return [
        f"{path.relative_to(TESTS).parts[0]}/{path.stem}: {_name(case)}"
        for path in sorted(TESTS.glob("*/conformance/**/*.yaml"))
        for case in _cases(yaml.safe_load(path.read_text()))
    ]


def _cases(content: Any) -> list[dict[str, Any]]:
    return content if isinstance(content, list) else content["cases"]


def _name(case: dict[str, Any]) -> str:
    return str(case.get("case") or case.get("name") or f"{case.get('given', '')}; {case.get('when', '')}")


def rows() -> Iterator[Row]:
    """All rows, table by table."""
    tables = yaml.safe_load((Path(__file__).parent / "rows.yaml").read_text())
    for table, listed in tables.items():
        for name, proof in listed.items():
            if isinstance(proof, dict):
                yield Row(table, name, (), proof["missing"])
            else:
                yield Row(table, name, tuple(proof if isinstance(proof, list) else [proof]), "")


def table() -> str:
    """The README's coverage table."""
    lines, by_table = ["| table | rows | not there yet |", "|---|---|---|"], dict[str, list[Row]]()
    for row in rows():
        by_table.setdefault(row.table, []).append(row)
    for name, listed in by_table.items():
        missing = ", ".join(row.name for row in listed if row.missing)
        lines.append(f"| {name} | {len(listed)} | {missing} |")
    return "\n".join(lines)
