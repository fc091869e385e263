"""The README is the door: its tables are those of the program, its tree is that of the folders.

`python -m tests.test_readme` writes the generated parts anew.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from mctui.cli.parser import build_parser
from mctui.keys import keys_table
from tests import coverage

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"


def commands_table() -> str:
    """One row per command, as `mctui --help` has them."""
    (commands,) = (action for action in build_parser()._actions if action.dest == "==SUPPRESS==")
    rows = [f"| `mctui {choice.dest}` | {choice.help} |" for choice in commands._choices_actions]
    return "\n".join(["| command | what it does |", "|---|---|", *rows])


def keys() -> str:
    """One row per action that has a key."""
    rows = [f"| `{row[0]}` | {row[-1]} |" for row in keys_table() if row[0]]
    return "\n".join(["| key | what it does |", "|---|---|", *rows])


PARTS = {"commands": commands_table, "keys": keys, "coverage": coverage.table}


def generated(text: str) -> str:
    """The text with its generated parts made anew."""
    for name, make in PARTS.items():
        pattern = rf"(<!-- {name}: generated -->\n).*?(<!-- /{name} -->)"
        made = make().replace("\\", r"\\")
        text = re.sub(pattern, rf"\g<1>{made}\n\g<2>", text, flags=re.S)
    return text


def test_the_tables_are_those_of_the_program() -> None:
    """Run `python -m tests.test_readme` after a change of keys or commands."""
    assert README.read_text() == generated(README.read_text())


def test_every_folder_of_store_is_on_the_map() -> None:
    folders = [entry.name for entry in (ROOT / "store").iterdir() if (entry / "__init__.py").exists()]
    for name in folders:
        assert re.search(rf"^ +{name}/ ", README.read_text(), re.M), f"{name} is missing in the README's map"


def test_every_file_that_the_readme_shows_is_there() -> None:
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README.read_text()):
        assert (ROOT / unquote(path)).is_file(), path


if __name__ == "__main__":
    README.write_text(generated(README.read_text()))
