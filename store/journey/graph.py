"""The journey as a directed graph of activity keys.

A few plain walks over at most some hundred activities. networkx, which draws lineage, would do them too: importing it
keeps 24 MB in every world that publishes a journey, a quarter of the app (measured); a test compares the two.
"""

from __future__ import annotations

from functools import cached_property
from heapq import heappop, heappush

from store.journey.spec import Interaction

START = "(entry)"


class Graph:
    """Nodes are activity keys and START; an edge per outcome that leads to an activity that exists."""

    def __init__(self, interaction: Interaction) -> None:
        self.interaction = interaction
        self.following: dict[str, list[str]] = {START: [interaction.start_key] if interaction.start_key else []}
        for key, spec in interaction.activities.items():
            to = [branch.next for branch in spec.branches if branch.next in interaction.activities]
            self.following[key] = [key for key in dict.fromkeys(to) if key is not None]

    def after(self, key: str, without: str | None = None) -> set[str]:
        """The activities that a contact at `key` can come to, on paths that do not touch `without`."""
        reached: set[str] = set()
        left = [key]
        while left:
            for to in self.following[left.pop()]:
                if to not in reached and to != without:
                    reached.add(to)
                    left.append(to)
        return reached

    @cached_property
    def reachable(self) -> set[str]:
        """The activities that some contact can come to."""
        return self.after(START)

    @cached_property
    def cycles(self) -> list[list[str]]:
        """Groups of activities that lead back to themselves, in the order of the journey."""
        after = {key: self.after(key) for key in self.interaction.activities}
        back = [key for key in after if key in after[key]]
        groups: list[list[str]] = []
        for key in back:
            if not any(key in group for group in groups):
                groups.append([other for other in back if other in after[key] and key in after[other]])
        return groups

    def leads_to(self, earlier: str, later: str) -> bool:
        """Whether a contact at `earlier` can come to `later`."""
        return earlier in self.following and later in self.after(earlier)

    def always_before(self, earlier: str, later: str) -> bool:
        """Whether nobody comes to `later` without having passed `earlier`."""
        return later not in self.after(START, without=earlier)

    def lightest(self, earlier: str, later: str, weights: dict[str, int]) -> int:
        """The least sum of the weights of the activities between two, the first of which leads to the other."""
        ahead: list[tuple[int, str]] = [(0, earlier)]
        done: set[str] = set()
        while ahead:
            weight, key = heappop(ahead)
            if key == later and done:
                return weight
            if key in done:
                continue
            done.add(key)
            for to in self.following[key]:
                heappush(ahead, (weight + (0 if to == later else weights.get(to, 0)), to))
        raise ValueError(f"{earlier} does not lead to {later}")
