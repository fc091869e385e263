"""mctui -> scenarios -> store: what lies below loads nothing of what lies above."""

from __future__ import annotations

import subprocess
import sys


def modules_after(code: str) -> set[str]:
    """The top-level modules that a fresh Python has loaded after running the code."""
    script = f"{code}\nimport sys; print(' '.join(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split("\n")[-2].split())


def test_store_and_scenarios_know_no_screen() -> None:
    code = "import store, scenarios\nfrom store.products import load\nload()"
    assert not {"textual", "rich", "mctui"} & modules_after(code)


def test_store_knows_no_scenarios() -> None:
    assert "scenarios" not in modules_after("import store\nfrom store.products import load\nload()")


def test_heavy_packages_are_loaded_where_they_are_used() -> None:
    code = "import store, scenarios\nfrom store.products import load\nload()"
    assert not {"networkx", "sqlglot", "yaml", "sqlite_utils", "lark"} & modules_after(code)


def test_help_loads_neither_textual_nor_the_store() -> None:
    code = "from mctui.cli import run\nrun(['--help'])"
    assert not {"textual", "rich", "store", "pydantic"} & modules_after(code)


def test_a_run_without_the_screen_loads_no_textual() -> None:
    code = "from mctui.cli import run\nrun(['run', 'sync-to-send', '--size', '5', '--until', '1d'])"
    assert not {"textual", "rich"} & modules_after(code)
