"""Custom split: the server's `branchResult` says which way each contact takes. Type RESTDECISION."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from store.journey.activities.base import Finding, activity
from store.journey.activities.rest import Rest
from store.journey.spec import ActivitySpec, Interaction

if TYPE_CHECKING:
    from store.journey.check import Checking


@activity("RESTDECISION", "Custom Split", split=True)
class RestDecision(Rest):
    """As a custom activity, and always a split. Source: SFD:extending-activities (domain E7)."""

    def __init__(self, spec: ActivitySpec, journey: Interaction | None = None) -> None:
        super().__init__(spec, journey)
        self.is_split = True

    def check(self, checking: Checking) -> Iterator[Finding]:
        """At least one outcome to choose."""
        if not self.outcomes:
            yield self.error(f"{self.spec.name}: a custom split needs outcomes with a branchResult.")
        yield from super().check(checking)

    def explain(self) -> str:
        ways = ", ".join(str(branch.arguments.get("branchResult")) for branch in self.outcomes)
        return f"{super().explain().rstrip('.')}; it answers with one of {ways}."
