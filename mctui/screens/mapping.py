"""The plan of a mapping, to be read and made."""

from __future__ import annotations

from typing import ClassVar, cast

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from mctui.screens.text import TextScreen
from mctui.views import Mapped


class MappingScreen(TextScreen):
    """`a` leaves with True: make it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("a", "make", "Make")]

    def __init__(self, mapped: Mapped) -> None:
        super().__init__(mapped.detail)
        made = "a synchronize and make it" if mapped.is_missing else "a make it as a step"
        self.keys_line = f"{made}   esc close   j k scroll   space page   y copy"

    def action_make(self) -> None:
        """Leave and make it."""
        cast(ModalScreen[bool], self).dismiss(True)
