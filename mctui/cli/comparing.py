"""`mctui diff`: two worlds, differences first."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from mctui.cli.output import print_json, print_table
from mctui.reading.comparing import compare


def diff(arguments: Namespace) -> int:
    """How two worlds differ; exit code 1 when they do."""
    found = compare(Path(arguments.file), Path(arguments.other))
    if arguments.json:
        print_json(found)
    for section in () if arguments.json else found.sections:
        print(section.title)
        print_table(["", found.left, found.right], section.rows)
        print()
    if not found.sections and not arguments.json:
        print("They hold the same rows.")
    return 1 if found.sections else 0
