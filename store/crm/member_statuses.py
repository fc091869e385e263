"""Campaign member statuses: each campaign's own list, of which some mean that the member has responded.

source: Object Reference, "CampaignMemberStatus" and "CampaignMember".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.commands import Outcome, command
from store.crm.naming import beside
from store.crm.records import create, update
from store.crm.saving import Batch, stage
from store.crm.tables import table_here, table_of
from store.crm.writes import create_from_select, update_from_select
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

# What a new campaign has: (label, has responded, is default, sort order).
DELIVERED = (("Sent", 0, 1, 3), ("Responded", 1, 0, 4))


_CONCERNED = ("Campaign", "CampaignMember", "CampaignMemberStatus")


@stage("campaign_members", lambda _, obj: obj.api_name in _CONCERNED)
def keep_statuses(org: Org, batch: Batch) -> None:
    """New campaigns get their statuses; members have responded when their status says so."""
    if batch.obj.api_name == "Campaign":
        if batch.kind == "create":
            _deliver(org, batch)
    elif batch.obj.api_name == "CampaignMember":
        if "HasResponded" in batch.columns:  # only an import gives it: what the file says stays
            _add_statuses(org, batch)
        elif batch.kind == "create" or {"Status", "CampaignId"} & {*batch.columns, *batch.also}:
            _mark_responders(org, f"m.row_id IN ({batch.rows})", of_the_save=True)
            batch.also.extend(("HasResponded", "FirstRespondedDate"))
    elif {"HasResponded", "Label"} & {*batch.columns} and batch.kind in ("create", "update"):
        campaigns = (
            f"SELECT s.CampaignId FROM {table_here('CampaignMemberStatus')} AS s WHERE s.row_id IN ({batch.rows})"
        )
        _mark_responders(org, f"m.CampaignId IN ({campaigns})", of_the_save=False)


def _deliver(org: Org, batch: Batch) -> None:
    values = ", ".join(f"('{label}', {responded}, {first}, {order})" for label, responded, first, order in DELIVERED)
    create_from_select(
        org,
        "CampaignMemberStatus",
        f"""
        SELECT c.Id AS CampaignId, d.column1 AS Label, d.column2 AS HasResponded, d.column3 AS IsDefault,
               d.column4 AS SortOrder
        FROM {table_here("Campaign")} AS c CROSS JOIN (VALUES {values}) AS d
        WHERE c.row_id IN ({batch.rows}) ORDER BY c.row_id, d.column4
        """,
    )


def _add_statuses(org: Org, batch: Batch) -> None:
    """Statuses that imported members have and their campaign does not know are added to its list."""
    create_from_select(
        org,
        "CampaignMemberStatus",
        f"""
        SELECT m.CampaignId, m.Status AS Label, max(m.HasResponded) AS HasResponded, 0 AS IsDefault,
               (SELECT max(SortOrder) FROM {table_here("CampaignMemberStatus")} WHERE CampaignId = m.CampaignId)
                 + row_number() OVER (PARTITION BY m.CampaignId ORDER BY m.Status) AS SortOrder
        FROM {table_here("CampaignMember")} AS m
        WHERE m.row_id IN ({batch.rows}) AND m.Status IS NOT NULL AND NOT EXISTS (
          SELECT 1 FROM {table_here("CampaignMemberStatus")} s
          WHERE s.CampaignId = m.CampaignId AND s.Label = m.Status AND s.IsDeleted = 0)
        GROUP BY m.CampaignId, m.Status ORDER BY m.CampaignId, m.Status
        """,
    )


def _mark_responders(org: Org, which: str, *, of_the_save: bool) -> None:
    """Set HasResponded and the first day of it from the members' statuses.

    A status that is none of the campaign's means that nobody has responded. Within the save of the members it is part
    of the same save; when a status changes its meaning the members themselves are saved by the system.
    """
    changed = f"""
        SELECT m.row_id, coalesce(s.HasResponded, 0) AS HasResponded,
               CASE WHEN s.HasResponded THEN coalesce(m.FirstRespondedDate, date({org.now}, 'unixepoch')) END
                 AS FirstRespondedDate
        FROM {table_here("CampaignMember")} AS m
        LEFT JOIN {table_here("CampaignMemberStatus")} AS s
          ON s.CampaignId = m.CampaignId AND s.Label = m.Status AND s.IsDeleted = 0
        WHERE {which} AND (m.HasResponded <> coalesce(s.HasResponded, 0)
          OR (m.FirstRespondedDate IS NULL) = coalesce(s.HasResponded, 0))"""
    if of_the_save:
        org.run(
            f"""UPDATE {table_here("CampaignMember")} AS member
                   SET HasResponded = changed.HasResponded, FirstRespondedDate = changed.FirstRespondedDate
                  FROM ({changed}) AS changed WHERE member.row_id = changed.row_id"""
        )
    else:
        update_from_select(org, "CampaignMember", f"{changed} ORDER BY m.row_id", by_system=True)


@command("crm.set_member_statuses")
def set_member_statuses(org: Org, *, campaign: str, statuses: list[dict[str, object]]) -> Outcome:
    """Give a campaign its list of member statuses: label, responded, default. Those in use cannot go."""
    from store.crm.reading import record
    from store.crm.recycle import delete

    found = record(org, campaign)
    campaign, of = found.id, beside(found.object, "CampaignMemberStatus")
    wanted = {str(one["label"]): one for one in statuses}
    defaults = [label for label, one in wanted.items() if one.get("default")]
    # source: Object Reference: one default for every campaign, at least one status that means responded
    if len(defaults) != 1 or not any(one.get("responded") for one in wanted.values()):
        raise Refused("A campaign needs exactly one default status, and one that means that the member has responded.")
    there = {
        row["Label"]: row
        for row in org.rows(
            f"""SELECT s.Id, s.Label,
                       EXISTS (SELECT 1 FROM {table_of(beside(of, "CampaignMember"))} m
                                WHERE m.CampaignId = s.CampaignId AND m.Status = s.Label AND m.IsDeleted = 0) AS used
                 FROM {table_of(of)} s WHERE s.CampaignId = ? AND s.IsDeleted = 0 ORDER BY s.row_id""",
            campaign,
        )
    }
    gone = [label for label in there if label not in wanted]
    if used := [label for label in gone if there[label]["used"]]:
        raise Refused(f"The member status {used[0]} is used in this campaign.", fix="Give its members another one.")
    made, changed = [], []
    for order, (label, one) in enumerate(wanted.items(), 3):
        values = {"HasResponded": bool(one.get("responded")), "IsDefault": label in defaults, "SortOrder": order}
        if label in there:
            changed.append({"Id": there[label]["Id"], **values})
        else:
            made.append({"CampaignId": campaign, "Label": label, **values})
    create(org, of, made)
    update(org, of, changed)
    delete(org, of, [there[label]["Id"] for label in gone])
    return Outcome(f"Member statuses: {', '.join(wanted)}", {"statuses": len(wanted)}, f"crm/{found.object}/{campaign}")
