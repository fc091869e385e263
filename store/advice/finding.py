"""Findings: gotchas that have happened in this world, each with the rows that prove it.

A finding is one file in `findings/` with one registered function that returns its evidence; no evidence, no finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from store.org import Org

SHOWN = 20  # evidence rows that a finding carries; `count` is exact


@dataclass(frozen=True)
class Evidence:
    """Rows by column name, at most SHOWN, and how many there are in all."""

    rows: tuple[dict[str, Any], ...]
    count: int


@dataclass(frozen=True)
class Finding:
    """One gotcha. `severity` is error, warning or info."""

    code: str
    severity: str
    title: str
    why: str
    fix: str
    count: int
    evidence: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class _Rule:
    code: str
    severity: str
    title: str
    why: str
    fix: str
    look: Callable[[Org], Evidence]


_rules: dict[str, _Rule] = {}
_SEVERITIES = ("error", "warning", "info")


def finding(
    code: str, *, severity: str, title: str, why: str, fix: str
) -> Callable[[Callable[[Org], Evidence]], Callable[[Org], Evidence]]:
    """Register `function(org) -> Evidence`.

    In `title`, {count} stands for the number of rows, and of [one|several] the one that goes with it.
    """

    def register(look: Callable[[Org], Evidence]) -> Callable[[Org], Evidence]:
        assert code not in _rules and severity in _SEVERITIES, f"finding {code}"
        _rules[code] = _Rule(code, severity, title, why, fix, look)
        return look

    return register


def find_all(org: Org) -> list[Finding]:
    """Every finding that has evidence in this world, the severe ones first."""
    from store.advice import findings

    for module in iter_modules(findings.__path__):
        import_module(f"{findings.__name__}.{module.name}")
    found = []
    for rule in sorted(_rules.values(), key=lambda rule: (_SEVERITIES.index(rule.severity), rule.code)):
        evidence = rule.look(org)
        if evidence.count:
            title = _titled(rule.title, evidence.count)
            found.append(Finding(rule.code, rule.severity, title, rule.why, rule.fix, evidence.count, evidence.rows))
    return found


def _titled(title: str, count: int) -> str:
    chosen = re.sub(r"\[(.*?)\|(.*?)\]", r"\1" if count == 1 else r"\2", title)
    return chosen.format(count=f"{count:,}")


def from_sql(org: Org, sql: str, params: dict[str, Any] | None = None) -> Evidence:
    """The evidence that a SELECT lists."""
    count = int(org.value(f"SELECT count(*) FROM ({sql})", params or {}))
    rows = org.rows(f"SELECT * FROM ({sql}) LIMIT {SHOWN}", params or {}) if count else []
    return Evidence(tuple(dict(row) for row in rows), count)
