"""Activities that an account has and the simulation knows by name only: they take their time and do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.automation.run import Result, activity

if TYPE_CHECKING:
    from store.org import Org

UNSIMULATED = "unsimulated"  # activity type; its key is what the account calls it, such as `importFile Members`


@activity(UNSIMULATED)
def pass_by(org: Org, key: str) -> Result:
    """Go on, so that the queries after it run; the history says that nothing was done."""
    return Result(True, f"{key}: not simulated, nothing was done", {}, quiet=True)
