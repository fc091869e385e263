"""`python -m tests.bench [startup|pipeline] [--size N]`: prints one table; exit code 1 when a bound does not hold."""

from __future__ import annotations

import argparse
import sys

from tests.bench.table import show


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("which", nargs="*", default=["startup", "pipeline"], help="startup, pipeline (default: all)")
    parser.add_argument("--size", type=int, default=1_000_000, help="people in the pipeline")
    arguments = parser.parse_args()
    lines = []
    if "startup" in arguments.which:
        from tests.bench.startup import measure as startup

        lines += startup()
    if "pipeline" in arguments.which:
        from tests.bench.pipeline import measure as pipeline

        lines += pipeline(arguments.size)
    return show(lines)


if __name__ == "__main__":
    sys.exit(main())
