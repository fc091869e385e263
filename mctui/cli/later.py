"""What is announced but not built yet says so, and fails."""

from __future__ import annotations

from argparse import Namespace

from store.errors import Refused


def serve(arguments: Namespace) -> int:
    """REST and SOAP."""
    raise Refused("`mctui serve` is not built yet.", fix="Use the commands of `mctui --help` on the file meanwhile.")


def render(arguments: Namespace) -> int:
    """AMPscript, SSJS and Handlebars."""
    raise Refused("`mctui render` is not built yet.", fix="`mctui show FILE contact/KEY` shows the subjects as sent.")
