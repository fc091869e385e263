"""The panes: one folder each. A pane is given a view and says with messages what the person looks at."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mctui.panes.pane import Pane


def make(name: str) -> Pane:
    """The pane of that name; its module is imported when it is first shown."""
    module = import_module(f"mctui.panes.{name}.pane")
    pane: Pane = module.make()
    return pane
