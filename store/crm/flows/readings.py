"""What is known about flows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class FlowView:
    """A flow, how many records wait for its paths, and how many it ran for."""

    name: str
    object: str
    timing: str
    active: bool
    definition: dict[str, Any]
    waiting: int
    records: int


@dataclass(frozen=True)
class RunView:
    """One run for a batch of records; `at` in UTC seconds, `done` as (action, records concerned)."""

    flow: str
    path: str
    at: int
    object: str
    records: int
    done: tuple[tuple[str, int], ...]


def flows(org: Org) -> list[FlowView]:
    """All flows, in the order of their creation."""
    found = org.rows(
        """SELECT f.*, (SELECT count(*) FROM crm_flow_waiting w WHERE w.flow = f.name) AS waiting,
                  (SELECT coalesce(sum(r.records), 0) FROM crm_flow_runs r WHERE r.flow = f.name) AS records
             FROM crm_flows f ORDER BY f.position"""
    )
    return [
        FlowView(
            row["name"], row["object"], row["timing"], bool(row["active"]), json.loads(row["definition"]),
            row["waiting"], row["records"],
        )
        for row in found
    ]  # fmt: skip


def flow_runs(org: Org, flow: str = "", *, limit: int = 100) -> list[RunView]:
    """The last runs, newest first."""
    sql = "SELECT * FROM crm_flow_runs WHERE flow = ?1 OR ?1 = '' ORDER BY run_id DESC LIMIT ?2"
    return [
        RunView(row["flow"], row["path"], row["at"], row["object"], row["records"],
                tuple((name, count) for name, count in json.loads(row["done"])))
        for row in org.rows(sql, flow, limit)
    ]  # fmt: skip
