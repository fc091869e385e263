"""Scheduled paths: the part of a flow that runs later, for whoever still meets its conditions then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.agenda import Entry, cancel, schedule
from store.clock import duration
from store.commands import Outcome, handler
from store.crm.flows.actions import FlowRun
from store.crm.flows.entry import due_sql, meets_sql
from store.crm.naming import org_of, working_in
from store.crm.objects import describe
from store.crm.tables import table_of

if TYPE_CHECKING:
    from store.crm.flows.definition import Flow
    from store.org import Org

KIND = "crm.flow_paths"


def offset_of(text: str) -> int:
    """Seconds of `2d` or `-1h`. Raises Refused."""
    return -duration(text[1:]) if text.startswith("-") else duration(text)


def wait_for_paths(org: Org, flow: Flow, run: FlowRun) -> None:
    """Let the records of a run wait for the flow's scheduled paths; one that waits already waits for the new time.

    A time that is past does not come. source: Help, "Scheduled Paths".
    """
    for path in flow.paths:
        due = due_sql(org, run.obj, path.of, offset_of(path.offset))
        org.run(
            f"""INSERT OR REPLACE INTO crm_flow_waiting
                 SELECT ?, ?, r.row_id, {due} FROM {run.source} WHERE {due} >= ?""",
            flow.name, path.label, org.now,
        )  # fmt: skip
    _look_ahead(org)


def _look_ahead(org: Org) -> None:
    """One agenda entry, for the earliest that is due."""
    cancel(org, KIND)
    first = org.row("SELECT due_at, flow, path FROM crm_flow_waiting ORDER BY due_at, flow, path LIMIT 1")
    if first is not None:
        schedule(org, first["due_at"], KIND, {}, f"Flow {first['flow']}: {first['path']}")


@handler(KIND)
def run_paths(org: Org, entry: Entry) -> Outcome:
    """Run each path that is due, for all records that wait for it and meet the flow's conditions now."""
    from store.crm.flows.run import act, note, parsed_flow

    due = org.rows(
        """SELECT DISTINCT w.flow, w.path, f.definition, f.active FROM crm_flow_waiting w JOIN crm_flows f
              ON f.name = w.flow WHERE w.due_at <= ? ORDER BY f.position, w.path""",
        org.now,
    )
    total, said = 0, []
    for row in due:
        flow = parsed_flow(row["definition"])
        with working_in(org_of(flow.object)):
            obj = describe(org, flow.object)
        org.run("DROP TABLE IF EXISTS temp.crm_path_rows")
        org.run("CREATE TEMP TABLE crm_path_rows (row_id INTEGER PRIMARY KEY)")
        count = org.run(
            f"""INSERT INTO temp.crm_path_rows SELECT r.row_id FROM crm_flow_waiting AS w
                  JOIN {table_of(obj.name)} AS r ON r.row_id = w.row_id
                 WHERE w.flow = ? AND w.path = ? AND w.due_at <= ? AND +r.IsDeleted = 0 AND ?
                   AND {meets_sql(org, obj, flow, "r", "")}""",
            flow.name, row["path"], org.now, row["active"],
        )  # fmt: skip
        sql = "DELETE FROM crm_flow_waiting WHERE flow = ? AND path = ? AND due_at <= ?"
        org.run(sql, flow.name, row["path"], org.now)
        if count:
            path = next(one for one in flow.paths if one.label == row["path"])
            run = FlowRun(flow.name, path.label, obj, "temp.crm_path_rows")
            with working_in(org_of(obj.name)):
                note(org, run, count, act(org, run, path.actions))
            total += count
            said.append(f"{flow.name}, {path.label} for {count:,} {obj.plural}")
        org.run("DROP TABLE temp.crm_path_rows")
    _look_ahead(org)
    return Outcome(f"Flow {'; '.join(said)}" if said else entry.title, {"records": total}, "crm", quiet=not said)
