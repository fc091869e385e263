"""Running to something: what a run may wait for, and the breakpoints that hold it; the app's and the command line's.

A new thing to wait for is one function in conditions.py.
"""

from mctui.running.breakpoints import Held, Place, Watched, written
from mctui.running.conditions import Condition, condition_of, forms, places_of, short_forms, words
from mctui.running.run import Ended, run

__all__ = [
    "Condition",
    "Ended",
    "Held",
    "Place",
    "Watched",
    "condition_of",
    "forms",
    "places_of",
    "run",
    "short_forms",
    "words",
    "written",
]
