"""Ready-made worlds: data, definitions and lessons, and the loader that makes them.

A scenario is a folder here with a `scenario.yaml` and a `README.md`, which is its lesson. `names()` lists them,
`info(name)` describes one, `make(name, path)` makes its world in a new file and runs nothing. `import_project(org,
folder)` takes in the metadata of a real account.
"""

from scenarios.library import Info, info, lesson, names
from scenarios.loader import make
from scenarios.projects import import_project  # registers the command projects.import

__all__ = ["Info", "import_project", "info", "lesson", "make", "names"]
