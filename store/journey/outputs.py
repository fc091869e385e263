"""What activities put out for a visit: the data of an awaited event, the out arguments of a custom activity.

One row of journey_outputs is one named value of one visit; expressions read it as
`{{Interaction.<activity key>.<name>}}`, and the data of an awaited event as `{{Event.<event key>.<name>}}` too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from store.data_extensions import quoted

if TYPE_CHECKING:
    from store.journey.version import Version
    from store.org import Org

_OF = "\x1f"  # between what names a column of an awaited event: in no name


def keep_outputs(org: Org, version: Version, activity_key: str, select: str, params: Mapping[str, Any]) -> int:
    """Keep what a SELECT of (visit, name, value) gives for an activity; a later value replaces it. Returns how many."""
    return org.run(
        f"""INSERT OR REPLACE INTO journey_outputs(version_id, activity_key, name, visit, value)
            SELECT :output_version, :output_activity, name, visit, value
            FROM (WITH given(visit, name, value) AS ({select}) SELECT * FROM given)""",
        {**params, "output_version": version.version_id, "output_activity": activity_key},
    )


def sql_output(version_id: int, activity_key: str, name: str) -> str:
    """SQL for a value over the alias e, the visit's journey data; key and name are SQL themselves."""
    return f"""(SELECT o.value FROM journey_outputs o
                WHERE o.version_id = {version_id} AND o.activity_key = {activity_key} AND o.name = {name}
                  AND o.visit = e._visit)"""


def awaited_column(version_id: int, activity_key: str, name: str) -> str:
    """How a field of an awaited event stands among the columns of the journey data."""
    return f"{version_id}{_OF}{activity_key}{_OF}{name}"


def sql_column(column: str) -> str:
    """SQL for a column of the journey data over the alias e: of the snapshot, or of an awaited event's data."""
    if _OF not in column:
        return f"e.{quoted(column)}"
    version_id, activity_key, name = column.split(_OF)
    return sql_output(int(version_id), _literal(activity_key), _literal(name))


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
