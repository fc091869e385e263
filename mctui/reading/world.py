"""The status line and the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mctui.views import Mark, WorldView

if TYPE_CHECKING:
    from store import Org


def world(org: Org, marks: tuple[Mark, ...]) -> WorldView:
    """Where the world stands. `marks` are the steps that the session has seen, also those that were undone."""
    from store import agenda, clock, contacts

    row = org.row("SELECT name, now, ends_at, settings ->> '$.title' AS title FROM world")
    assert row is not None
    k, now = org.k, int(row["now"])
    coming = agenda.upcoming(org)
    undone = org.timeline.redo_list(k)
    due = max(coming[0].due_at, now) if coming else None
    return WorldView(
        name=row["name"],
        title=row["title"] or row["name"],
        file=str(org.path),
        k=k,
        last=k + len(undone),
        now=now,
        utc=clock.utc_text(now),
        system=clock.system_text(now),
        billed=contacts.billing(org).billable,
        next_title=coming[0].title if coming else "nothing is due",
        next_at=due,
        next_in=clock.span(due - now) if due is not None else "",
        marks=marks[: k + len(undone)],
        back_off=_back_off(org, k),
        forward_off="" if coming or undone else "Nothing is due: the agenda is empty.",
        lesson=row["name"] != "empty",
        trouble=_trouble(org),
    )


def _trouble(org: Org) -> str:
    from store import connect, crm

    broken = connect.broken_orgs(org)
    which = "/".join(map(crm.title_of, broken)) if crm.several_orgs(org) else "CRM"
    return f"{which} cut off" if broken else ""


def _back_off(org: Org, k: int) -> str:
    if k == 0:
        return "This is the world as it was made; there is no step before it."
    if k not in org.timeline.kept():
        return f"Step {k} cannot be undone: {org.timeline.off_because or 'its journal is no longer beside the file'}."
    return ""


def lesson(org: Org) -> str:
    """The README of the world's scenario."""
    import scenarios

    return scenarios.lesson(org.name)
