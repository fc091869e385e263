"""A journey that wants its people straight from a Synchronized Data Extension."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import business_units, data_extensions, journey
from store.advice.finding import Evidence, finding

if TYPE_CHECKING:
    from store.org import Org


@finding(
    "synchronized-de-as-audience",
    severity="error",
    title="{count} [journey has|journeys have] a Synchronized Data Extension as [its|their] entry source",
    why="Synchronized Data Extensions are a mirror of the CRM: read-only, and not sendable. Nothing is sent to one, and"
    " no journey takes its people from one.",
    fix="Copy the rows into a sendable data extension with a SQL Query Activity in an automation, and take that as the"
    " entry source.",
)
def synchronized_de_as_audience(org: Org) -> Evidence:
    """One row is a version of a journey with the Synchronized Data Extension that it names."""
    rows = []
    for row in journey.journeys(org):
        for version in journey.versions(org, row.key):
            with business_units.acting(org, version.mid):
                de = data_extensions.find(org, version.event.data_extension) if version.event else None
            if de is not None and de.is_synchronized:
                rows.append({"journey": version.name, "version": version.number, "status": version.status,
                             "entry_source": de.name})  # fmt: skip
    return Evidence(tuple(rows), len(rows))
