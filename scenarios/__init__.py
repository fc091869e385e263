"""Ready-made worlds: data, definitions and lessons, and the loader that makes them.

A scenario is a folder here with a `scenario.yaml` and a `README.md`, which is its lesson. `names()` lists them,
`info(name)` describes one, `make(name, path)` makes its world in a new file and runs nothing.
"""

from scenarios.library import Info, info, lesson, names
from scenarios.loader import make

__all__ = ["Info", "info", "lesson", "make", "names"]
