"""`mctui sql`: runs, or with --dry-run says what a run would change."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import Any

from mctui.cli import data
from mctui.cli.output import print_json, print_table
from store import Org, business_units
from store.errors import Refused

SHOWN = 20  # rows of each kind in the text; --json has up to 100


def sql(arguments: Namespace) -> int:
    """Run T-SQL; with --into as a step that writes the rows, with --dry-run only to see what it would change."""
    if not arguments.dry_run:
        data.sql(arguments)
        return 0
    if not arguments.into:
        raise Refused("A dry run needs a target.", fix="Add --into DE, and --action if it is not append.")
    text = sys.stdin.read() if arguments.query == "-" else arguments.query
    from store import query

    with Org.open(arguments.file, readonly=True) as org, business_units.acting(org, arguments.bu):
        found = query.dry_run_text(org, text, arguments.into, arguments.action)
    if arguments.json:
        print_json({"target": found.target, "action": found.action, "message": found.message,
                    "seconds": found.cost.seconds if found.cost else None, **_plain(found)})  # fmt: skip
    else:
        _print(found)
    return 1 if found.message else 0


def _plain(found: Any) -> dict[str, Any]:
    return vars(found.difference) if found.difference else {}


def _print(found: Any) -> None:
    """What changes, row by row; a changed row is two lines, before and after."""
    changes = found.difference
    rows: list[tuple[Any, ...]] = []
    if changes is not None:
        rows += [("+", *row) for row in changes.inserted_rows[:SHOWN]]
        for each in changes.updated_rows[:SHOWN]:
            rows += [("<", *each.before), (">", *each.after)]
        rows += [("-", *row) for row in changes.removed_rows[:SHOWN]]
        if rows and not found.message:
            print_table(["", *changes.fields], rows)
        if changes.failing:
            print_table([*changes.columns, "why"], [(*each.row, each.why) for each in changes.failing_rows[:SHOWN]])
            print(f"{changes.failing:,} of {changes.selected:,} rows do not go in.", file=sys.stderr)
    if found.cost:
        print(f"There it would take {found.cost.line}.", file=sys.stderr)
    if found.message:
        print(f"The run would fail, and nothing would be written: {found.message}", file=sys.stderr)
    else:
        print(
            f"{changes.inserted:,} new, {changes.updated:,} updated, {changes.removed:,} removed, "
            f"{changes.unchanged:,} unchanged: {found.target} would have {changes.after:,} rows, "
            f"not {changes.before:,}.",
            file=sys.stderr,
        )
