"""Exclusion scripts, which leave nobody out here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import journey
from store.advice.finding import SHOWN, Evidence, finding

if TYPE_CHECKING:
    from store.org import Org


@finding(
    "exclusion-script-not-run",
    severity="warning",
    title="{count} [email has an exclusion script|emails have exclusion scripts] that nobody is left out by here",
    why="An exclusion script is AMPscript, which is asked for each subscriber at the send: true leaves out. It is not"
    " run here, so that people are mailed whom the account would not mail.",
    fix="Write the same as exclusion criteria over the journey data (exclusionFilter as a data filter), or keep the"
    " people out with a suppression list or in the query that makes the audience.",
)
def exclusion_script_not_run(org: Org) -> Evidence:
    """One row is an email activity with its script."""
    rows = [
        {"journey": script.journey, "version": script.version, "activity": script.activity, "script": script.text}
        for script in journey.exclusion_scripts(org)
    ]
    return Evidence(tuple(rows[:SHOWN]), len(rows))
