"""Join: paths come together; nobody waits for anybody. Type NOOP, also written JOIN.

Most joins are not activities at all: several outcomes lead to the same key. Source: SFH:mc_jb_split_join_activities,
domain E8 (no separate type seen; NOOP is in _JourneyActivity).
"""

from __future__ import annotations

from store.journey.activities.base import Activity, activity


@activity("NOOP", "Join")
class Join(Activity):
    """Goes on at once with everyone who comes."""

    def explain(self) -> str:
        return "Brings paths together; everyone goes on at once."
