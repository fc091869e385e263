"""`mctui breakpoints`: where runs of a world stop. They are kept in the state folder, the world is only read."""

from __future__ import annotations

from argparse import Namespace

from mctui import running
from mctui.cli.output import print_json, print_table
from mctui.paths import Paths
from mctui.running import breakpoints as kept
from store import Org
from store.errors import Unreadable


def breakpoints(arguments: Namespace) -> None:
    """Set those that are named, or clear them (all, when none is named); then list what is set."""
    paths = Paths.here()
    with Org.open(arguments.file, readonly=True) as org:
        before = kept.recall(paths, org.path)
        named = {place for name in arguments.place for place in running.places_of(org, name)}
        cleared = named or before
        places = before - cleared if arguments.clear else before | named
        if places != before and (trouble := kept.keep(paths, org.path, frozenset(places))):
            raise Unreadable(trouble)
    if arguments.json:
        print_json([{"journey": journey, "activity": activity} for journey, activity in sorted(places)])
    elif places:
        print_table(["journey", "activity"], sorted(places))
    else:
        print("No breakpoint is set.")
