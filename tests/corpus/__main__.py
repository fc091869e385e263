"""`python -m tests.corpus FOLDER [--write]`: one line per query text of a folder: ok, refused (where, why) or failed.

For each file the data extensions that it reads are made up from what it says about them, with a few rows; the query is
compiled and run. The folder is whatever you have; nothing of it is kept here but the list of verdicts, which --write
writes to tests/query/corpus_verdicts.tsv. `MCTUI_CORPUS=FOLDER pytest tests/query/test_corpus.py` holds the list.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from tests.corpus.verdicts import verdicts, write

GOLDEN = Path(__file__).parents[1] / "query" / "corpus_verdicts.tsv"


def main() -> int:
    """One line per file on stdout, how many of each on stderr."""
    parser = argparse.ArgumentParser(prog="python -m tests.corpus", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true", help="write the list of verdicts anew")
    arguments = parser.parse_args()
    found = verdicts(arguments.folder)
    for each in found:
        print(f"{each.verdict:8}{each.file}  {each.reason}".rstrip())
    if arguments.write:
        write(GOLDEN, found)
    counts = Counter(each.verdict for each in found)
    listed = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    print(f"{len(found)} files: {listed or 'nothing to read'}", file=sys.stderr)
    return 0 if found else 3


if __name__ == "__main__":
    sys.exit(main())
