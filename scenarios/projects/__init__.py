"""Folders of SFMC project metadata, as Accenture SFMC DevTools (mcdev) retrieves them, made into a world.

`read_project(folder)` only reads; `import_project(org, folder)` makes what it read, as one step.
"""

from __future__ import annotations

from scenarios.projects.making import import_project
from scenarios.projects.reading import read_project
from scenarios.projects.report import Line, Report, TypeReport

__all__ = ["Line", "Report", "TypeReport", "import_project", "read_project"]
