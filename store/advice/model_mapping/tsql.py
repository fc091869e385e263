"""The T-SQL of a mapping: one SELECT with its joins, written to be read."""

from __future__ import annotations

from dataclasses import dataclass, field

# source: Microsoft, "Reserved Keywords (Transact-SQL)", those that a CRM field could be called
_WORDS = """
    add all alter any as asc backup begin between break browse bulk by case check checkpoint close clustered column
    commit compute constraint contains continue convert create cross current cursor database default delete deny
    desc distinct distributed double drop end escape exec execute exists exit external fetch file for foreign from
    full function go grant group having holdlock identity if in index inner insert intersect into is join key kill
    left like load merge national not null of off offsets on open option or order outer over percent pivot plan
    primary print proc procedure public raiserror read references replication restore restrict return revert revoke
    right rollback rowcount rule save schema select set setuser shutdown some statistics table then to top tran
    trigger truncate union unique unpivot update use user values varying view waitfor when where while with
"""
_RESERVED = frozenset(_WORDS.split())


def named(name: str) -> str:
    """A name in brackets where T-SQL needs them."""
    plain = name.replace("_", "").isalnum() and not name[0].isdigit() and name.lower() not in _RESERVED
    return name if plain else f"[{name}]"


@dataclass
class Select:
    """One SELECT: `columns` are (expression, name), `joins` whole lines, `where` conditions."""

    source: str
    alias: str
    columns: list[tuple[str, str]] = field(default_factory=list)
    joins: list[str] = field(default_factory=list)
    where: list[str] = field(default_factory=list)
    group_by: str = ""

    def column(self, alias: str, name: str, wanted: str = "") -> None:
        """A column of a table, under a name of its own where it differs."""
        self.columns.append((f"{alias}.{named(name)}", wanted or name))

    def join(self, kind: str, source: str, alias: str, *conditions: str) -> None:
        """A join; every condition stands in its ON."""
        self.joins.append(f"{kind} JOIN {source} {alias} ON {' AND '.join(conditions)}")

    @property
    def text(self) -> str:
        """The whole query."""
        listed = [
            expression if expression.rpartition(".")[2] == named(name) else f"{expression} AS {named(name)}"
            for expression, name in self.columns
        ]
        columns = ",\n".join(f"    {each}" for each in listed)
        lines = ["SELECT", columns, f"FROM {self.source} {self.alias}", *self.joins]
        if self.where:
            lines.append(f"WHERE {' AND '.join(self.where)}")
        if self.group_by:
            lines.append(f"GROUP BY {self.group_by}")
        return "\n".join(lines)
