"""The query editor: what its check, its completion and its runs give. Functions take the Org; nothing here writes.

A run into the target and a save are steps: the editor gives them as commands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mctui.views import Choice, Column

if TYPE_CHECKING:
    from store import Org
    from store.data_extensions import Difference
    from store.errors import OrgError
    from store.query import Complaint, Completion

Rows = tuple[tuple[object, ...], ...]
ROWS = 10_000  # of an answer that are kept to be looked at
NEW, BEFORE, AFTER, GONE, FAILS = "+", "<", ">", "-", "!"
_RUNS = (Column("at", "When (system)", 19), Column("k", "Step", 5, right=True), Column("name", "Query"),
         Column("into", "Into"), Column("in", "In", 6, right=True), Column("new", "New", 6, right=True),
         Column("updated", "Updated", 7, right=True), Column("removed", "Removed", 7, right=True),
         Column("why", "Rejected, and why"))  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """What is written in the editor. `key` is that of the saved activity, empty for a query that is new."""

    text: str = ""
    target: str = ""
    action: str = "Append"
    key: str = ""
    name: str = ""


@dataclass(frozen=True)
class Checked:
    """The verdict over a draft: a complaint, or the columns and sources of a query that is right."""

    draft: Draft
    complaint: Complaint | None = None
    columns: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """A table under the text: the rows of a run, the differences of a dry run, the history.

    `title` and `about` are its caption; `failed` says that the run failed, with `complaint` saying where.
    """

    title: str
    about: str = ""
    columns: tuple[Column, ...] = ()
    rows: Rows = ()
    failed: bool = False
    complaint: Complaint | None = None


def unit_of(org: Org, draft: Draft) -> str | None:
    """The child business unit that a draft is of, by its activity or its target; None for the enterprise's."""
    from store import business_units

    meant = business_units.meant(org, draft.key or draft.target)
    return str(meant[0]) if meant else None


def check(org: Org, draft: Draft) -> Checked:
    """What the syntax check says of a draft."""
    from store import business_units, query

    if not draft.text.strip():
        return Checked(draft)
    with business_units.acting(org, unit_of(org, draft)):
        found = query.complaint(org, draft.text, draft.target, draft.action)
        if found is not None:
            return Checked(draft, found)
        compiled = query.compile_for_catalog(org, draft.text)
    return Checked(draft, None, tuple(column.name for column in compiled.columns), compiled.sources)


def complete(org: Org, draft: Draft, offset: int) -> Completion:
    """What can be written at an offset of the text."""
    from store import business_units, data_extensions, query

    with business_units.acting(org, unit_of(org, draft)):
        de = data_extensions.find(org, draft.target) if draft.target else None
        fields = tuple(field.name for field in de.fields) if de else ()
        return query.complete(draft.text, offset, data_extensions.catalog(org), target=fields)


# ---- runs


def run(org: Org, draft: Draft, clock: Callable[[], float]) -> Result:
    """The rows of the query as it stands now; nothing is written."""
    from store import business_units, query

    started = clock()
    try:
        with business_units.acting(org, unit_of(org, draft)):
            columns, rows = query.preview(org, draft.text, ROWS + 1)
    except Exception as error:
        return _failed(org, draft, error, "Run")
    took = _took(clock() - started)
    count = f"first {ROWS:,} rows" if len(rows) > ROWS else f"{len(rows):,} row{'s' * (len(rows) != 1)}"
    return Result("Rows", f"{count} · {took}", tuple(map(Column, columns)), tuple(rows[:ROWS]))


def dry_run(org: Org, draft: Draft, clock: Callable[[], float]) -> Result:
    """What a run into the target would change, row by row; nothing is written."""
    from store import business_units, query
    from store.errors import Refused

    started = clock()
    try:
        with business_units.acting(org, unit_of(org, draft)):
            found = query.dry_run_text(org, draft.text, draft.target, draft.action)
    except Exception as error:
        return _failed(org, draft, error, "Dry run")
    took = _took(clock() - started)
    changes = found.difference
    if changes is None:
        return _failed(org, draft, Refused(found.message), "Dry run")
    if changes.failing:
        about = f"{changes.failing:,} of {changes.selected:,} rows do not go in, so nothing would · {took}"
        columns = (Column("sign", " ", 1), *map(Column, changes.columns), Column("why", "Why"))
        rows: Rows = tuple((FAILS, *each.row, each.why) for each in changes.failing_rows)
        return Result("Dry run", about, columns, rows, failed=True)
    about = (
        f"{changes.inserted:,} new, {changes.updated:,} updated, {changes.removed:,} removed, {changes.unchanged:,} "
        f"unchanged: {changes.after:,} rows, not {changes.before:,} · {took}"
    )
    columns = (Column("sign", " ", 1), *map(Column, changes.fields))
    return Result("Dry run", about, columns, _signed(changes))


def _signed(changes: Difference) -> Rows:
    """One line per new and removed row, two per changed one, each behind its sign."""
    rows: list[tuple[object, ...]] = [(NEW, *row) for row in changes.inserted_rows]
    for each in changes.updated_rows:
        rows += [(BEFORE, *each.before), (AFTER, *each.after)]
    rows += [(GONE, *row) for row in changes.removed_rows]
    return tuple(rows)


def _failed(org: Org, draft: Draft, error: Exception, what: str) -> Result:
    """A refusal, a conversion error or a stop as a result; anything else is raised again."""
    from store import query
    from store.errors import Interrupted, OrgError, explained

    known = explained(error, org.path)  # a stop can meet SQLite in the middle of any statement
    if isinstance(known, Interrupted):
        return Result(f"{what} stopped", "nothing was written", failed=True)
    if not isinstance(known, OrgError):
        raise error
    said = query.complaint_of(org, draft.text, known)
    return Result(f"{what} failed", "nothing was written", failed=True, complaint=said)


def _took(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms" if seconds < 10 else f"{seconds:,.1f} s"


def told(org: Org, draft: Draft, what: str, refusal: OrgError | None) -> Result:
    """What came of a step of the editor: the history with its title, or the refusal with its place."""
    from store import query

    if refusal is not None:
        return _failed(org, draft, refusal, what)
    step, runs = org.steps(limit=1)[-1], history(org, draft)
    failed = bool(step.changes.get("errors"))
    said = query.Complaint(str(runs.rows[0][-1])) if failed and runs.rows else None
    return Result(f"Step {step.k}", f"{step.title} · back (b) undoes it", runs.columns, runs.rows, failed, said)


# ---- what there is


def history(org: Org, draft: Draft) -> Result:
    """The runs of the saved activity, else those into the target, else all."""
    from store import clock, query

    found = query.runs(org, key=draft.key, target="" if draft.key else draft.target)
    rows = [
        (clock.system_text(run.at), run.k, run.name or "(not saved)", run.target,
         *((run.selected, run.inserted, run.updated, run.removed) if run.ok else (None, None, None, None)),
         run.message)
        for run in found
    ]  # fmt: skip
    said = {"name", "into"} if draft.key else {"into"} if draft.target else set()  # the caption says it for all
    shown = [at for at, column in enumerate(_RUNS) if column.name not in said]
    whose = f"of {draft.name or draft.key}" if draft.key else f"into {draft.target}" if draft.target else "of all"
    count = f"{len(rows):,} run{'s' * (len(rows) != 1)}" if rows else "no run yet"
    table = tuple(tuple(row[at] for at in shown) for row in rows)
    return Result(f"History {whose}", count, tuple(_RUNS[at] for at in shown), table)


def activities(org: Org) -> tuple[Choice, ...]:
    """The saved query activities to choose from."""
    from store import query

    return tuple(Choice(q.path, (q.name, q.action, q.target)) for q in query.queries(org))


def targets(org: Org) -> tuple[Choice, ...]:
    """The data extensions that a query may write to."""
    from store import data_extensions

    writable = [one for one in data_extensions.summaries(org) if one.kind != "synchronized"]
    return tuple(Choice(one.name, (one.name, one.rows)) for one in sorted(writable, key=lambda o: o.name.casefold()))


def opened(org: Org, key: str) -> Draft:
    """A saved activity as a draft. Raises Refused when it is gone."""
    from store import query

    found = query.find(org, key)
    return Draft(found.text, found.target, found.action, found.path, found.name)
