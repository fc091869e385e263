"""The plan of what cannot be undone in the product, and the kinds of keys that lead to one."""

from __future__ import annotations

from typing import ClassVar, cast

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from mctui.screens.text import TextScreen
from mctui.views import KeyAudit, Planned

DO, ALSO = "do", "also"


class PlanScreen(TextScreen):
    """`a` leaves with DO, `A` with ALSO where there is more to be had; both lead to a question."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", f"go_on('{DO}')", "Do it"),
        Binding("A", f"go_on('{ALSO}')", "Do it, and more"),
    ]

    def __init__(self, plan: Planned) -> None:
        super().__init__(plan.detail)
        self.plan = plan
        also = f"   A {plan.also_said}" if plan.also else ""
        keys = f"cannot be done: {plan.why_not}" if plan.why_not else f"a do it{also}"
        self.keys_line = f"{keys}   esc leave   j k scroll   y copy"

    def action_go_on(self, wanted: str) -> None:
        """Leave, and go on to the question."""
        if self.plan.why_not:
            self.app.notify(f"It cannot be done: {self.plan.why_not}.", severity="warning", markup=False)
        elif wanted == DO or self.plan.also:
            cast(ModalScreen[str], self).dismiss(wanted)


class KeysScreen(TextScreen):
    """`a` leaves with DO: choose a mapping."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("a", "choose", "Choose a mapping")]

    def __init__(self, audit: KeyAudit) -> None:
        super().__init__(audit.detail)
        self.can_migrate = audit.can_migrate
        self.keys_line = f"{'a choose a mapping   ' if self.can_migrate else ''}{TextScreen.keys_line}"

    def action_choose(self) -> None:
        """Leave and choose a mapping."""
        if self.can_migrate:
            cast(ModalScreen[str], self).dismiss(DO)
