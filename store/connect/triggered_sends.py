"""Triggered sends from the CRM: a flow asks, MC Connect sends, if the definition is running.

New -> start -> Active; pause keeps requests in the queue for 72 hours; stop makes it Inactive, which refuses them. What
changes in the definition or its email reaches nobody until it is published, for which it is paused.
source: domain G (statuses, publish cycle, 138 Exceeded Expiration Policy); the queue of 72 hours: the issue's table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import crm, messaging
from store.agenda import Entry, cancel, is_scheduled, schedule
from store.assumptions import assume
from store.clock import HOUR
from store.commands import Outcome, command, handler
from store.connect.multi_org import can_reach
from store.connect.people import send_to_people
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    from store.crm import Object
    from store.org import Org

SEND = "connect.triggered_send"
QUEUE_LIMIT = 72 * HOUR
SECONDS = assume(
    "connect.triggered_send_seconds",
    30,
    (),
    "Seconds from the flow that asks for a triggered send of MC Connect until the message leaves",
    "no figure found; the request goes from the CRM through the managed package",
)
DDL = """
CREATE TABLE triggered_sends (          -- one row is one Triggered Send Definition of MC Connect
  key            TEXT PRIMARY KEY COLLATE NOCASE,
  name           TEXT NOT NULL,
  email_id       INTEGER NOT NULL REFERENCES emails(email_id),
  classification TEXT NOT NULL CHECK (classification IN ('Commercial', 'Transactional')),
  auto_add       INTEGER NOT NULL,      -- adds unknown people to All Subscribers
  status         TEXT NOT NULL CHECK (status IN ('New', 'Active', 'Paused', 'Inactive')),
  job_id         INTEGER                -- of what was published last; NULL before the first start
) WITHOUT ROWID;
CREATE TABLE triggered_send_requests (  -- one row is one message that a flow asked for
  request_id     INTEGER PRIMARY KEY,
  key            TEXT NOT NULL REFERENCES triggered_sends(key),
  record_id      TEXT NOT NULL,         -- of a Contact or Lead
  flow           TEXT NOT NULL,
  at             INTEGER NOT NULL,      -- UTC seconds
  state          TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'expired', 'refused')),
  done_at        INTEGER                -- when it left the queue
);
CREATE INDEX triggered_send_requests_queue ON triggered_send_requests(key, at) WHERE state = 'queued';
"""


@dataclass(frozen=True)
class TriggeredSendView:
    """A definition with what became of its requests."""

    key: str
    name: str
    email_id: int
    classification: str
    status: str
    queued: int
    sent: int
    expired: int
    refused: int


def triggered_sends(org: Org) -> list[TriggeredSendView]:
    """All definitions by key. `sent` are requests handed to the send, whose exclusions its job tells."""
    rows = org.rows(
        """SELECT t.key, t.name, t.email_id, t.classification, t.status,
                  coalesce(sum(r.state = 'queued'), 0) AS queued, coalesce(sum(r.state = 'sent'), 0) AS sent,
                  coalesce(sum(r.state = 'expired'), 0) AS expired, coalesce(sum(r.state = 'refused'), 0) AS refused
             FROM triggered_sends AS t LEFT JOIN triggered_send_requests AS r USING (key)
            GROUP BY t.key ORDER BY t.key"""
    )
    return [TriggeredSendView(**dict(row)) for row in rows]


# ---- the definition


def _definition(org: Org, key: str) -> dict[str, Any]:
    row = org.row("SELECT * FROM triggered_sends WHERE key = ?", key.strip())
    if row is None:
        known = [one.key for one in triggered_sends(org)]
        fix = did_you_mean(key, known) or "connect.define_triggered_send makes one."
        raise Refused(f"There is no triggered send '{key}'.", fix=fix)
    return dict(row)


@command("connect.define_triggered_send")
def define(
    org: Org, *, key: str, email_id: int, name: str = "", classification: str = "Transactional", auto_add: bool = True
) -> Outcome:
    """Make a Triggered Send Definition, which is New; or change one, which takes effect when it is published."""
    if messaging.find_email(org, email_id) is None:
        raise Refused(f"There is no email {email_id}.", fix="Create it first: messaging.create_email.")
    if classification not in ("Commercial", "Transactional"):
        raise Refused(f"There is no classification '{classification}'.", fix="Commercial or Transactional.")
    there = org.row("SELECT status FROM triggered_sends WHERE key = ?", key)
    if there and there["status"] == "Active":
        raise Refused(
            f"The triggered send {key} is running and cannot be changed.",
            fix="Pause it, change it, publish it, and start it again.",
        )
    org.run(
        """INSERT INTO triggered_sends VALUES (:key, :name, :email, :class, :auto_add, 'New', NULL)
           ON CONFLICT (key) DO UPDATE SET name = :name, email_id = :email, classification = :class,
             auto_add = :auto_add""",
        {"key": key, "name": name or key, "email": email_id, "class": classification, "auto_add": int(auto_add)},
    )
    return Outcome(f"Triggered send {key} {'changed' if there else 'created'}", {}, "triggered-sends")


@command("connect.start_triggered_send")
def start(org: Org, *, key: str) -> Outcome:
    """Send from now on, and what is in the queue; requests that waited longer than 72 hours are gone."""
    found = _definition(org, key)
    if found["status"] == "Active":
        raise Refused(f"The triggered send {found['key']} is running.")
    if found["job_id"] is None:
        _publish(org, found)
    org.run("UPDATE triggered_sends SET status = 'Active' WHERE key = ?", found["key"])
    expired = org.run(
        """UPDATE triggered_send_requests SET state = 'expired', done_at = at + :limit
            WHERE key = :key AND state = 'queued' AND at < :now - :limit""",
        {"key": found["key"], "now": org.now, "limit": QUEUE_LIMIT},
    )
    waiting = org.value("SELECT count(*) FROM triggered_send_requests WHERE key = ? AND state = 'queued'", found["key"])
    if waiting:
        _send_soon(org, found["key"])
    changes = {"queued": waiting, "expired": expired}
    shown = {what: count for what, count in changes.items() if count}
    return Outcome(f"Triggered send {found['key']} started", shown, "triggered-sends")


@command("connect.pause_triggered_send")
def pause(org: Org, *, key: str) -> Outcome:
    """Keep requests in the queue, for 72 hours at most."""
    found = _definition(org, key)
    if found["status"] != "Active":
        raise Refused(f"The triggered send {found['key']} is {found['status']}, not running.")
    org.run("UPDATE triggered_sends SET status = 'Paused' WHERE key = ?", found["key"])
    cancel(org, SEND, key=found["key"])
    return Outcome(f"Triggered send {found['key']} paused: requests are queued", {}, "triggered-sends")


@command("connect.publish_triggered_send")
def publish(org: Org, *, key: str) -> Outcome:
    """Make the changes since the last publication those that are sent; source: domain G, pause, publish, start."""
    found = _definition(org, key)
    if found["status"] == "Active":
        raise Refused(f"The triggered send {found['key']} is running.", fix="Pause it before you publish.")
    _publish(org, found)
    return Outcome(f"Triggered send {found['key']} published", {}, "triggered-sends")


@command("connect.stop_triggered_send")
def stop(org: Org, *, key: str) -> Outcome:
    """Make it Inactive: what is in the queue is dropped, and requests are refused."""
    found = _definition(org, key)
    if found["status"] == "Inactive":
        raise Refused(f"The triggered send {found['key']} is Inactive already.")
    org.run("UPDATE triggered_sends SET status = 'Inactive' WHERE key = ?", found["key"])
    cancel(org, SEND, key=found["key"])
    dropped = org.run(
        "UPDATE triggered_send_requests SET state = 'refused', done_at = ? WHERE key = ? AND state = 'queued'",
        org.now, found["key"],
    )  # fmt: skip
    shown = {"dropped": dropped} if dropped else {}
    return Outcome(f"Triggered send {found['key']} stopped", shown, "triggered-sends")


def _publish(org: Org, found: dict[str, Any]) -> None:
    definition = {
        "key": found["key"], "classification": found["classification"], "auto_add": bool(found["auto_add"]),
    }  # fmt: skip
    job = messaging.create_job(org, found["email_id"], found["name"], definition=definition)
    org.run("UPDATE triggered_sends SET job_id = ? WHERE key = ?", job.job_id, found["key"])


# ---- requests


def _model() -> type[Any]:
    from store.connect.described import TriggeredSend

    return TriggeredSend


def _check(org: Org, obj: Object, given: Any) -> None:
    _definition(org, given.definition)
    _recipient(obj, given.to)


def _recipient(obj: Object, to: str) -> str:
    """SQL for the Contact or Lead of a record r: itself, or whom a lookup names."""
    if not to:
        if obj.api_name not in ("Contact", "Lead"):
            raise Refused(
                f"{obj.plural} cannot be mailed.",
                cause="Only Contacts and Leads are subscribers.",
                fix="Name the lookup to the Contact or Lead in `to`.",
            )
        return "r.Id"
    field = obj.field(to)
    if field.type != "reference" or not {"Contact", "Lead"} & set(field.targets):
        raise Refused(f"{obj.name}.{field.name} names no Contact or Lead.")
    return f'r."{field.name}"'


@crm.flows.flow_action("triggered_send", _model, _check)
def request(org: Org, run: crm.flows.FlowRun, given: Any) -> int:
    """A request for each record whose recipient is known; the message leaves in a step of its own."""
    found = _definition(org, given.definition)
    # ASSUMED: the call of the package fails at the moment of the save, and nobody repeats it.
    open_for = found["status"] in ("Active", "Paused") and can_reach(org, crm.org_of(run.obj.name))
    person = _recipient(run.obj, given.to)
    count = org.run(
        f"""INSERT INTO triggered_send_requests(key, record_id, flow, at, state, done_at)
            SELECT :key, {person}, :flow, :now, :state, :done FROM {run.source}
             WHERE {person} IS NOT NULL ORDER BY r.row_id""",
        {
            "key": found["key"], "flow": run.flow, "now": org.now, "state": "queued" if open_for else "refused",
            "done": None if open_for else org.now,
        },
    )  # fmt: skip
    if count and open_for and found["status"] == "Active":
        _send_soon(org, found["key"])
    return count


def _send_soon(org: Org, key: str) -> None:
    due_at = org.now + int(org.assumption(SECONDS.name))
    if not is_scheduled(org, due_at, SEND, {"key": key}):
        schedule(org, due_at, SEND, {"key": key}, f"MC Connect sends {key}")


@handler(SEND)
def send(org: Org, entry: Entry) -> Outcome:
    """Send what is in the queue: args = {"key"}. Somebody who is in it twice gets two messages."""
    found = _definition(org, entry.args["key"])
    job = messaging.get_job(org, found["job_id"])
    where = "key = :key AND state = 'queued'"
    mailed = excluded = 0
    params: dict[str, Any] = {"key": found["key"], "now": org.now}
    # One round for each time that one person is in the queue: a batch has each recipient once.
    while org.value(f"SELECT 1 FROM triggered_send_requests WHERE {where} LIMIT 1", params):
        first = f"SELECT min(request_id) FROM triggered_send_requests WHERE {where} GROUP BY record_id"
        taken = f"request_id IN ({first})"
        ids = f"SELECT record_id AS id FROM triggered_send_requests WHERE {taken}"
        sent = send_to_people(org, job, ids, {"key": found["key"]}, source="MC Connect: triggered send")
        mailed, excluded = mailed + sent.mailed, excluded + sent.excluded
        org.run(f"UPDATE triggered_send_requests SET state = 'sent', done_at = :now WHERE {taken}", params)
    changes = {"sent": mailed, "excluded": excluded}
    shown = {what: count for what, count in changes.items() if count}
    title = f"Triggered send {found['key']}: {mailed:,} sent" + (f", {excluded:,} excluded" if excluded else "")
    return Outcome(title, shown, "triggered-sends", quiet=not shown)
