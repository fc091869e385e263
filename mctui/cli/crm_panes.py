"""What `mctui show` says of what the CRM does by itself: flows, reports, and whether somebody may be contacted."""

from __future__ import annotations

from mctui.cli.panes import Section, pane
from store import Org, clock


@pane("flows")
def flows(org: Org, _: str, limit: int) -> list[Section]:
    """Record-triggered flows and what they did."""
    from store import crm

    rows = [(f.name, f.object, f.timing, f.active, f.waiting, f.records) for f in crm.flows.flows(org)]
    ran = [
        (clock.system_text(r.at), r.flow, r.path, r.object, r.records,
         ", ".join(f"{name} {count:,}" for name, count in r.done))
        for r in crm.flows.flow_runs(org, limit=limit)
    ]  # fmt: skip
    headers = ("flow", "object", "timing", "active", "waiting", "records")
    return [
        Section("flows", headers, rows, "No flow: crm.define_flow makes one."),
        Section("runs", ("at", "flow", "path", "object", "records", "did"), ran, "None has run yet."),
    ]


@pane("reports")
def reports(org: Org, _: str, limit: int) -> list[Section]:
    """Saved queries that are audiences."""
    from store import crm

    rows = [(r.name, r.id_column, len(crm.report_ids(org, r.name)), r.soql) for r in crm.reports(org)[:limit]]
    return [
        Section("reports", ("report", "id_column", "people", "soql"), rows, "No report: crm.save_report makes one.")
    ]


@pane("consent/")
def consent(org: Org, record: str, limit: int) -> list[Section]:
    """Whether a Contact or Lead may be contacted: by each channel, for each purpose."""
    from store import crm

    whole = crm.resolve(org, record)
    found, known = whole.id, crm.records(org, crm.beside(whole.object, "DataUsePurpose"), limit=limit)
    purposes = ["", *(str(row.values["Name"]) for row in known)]
    rows = []
    for channel in ("email", "phone", "fax"):
        for purpose in purposes:
            said = crm.may_contact(org, found, channel, purpose)
            rows.append((channel, purpose or "(none)", said.allowed, said.reason))
    return [Section("consent", ("channel", "purpose", "may_be_contacted", "reason"), rows)]
