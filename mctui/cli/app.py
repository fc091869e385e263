"""The app, from the command line."""

from __future__ import annotations

import sys
from argparse import Namespace


def app(arguments: Namespace) -> int:
    """Start the app on a scenario or a file."""
    if not sys.stdout.isatty():
        print("The app needs a terminal. `mctui --help` lists the commands that work without one.", file=sys.stderr)
        return 2
    from mctui.start import run_app

    return run_app(arguments.target, seed=arguments.seed, size=arguments.size, ascii_only=arguments.ascii) or 0
