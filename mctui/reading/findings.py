"""Findings: what has gone wrong in this world, the severe first, and the rows that prove the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mctui.reading.memo import remembered
from mctui.views import Column, Detail, FindingsView, Focus, Query, Section, Table

if TYPE_CHECKING:
    from store import Org
    from store.advice import Finding

_COLUMNS = (
    Column("severity", "", 9),
    Column("title", "Finding", 58),
    Column("count", "Rows", 7, right=True),
    Column("code", "Code", 24),
)
_SHOWN = {"error": "✗ error", "warning": "! warning", "info": "i info"}


def read(org: Org, focus: Focus) -> tuple[FindingsView, Detail | None]:
    """All findings of this moment, and the evidence of the chosen one (else of the first)."""
    from store import advice

    found = remembered(org, "findings", (org.k, org.now), lambda: tuple(advice.find_all(org)))
    wanted = focus.filter.casefold()
    kept = [one for one in found if wanted in f"{one.severity} {one.title} {one.code}".casefold()]
    rows = tuple((_SHOWN[one.severity], one.title, one.count, one.code) for one in kept)
    listed = Table(Query("findings", (), focus.filter), _COLUMNS, len(rows), len(found), 0, rows)
    errors = sum(one.severity == "error" for one in found)
    chosen = next((one for one in kept if one.code == focus.finding), kept[0] if kept else None)
    if chosen is None:
        return FindingsView(listed, errors), None
    return FindingsView(listed, errors, chosen.code, _evidence(chosen), _contact_column(org, chosen)), _detail(chosen)


def _evidence(chosen: Finding) -> Table:
    """The rows that the finding carries; its count is of all."""
    names = list(chosen.evidence[0]) if chosen.evidence else []
    columns = tuple(Column(name, name.replace("_", " ")) for name in names)
    rows = tuple(tuple(row[name] for name in names) for row in chosen.evidence)
    return Table(Query("evidence", (chosen.code,)), columns, len(rows), chosen.count, 0, rows)


def _contact_column(org: Org, chosen: Finding) -> int | None:
    """Which column of the evidence has Contact Keys, if one has."""
    for number, (name, value) in enumerate(chosen.evidence[0].items() if chosen.evidence else ()):
        known = isinstance(value, str) and "contact" in name.lower()
        if known and org.value("SELECT 1 FROM contacts WHERE contact_key = ?", value) is not None:
            return number
    return None


def _detail(chosen: Finding) -> Detail:
    about = (("severity", chosen.severity), ("rows", f"{chosen.count:,}"), ("why", chosen.why), ("fix", chosen.fix))
    return Detail(chosen.title, (Section("", about),))
