"""`python -m tests.bench [startup|pipeline|journey|query|connect|cancel] [--size N]`: prints one table.

The exit code is 1 when a bound does not hold.
"""

from __future__ import annotations

import argparse
import sys

from tests.bench.table import show


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    every = ["startup", "pipeline", "journey", "query", "connect", "cancel"]
    parser.add_argument("which", nargs="*", default=every, help=f"{', '.join(every)} (default: all)")
    parser.add_argument(
        "--size", type=int, default=1_000_000, help="people in the journeys, rows of the queries, CRM records"
    )
    arguments = parser.parse_args()
    lines = []
    if "startup" in arguments.which:
        from tests.bench.startup import measure as startup

        lines += startup()
    if "pipeline" in arguments.which:
        from tests.bench.pipeline import measure as pipeline

        lines += pipeline(arguments.size)
    if "journey" in arguments.which:
        from tests.bench.journey import measure as journey

        lines += journey(arguments.size)
    if "query" in arguments.which:
        from tests.bench.query import measure as queries

        lines += queries(arguments.size)
    if "connect" in arguments.which:
        from tests.bench.connect import measure as connect

        lines += connect(arguments.size)
    if "cancel" in arguments.which:
        from tests.bench.cancel import measure as cancel

        lines += cancel(arguments.size)
    return show(lines)


if __name__ == "__main__":
    sys.exit(main())
