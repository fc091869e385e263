"""The answer of a SOQL query, one section for each record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mctui.views import Detail, Section

if TYPE_CHECKING:
    from store import Org

SHOWN = 50  # records that are written out


def answer(org: Org, text: str) -> Detail:
    """The records of a query, the first SHOWN of them; children under their parent's fields."""
    from store import crm

    found = crm.soql(org, text)
    sections = []
    for number, row in enumerate(found.rows[:SHOWN], 1):
        cells: list[tuple[str, object]] = []
        for column, value in zip(found.columns, row, strict=True):
            if isinstance(value, dict):
                cells += [(column, ", ".join(str(one) for one in child.values())) for child in value["records"]]
            else:
                cells.append((column, value))
        sections.append(Section(f"{number}", tuple(cells)))
    more = f", the first {SHOWN}" if found.size > SHOWN and found.rows else ""
    return Detail(
        f"{found.size:,} {'groups' if found.aggregate and found.rows else found.object}{more}", tuple(sections)
    )
