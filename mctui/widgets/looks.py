"""Component styles that are looked up once: a line of a table asks for five, and a step paints many lines."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from rich.color import Color
from rich.style import Style

if TYPE_CHECKING:
    from textual.widget import Widget as _Base
else:
    _Base = object  # Textual takes style sheets and keys from the first base that is a widget: it must be the real one


@lru_cache(maxsize=256)
def colored(style: Style, color: Color | None, bold: bool | None = None) -> Style:
    """The style with another color, and bold where that is said."""
    return style + Style(color=color, bold=bold)


class Looks(_Base):
    """For a widget that draws its own lines: `look` gives a component style by its short name."""

    LOOK: ClassVar[str] = ""  # what its component classes begin with: `table` for `table--cursor`
    _looks: dict[str, Style] | None = None

    def look(self, name: str) -> Style:
        """The style of a part, over the backgrounds that lie under the widget."""
        if self._looks is None:
            self._looks = {}
        if name not in self._looks:
            self._looks[name] = self.get_visual_style(f"{self.LOOK}--{name}").rich_style
        return self._looks[name]

    def notify_style_update(self) -> None:
        """Another theme, or the focus came or went: everything is looked up anew."""
        super().notify_style_update()
        self._looks = None
