"""What the inspector says: the last step with what it changed, and what is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mctui.actions import PANES, AppState
from mctui.views import Section, Shown, StepView

if TYPE_CHECKING:
    from mctui.app import McTui


def state_of(app: McTui) -> AppState:
    """What guards and the footer ask about the app as it stands."""
    shown, pane = app.shown, app.pane
    if shown is None or pane is None:
        return AppState(pane=app.look_at.pane)
    world, (kind, key) = shown.world, pane.record()
    return AppState(
        ready=True,
        pane=getattr(app.screen, "pane_name", app.look_at.pane),
        k=world.k,
        back_off=world.back_off,
        forward_off=world.forward_off,
        ahead=world.last - world.k,
        busy=app.session.long,
        selected=pane.selected_contact(),
        followed=app.look_at.followed,
        record=bool(key),
        lesson=world.lesson,
        kind=kind,
        status=pane.status,
    )


def inspected(shown: Shown, step_first: bool) -> tuple[str, list[Section]]:
    """Title and sections. After a step the step comes first, after a move of the cursor the thing under it.

    JSON is shown alone: labels beside it would take its room.
    """
    step, detail = shown.step, shown.detail
    if detail and shown.focus.json and shown.focus.pane == PANES[2]:
        return detail.title, list(detail.sections)
    about_step = step_sections(step)
    about_thing = [Section(detail.title, ()), *detail.sections] if detail and detail.sections else []
    if step_first or not about_thing:
        head = f"Step {step.k} · {step.title}" if step else f"Step 0 · {shown.world.title} as it was made"
        return head, [*about_step, *about_thing]
    assert detail is not None
    last = [Section(f"Step {step.k} · {step.title}", ()), *about_step] if step else []
    return detail.title, [*detail.sections, *last]


def step_sections(step: StepView | None) -> list[Section]:
    """When, by whom, what it changed: in counts, then row by row."""
    if step is None:
        return [Section("", (("next", "n or space steps forward"), ("lesson", "L reads what there is to see"),
                             ("help", "? lists every key")))]  # fmt: skip
    rows: list[tuple[str, object]] = [(name.replace("_", " "), f"{count:+,}") for name, count in step.counts]
    sections = [Section("", tuple(rows) or (("changed", "nothing"),))]
    if step.changes:
        listed = tuple(
            (change.what, f"{change.before} → {change.after}" if change.before else change.after)
            for change in step.changes
        )
        more = ((f"… {step.more:,} more", ""),) if step.more else ()
        sections.append(Section(f"{step.about}: before → after", (*listed, *more)))
    by = "by hand" if step.person else step.kind
    sections.append(Section("When", (("UTC", step.utc), ("system", step.system), ("kind", by))))
    return sections
