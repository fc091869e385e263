"""What `mctui show` says of MC Connect: synchronizations, the connection, and the way back to the CRM."""

from __future__ import annotations

from mctui.cli.panes import Section, moment, pane, table
from store import Org, clock


@pane("write-back")
def write_back(org: Org, _: str, limit: int) -> list[Section]:
    """Hourly runs that wrote tracking to the CRM, and the messages that have no record there."""
    from store import connect

    rows = [
        (clock.system_text(r.at), r.results, r.updated, r.links, r.opted_out, r.unmatched, r.refused)
        for r in connect.write_back_runs(org, limit)
    ]
    headers = ("at", "results", "updated", "links", "opted_out", "without_record", "refused")
    missing = org.rows(f"SELECT * FROM ({connect.sql_unmatched()}) LIMIT ?", limit)
    return [
        Section("runs", headers, rows, "Nothing was written: connect.enable_write_back starts it."),
        Section("without a record", ("send", "subscriber_key", "email_address"), [tuple(row) for row in missing]),
    ]


@pane("sync")
def sync(org: Org, _: str, limit: int) -> list[Section]:
    """Synchronized data sources and the last polls."""
    from store import connect

    rows = [
        (s.object, s.de_name, s.status, s.collection, f"{s.poll_minutes} min", moment(s.last_poll_at),
         moment(s.next_poll_at), s.fields, s.records, s.rows, s.stale, s.kept)
        for s in connect.statuses(org)
    ]  # fmt: skip
    headers = (
        "object", "data_extension", "status", "records_read", "every", "last_poll", "next_poll", "fields_of_250",
        "crm_records", "rows", "stale", "kept_after_deletion",
    )  # fmt: skip
    polls = [
        (moment(p.at), p.object, p.kind, p.read, p.inserted, p.updated, p.deleted, p.contacts)
        for p in connect.polls(org, limit=limit)
    ]
    poll_headers = ("at", "object", "kind", "read", "inserted", "updated", "deleted", "new_contacts")
    return [
        table("sources", headers, rows, "Nothing is synchronized."),
        table("polls", poll_headers, polls, "No poll yet."),
        *_connection(org),
    ]


def _connection(org: Org) -> list[Section]:
    """Losses of the connection, where there were any, and the data extensions that are not there again."""
    from store import connect, crm

    several = crm.several_orgs(org)
    losses = [
        (*([crm.title_of(one.org)] if several else []), moment(one.broken_at), moment(one.reconnected_at), one.cause,
         "lost" if one.removed else "kept")
        for one in connect.losses(org)
    ]  # fmt: skip
    lost = [(one.object, one.de_name, one.rows) for one in connect.lost_sources(org)]
    headers = (*(["org"] if several else []), "broken", "mended", "cause", "synchronized_data_extensions")
    sections = [table("connection", headers, losses), table("lost", ("object", "data_extension", "rows"), lost)]
    return [section for section in sections if section.rows]


@pane("orgs")
def orgs(org: Org, _: str, limit: int) -> list[Section]:
    """The Salesforce orgs, and which business units are connected to them."""
    from store import connect, crm

    connected = {one.org: one for one in connect.connected_orgs(org)}
    multi, broken = connect.is_multi_org(org), connect.broken_orgs(org)
    rows = []
    for each in crm.orgs(org):
        user = connected.get(each.name)
        there = user is not None if multi else not each.name
        state = "broken" if each.name in broken else "connected" if there else "not connected"
        units = ", ".join(user.units) if user else "all" if there else ""
        counts = [one.live for one in crm.objects(org) if crm.org_of(one.name) == each.name]
        code = each.instance or "any"
        rows.append((each.title, code, len(counts), sum(counts), state, user.integration_user if user else "", units))
    headers = ("org", "instance", "objects", "records", "connection", "integration_user", "business_units")
    return [table("multi_org" if multi else "single_org", headers, rows)]


@pane("sync/")
def sync_object(org: Org, name: str, limit: int) -> list[Section]:
    """Rows that are not what the CRM says."""
    from store import connect

    rows = []
    for each in connect.stale_rows(org, name, limit=limit):
        for pair in each.fields:
            if pair.crm != pair.mc or each.in_crm != "live":
                rows.append((each.record_id, each.in_crm, pair.field, pair.crm, pair.mc, moment(each.read_at)))
    headers = ("record", "in_the_crm", "field", "crm_says", "marketing_cloud_says", "read_at")
    return [table("stale", headers, rows, f"Every row of {name} is what the CRM says.")]


@pane("salesforce-sends")
def salesforce_sends(org: Org, _: str, limit: int) -> list[Section]:
    """Saved Salesforce sends, their audience now, and the automations that run them."""
    from store import automation, connect

    rows = [
        (one.path, one.kind, one.name, one.definition.get("email_id") or one.definition["text"],
         connect.said_audience(org, one), ", ".join(automation.with_activity(org, one.kind, one.key)))
        for one in connect.saved_sends(org)[:limit]
    ]  # fmt: skip
    headers = ("key", "kind", "name", "sends", "to", "automations")
    return [table("salesforce_sends", headers, rows, "None is saved: mctui do FILE connect.save_send ...")]
