"""What has written to a data extension, step by step: imports, queries, rows by hand, polls, journeys, retention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import connect, data_extensions, journey
from store.advice.lineage import JOURNEY, lineage

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class Written:
    """One step that was about a data extension. `kind` is the agenda's kind, or the command of a person."""

    k: int
    at: int
    kind: str
    title: str
    changes: str  # JSON: counts by name


def written(org: Org, de: str, limit: int = 500) -> list[Written]:
    """The steps that made, changed or filled a data extension, the latest first. A rename begins a new history.

    Journeys say in their steps which activity ran; one counts when it writes a field of this data extension.
    """
    found = data_extensions.get(org, de)
    subjects = [f"de/{found.path}"]
    subjects += [f"sync/{source.object}" for source in connect.sources(org) if source.de_name == found.path]
    titles = _journey_titles(org, found.path)
    marks = ", ".join("?" * len(subjects))
    by_journey = " OR ".join("instr(title, ?) = 1" for _ in titles) or "0"
    rows = org.rows(
        f"""SELECT k, at, kind, title, changes FROM steps
            WHERE subject COLLATE NOCASE IN ({marks}) OR (kind = 'journey.activity' AND ({by_journey}))
            ORDER BY k DESC LIMIT ?""",
        *subjects, *titles, limit,
    )  # fmt: skip
    return [Written(row["k"], row["at"], row["kind"], row["title"], row["changes"]) for row in rows]


def _journey_titles(org: Org, de: str) -> list[str]:
    """How the titles of the steps begin in which a journey writes to it: `Welcome: Update Contact Note the welcome`."""
    made = lineage(org, columns=False)
    path = f"de/{de}"
    if path not in made.by_id:
        return []
    keys = [node.id.partition("/")[2] for node, _ in made.neighbours(path, up=True) if node.kind == JOURNEY]
    titles = [
        f"{version.name}: {use.activity}"
        for key in keys
        for version in journey.versions(org, key)
        for use in journey.field_uses(org, version)
        if use.how == journey.WRITTEN and use.de.casefold() == de.casefold()
    ]
    return list(dict.fromkeys(titles))
