"""Flows within the save: those before it change the record itself, those after it do anything else."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from store.assumptions import assume
from store.crm.flows.actions import FlowRun, action_of
from store.crm.flows.entry import entry_sql
from store.crm.flows.paths import wait_for_paths
from store.crm.objects import Object
from store.crm.saving import Batch, depth, stage
from store.crm.tables import table_of

if TYPE_CHECKING:
    from store.crm.flows.definition import Flow
    from store.org import Org

ONCE = assume(
    "crm.flow_once_per_record_and_save",
    True,
    (True, False),
    "Whether a flow that has run for a record does not run for it again when its own actions save that record. If"
    " not, it goes on until the entry conditions or the limit of nested saves stop it.",
    "no page found",
)
_UNORDERED = 1000.5  # source: Help, "Run Order": 1 to 1,000, then those without a value, then 1,001 to 2,000


@cache
def parsed_flow(text: str) -> Flow:
    from store.crm.flows.definition import parse

    return parse(json.loads(text))


def flows_of(org: Org, obj: Object, timing: str) -> list[Flow]:
    """The active flows of an object in the order in which they run."""
    found = org.rows(
        """SELECT definition FROM crm_flows WHERE object = ? AND active AND timing = ?
            ORDER BY coalesce(run_order, ?), position""",
        obj.name, timing, _UNORDERED,
    )  # fmt: skip
    return [parsed_flow(row["definition"]) for row in found]


def _has(org: Org, obj: Object, timing: str) -> bool:
    sql = "SELECT 1 FROM crm_flows WHERE object = ? AND active AND timing = ? LIMIT 1"
    return org.value(sql, obj.name, timing) is not None


def _concerns(flow: Flow, batch: Batch) -> bool:
    return not batch.by_system and {
        "create": flow.trigger in ("created", "created_or_updated"),
        "update": flow.trigger in ("updated", "created_or_updated"),
    }.get(batch.kind, False)


@stage("before_save_flows", lambda org, obj: _has(org, obj, "before_save"))
def before_save(org: Org, batch: Batch) -> None:
    """Fields of the record itself, within the same save: no further stamp, no further flow."""
    for flow in flows_of(org, batch.obj, "before_save"):
        if not _concerns(flow, batch):
            continue
        run = FlowRun(flow.name, "", batch.obj, f"({batch.rows})", batch.prior)
        entry = entry_sql(org, batch.obj, flow, batch.prior_alias)
        started = f"{batch.table} WHERE r.row_id IN ({batch.rows}) AND {entry}"
        count = int(org.value(f"SELECT count(*) FROM {started}"))
        if not count:
            continue
        done = []
        for given in flow.actions:
            action, parsed = action_of(org, batch.obj, given)
            values = {batch.obj.field(name): value for name, value in parsed.fields.items()}
            made = ", ".join(f'{run.value(org, field, value)} AS "{field.name}"' for field, value in values.items())
            sets = ", ".join(f'"{field.name}" = made."{field.name}"' for field in values)
            changed = org.run(
                f"UPDATE {table_of(batch.obj.name)} AS record SET {sets} FROM (SELECT r.row_id, {made} FROM {started})"
                " AS made WHERE record.row_id = made.row_id"
            )
            batch.also.extend(field.name for field in values)
            done.append([action.name, changed])
        note(org, run, count, done)


@stage("after_save_flows", lambda org, obj: _has(org, obj, "after_save"))
def after_save(org: Org, batch: Batch) -> None:
    """One flow after the other, each for all records that start it."""
    if batch.kind in ("delete", "undelete"):
        _forget_deleted(org, batch)
        return
    for flow in flows_of(org, batch.obj, "after_save"):
        if not batch.by_system and batch.kind == "update" and flow.paths:
            _forget_leavers(org, flow, batch)
        if _concerns(flow, batch):
            _start(org, flow, batch)


def _start(org: Org, flow: Flow, batch: Batch) -> None:
    org.run(
        "CREATE TEMP TABLE IF NOT EXISTS crm_flow_done (flow TEXT, row_id INTEGER, PRIMARY KEY (flow, row_id))"
        " WITHOUT ROWID"
    )
    rows = f"crm_flow_rows_{depth(org)}"
    again = "0" if not org.assumption(ONCE.name) else (
        "EXISTS (SELECT 1 FROM temp.crm_flow_done AS d WHERE d.flow = :flow AND d.row_id = r.row_id)"
    )  # fmt: skip
    org.run(f"DROP TABLE IF EXISTS temp.{rows}")
    org.run(f"CREATE TEMP TABLE {rows} (row_id INTEGER PRIMARY KEY)")
    entry = entry_sql(org, batch.obj, flow, batch.prior_alias)
    count = org.run(
        f"""INSERT INTO temp.{rows} SELECT r.row_id FROM {batch.table}
             WHERE r.row_id IN ({batch.rows}) AND +r.IsDeleted = 0 AND {entry} AND NOT {again}""",
        {"flow": flow.name},
    )
    if count:
        org.run(f"INSERT OR IGNORE INTO temp.crm_flow_done SELECT ?, row_id FROM temp.{rows}", flow.name)
        run = FlowRun(flow.name, "", batch.obj, f"temp.{rows}", batch.prior)
        if flow.actions:
            note(org, run, count, act(org, run, flow.actions))
        wait_for_paths(org, flow, run)
    org.run(f"DROP TABLE temp.{rows}")


def act(org: Org, run: FlowRun, actions: tuple[dict[str, Any], ...]) -> list[list[Any]]:
    """Do the actions in their order; returns [action, records concerned] for each."""
    done = []
    for given in actions:
        action, parsed = action_of(org, run.obj, given)
        done.append([action.name, action.run(org, run, parsed)])
    return done


def note(org: Org, run: FlowRun, records: int, done: list[list[Any]]) -> None:
    """Keep that a path ran."""
    org.run(
        "INSERT INTO crm_flow_runs(flow, path, at, object, records, done) VALUES (?, ?, ?, ?, ?, ?)",
        run.flow, run.path, org.now, run.obj.name, records, json.dumps(done),
    )  # fmt: skip


def _forget_leavers(org: Org, flow: Flow, batch: Batch) -> None:
    """A record that no longer meets the conditions does not wait any more. source: Help, "Scheduled Paths"."""
    from store.crm.flows.entry import meets_sql

    meets = meets_sql(org, batch.obj, flow, "r", batch.prior_alias)
    org.run(
        f"""DELETE FROM crm_flow_waiting WHERE flow = ? AND row_id IN (
              SELECT r.row_id FROM {batch.table} WHERE r.row_id IN ({batch.rows}) AND NOT ({meets}))""",
        flow.name,
    )


def _forget_deleted(org: Org, batch: Batch) -> None:
    org.run(
        f"""DELETE FROM crm_flow_waiting WHERE row_id IN ({batch.rows})
              AND flow IN (SELECT name FROM crm_flows WHERE object = ?)""",
        batch.obj.name,
    )
