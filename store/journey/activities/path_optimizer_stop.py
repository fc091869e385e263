"""The end of a path optimizer's test: its paths meet here and go on together. Type ABNTESTSTOP."""

from __future__ import annotations

from store.journey.activities.base import Activity, activity


@activity("ABNTESTSTOP", "Path Optimizer End")
class PathOptimizerStop(Activity):
    """Does nothing by itself. Source: domain E8: every path converges at the stop node."""

    def explain(self) -> str:
        return "The tested paths meet here."
