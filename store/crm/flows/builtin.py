"""The actions that the CRM itself brings: update and create records, tasks, campaign members, platform events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.crm.fields import Field
from store.crm.flows.actions import FlowRun, flow_action
from store.crm.flows.entry import literal
from store.crm.formula import compile_formula
from store.crm.objects import Object, describe
from store.crm.tables import table_here, table_of
from store.crm.writes import create_from_select, update_from_select
from store.errors import Refused

if TYPE_CHECKING:
    from store.crm.flows.described import AddToCampaign, CreateRecords, CreateTask, PublishEvent, UpdateRecords
    from store.org import Org


def _model(name: str) -> Any:
    from store.crm.flows import described

    return getattr(described, name)


def _check_values(org: Org, obj: Object, target: Object, values: dict[str, Any], *, creating: bool) -> None:
    """The fields exist and can be written, and what they get fits. Raises Refused."""
    run = FlowRun("", "", obj, "")
    for name, given in values.items():
        field = target.field(name)
        if not (field.createable if creating else field.updateable):
            raise Refused(f"INVALID_FIELD_FOR_INSERT_UPDATE: {target.name}.{field.name} cannot be set by a flow.")
        run.value(org, field, given)


def _targets(org: Org, obj: Object, of: str) -> tuple[Object, Field | None]:
    """The object whose records an update changes, and the lookup that names them."""
    if not of:
        return obj, None
    ref = obj.field(of)
    if ref.type != "reference" or len(ref.reference_to) != 1:
        raise Refused(f"{obj.name}.{ref.name} does not name a record of one object.")
    return describe(org, ref.reference_to[0]), ref


def _check_update(org: Org, obj: Object, given: UpdateRecords) -> None:
    _check_values(org, obj, _targets(org, obj, given.of)[0], given.fields, creating=False)


@flow_action("update_records", lambda: _model("UpdateRecords"), _check_update)
def update_records(org: Org, run: FlowRun, given: UpdateRecords) -> int:
    """A save of its own after the record's: it starts flows and moves the stamps."""
    target, ref = _targets(org, run.obj, given.of)
    values = ", ".join(
        f'{run.value(org, target.field(name), value)} AS "{target.field(name).name}"'
        for name, value in given.fields.items()
    )
    if ref is None:
        return update_from_select(org, target.name, f"SELECT r.row_id, {values} FROM {run.source} ORDER BY r.row_id")
    # Several records may name the same one: the last of them decides, as the last save would.
    return update_from_select(
        org, target.name,
        f"""SELECT t.row_id, {values} FROM {run.source} JOIN {table_of(target.name)} AS t ON t.Id = r."{ref.name}"
             WHERE +t.IsDeleted = 0
               AND r.row_id = (SELECT max(s.row_id) FROM {run.rows} AS o JOIN {table_of(run.obj.name)} AS s
                                 ON s.row_id = o.row_id WHERE s."{ref.name}" = t.Id)
             ORDER BY t.row_id""",
    )  # fmt: skip


def _check_create(org: Org, obj: Object, given: CreateRecords) -> None:
    target = describe(org, given.object)
    _check_values(org, obj, target, given.fields, creating=True)
    named = {name.lower() for name in given.fields}
    missing = [
        field.name
        for field in target.fields
        if field.required and field.createable and field.default is None and field.name.lower() not in named
    ]
    if missing:
        raise Refused(f"REQUIRED_FIELD_MISSING: Required fields are missing: [{', '.join(missing)}]")


@flow_action("create_records", lambda: _model("CreateRecords"), _check_create)
def create_records(org: Org, run: FlowRun, given: CreateRecords) -> int:
    """One new record for each that started the flow, in their order."""
    target = describe(org, given.object)
    values = ", ".join(
        f'{run.value(org, target.field(name), value)} AS "{target.field(name).name}"'
        for name, value in given.fields.items()
    )
    return create_from_select(org, target.name, f"SELECT {values} FROM {run.source} ORDER BY r.row_id").count


def _task_values(obj: Object, given: CreateTask) -> dict[str, Any]:
    about = "WhoId" if obj.api_name in ("Contact", "Lead") else "WhatId"
    values: dict[str, Any] = {"Subject": given.subject, about: {"formula": "Id"}, **given.fields}
    if obj.find("OwnerId"):
        values.setdefault("OwnerId", {"formula": "OwnerId"})
    if given.due_in_days is not None:
        values["ActivityDate"] = {"formula": f"TODAY() + {given.due_in_days}"}
    return values


def _as_records(obj: Object, given: CreateTask) -> Any:
    return _model("CreateRecords")(object="Task", fields=_task_values(obj, given))


def _check_task(org: Org, obj: Object, given: CreateTask) -> None:
    _check_create(org, obj, _as_records(obj, given))


@flow_action("create_task", lambda: _model("CreateTask"), _check_task)
def create_task(org: Org, run: FlowRun, given: CreateTask) -> int:
    """A task for the record's owner about the record."""
    return create_records(org, run, _as_records(run.obj, given))


def _campaign(org: Org, name: str) -> str:
    named = "(Id = ?1 COLLATE BINARY OR Name = ?1) AND IsDeleted = 0"
    found = org.rows(f"SELECT Id FROM {table_here('Campaign')} WHERE {named} LIMIT 2", name)
    if len(found) != 1:
        raise Refused(f"'{name}' is {'no campaign' if not found else 'more than one campaign'}.", fix="Give its id.")
    return str(found[0]["Id"])


def _member_of(obj: Object) -> tuple[str, str]:
    """(field of CampaignMember, SQL for its value) for the object whose records become members."""
    if obj.api_name == "Account" and obj.find("PersonContactId"):
        return "ContactId", "r.PersonContactId"
    if obj.api_name in ("Contact", "Lead"):
        return f"{obj.api_name}Id", "r.Id"
    raise Refused(f"{obj.plural} cannot be members of a campaign.", fix="Let a flow of Contact or Lead do it.")


def _check_member(org: Org, obj: Object, given: AddToCampaign) -> None:
    _member_of(obj)
    _campaign(org, given.campaign)


@flow_action("add_to_campaign", lambda: _model("AddToCampaign"), _check_member)
def add_to_campaign(org: Org, run: FlowRun, given: AddToCampaign) -> int:
    """Nobody becomes a member twice; who is one gets the status."""
    campaign, (field, person) = _campaign(org, given.campaign), _member_of(run.obj)
    default = (
        f"SELECT Label FROM {table_here('CampaignMemberStatus')} WHERE CampaignId = ? AND IsDefault AND IsDeleted = 0"
    )
    status = literal(given.status or org.value(default, campaign) or "Sent")
    member = f"m.CampaignId = {literal(campaign)} AND m.{field} = {person} AND m.IsDeleted = 0"
    changed = 0
    if given.status:
        changed = update_from_select(
            org, "CampaignMember",
            f"""SELECT m.row_id, {status} AS Status FROM {run.source} CROSS JOIN {table_here("CampaignMember")} AS m
                 WHERE {member} AND m.Status IS NOT {status} ORDER BY m.row_id""",
        )  # fmt: skip
    made = create_from_select(
        org, "CampaignMember",
        f"""SELECT {literal(campaign)} AS CampaignId, {person} AS {field}, {status} AS Status FROM {run.source}
             WHERE {person} IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM {table_here("CampaignMember")} AS m WHERE {member})
             ORDER BY r.row_id""",
    )  # fmt: skip
    return changed + made.count


def _check_event(org: Org, obj: Object, given: PublishEvent) -> None:
    for value in given.fields.values():
        if isinstance(value, dict):
            compile_formula(org, obj, value["formula"], "r")


@flow_action("publish_event", lambda: _model("PublishEvent"), _check_event)
def publish_event(org: Org, run: FlowRun, given: PublishEvent) -> int:
    """One event for each record, with its fields; `RecordId` is there always."""
    from store.crm.flows.events import publish_from_select

    text = Field(name="Value", type="string")
    pairs = "".join(f", {literal(name)}, {run.value(org, text, value)}" for name, value in given.fields.items())
    payload = f"json_object('RecordId', r.Id{pairs})"
    return publish_from_select(org, given.event, f"SELECT {payload} FROM {run.source} ORDER BY r.row_id")
