"""The CRM beside the account: objects, records, what the CRM does by itself, and the history of every field.

For other rooms, by task. Functions that change something run inside a step; each has a command of the same matter.

- Records, set-based: `create_from_select`, `update_from_select` (values as stored; both go through the save procedure,
  see saving.py: flows, validation rules, roll-ups). By lists, checked as the API checks: `create`, `update`, `delete`,
  `undelete`. What goes along with a deletion: `deletion_preview`. A converted lead is read-only by `update`.
- People: `convert_from_select` (leads to accounts, contacts, opportunities), `merge_from_select`; campaign members are
  plain CampaignMember records, whose HasResponded follows from their campaign's statuses.
- Reading: `record`, `records`, `count`, `names`, `resolve`, `value_at`. A formula has no column: whoever writes SQL
  over `table_of(object)` takes `value_sql(org, object, field, alias)` for a field, or `records_sql` for all of them.
- Questions and audiences: `soql(org, text)` answers as the API's query resource; `reports`, `report_ids(org, name)` are
  the people of a saved report (Contact, Lead or User ids).
- May they be contacted: `may_contact(org, id, channel, purpose)`; for many, `consent_sql(org, object, channel,
  purpose)` is a SELECT of row_id, id, reason ('' where nothing forbids it).
- Flows: `flows.flow_action(name, model)` registers an action of another room (MC Connect's `triggered_send`); it gets a
  `flows.FlowRun`, whose `source` is FROM of all records of the batch (alias r). `flows.subscribe(event)` hears of
  platform events, `flows.flow_runs` tells what ran.
- Several Salesforce orgs (naming.py, orgs.py): `working_in(name)` is where plain names such as Contact mean those of
  another org, `here`, `beside` and `full_names` make full names, `table_here` the table of a plain one.
- What the integration user may not see: `hidden_fields(org, object)`.
"""

from store.crm import bulk, conversion, flows, security, validation
from store.crm import commands as _commands  # noqa: F401 (registers them)
from store.crm import invariants as _invariants  # noqa: F401 (declares them)
from store.crm import member_statuses as _member_statuses  # noqa: F401
from store.crm import rollups as _rollups  # noqa: F401
from store.crm import soql as _soql
from store.crm.consent import Consent, consent_sql, may_contact
from store.crm.conversion import Converted, convert_from_select
from store.crm.field_deletion import when_field_deleted
from store.crm.fields import Field
from store.crm.import_files import parse_path
from store.crm.live import records_sql, value_sql
from store.crm.merging import Merged, merge_from_select
from store.crm.naming import FIRST, api_name, beside, full_name, here, org_of, title_of, working_in, working_org
from store.crm.noticing import last_change, last_row, sql_before
from store.crm.objects import (
    Object,
    custom_object,
    define_fields,
    define_object,
    describe,
    every_object,
    find_object,
    install,
    object_names,
    schema_no,
)
from store.crm.orgs import (
    SalesforceOrg,
    full_names,
    in_org,
    objects_in,
    org_of_record,
    orgs,
    salesforce_org,
    several_orgs,
)
from store.crm.problems import Problem, Rejected
from store.crm.reading import (
    Change,
    ObjectView,
    RecordView,
    WholeRecord,
    count,
    names,
    objects,
    record,
    records,
    resolve,
    shown,
    value_at,
)
from store.crm.records import Saved, create, update
from store.crm.recycle import delete, deletion_preview, undelete
from store.crm.report import ImportRejected, ImportReport, ObjectReport, RejectedRow, import_path, imports
from store.crm.security import hidden_fields
from store.crm.soql import Answer, Report, SoqlError, report_ids, reports, soql
from store.crm.tables import DDL as _DDL
from store.crm.tables import table_here, table_of
from store.crm.writes import Created, create_from_select, update_from_select

DDL = _DDL + validation.DDL + security.DDL + conversion.DDL + flows.DDL + _soql.DDL

__all__ = [
    "FIRST",
    "SalesforceOrg",
    "api_name",
    "beside",
    "every_object",
    "full_name",
    "full_names",
    "here",
    "in_org",
    "objects_in",
    "org_of",
    "org_of_record",
    "orgs",
    "salesforce_org",
    "several_orgs",
    "table_here",
    "title_of",
    "working_in",
    "working_org",
    "Answer",
    "Report",
    "SoqlError",
    "report_ids",
    "reports",
    "soql",
    "bulk",
    "flows",
    "Change",
    "Consent",
    "Converted",
    "Created",
    "DDL",
    "Field",
    "ImportRejected",
    "ImportReport",
    "Merged",
    "Object",
    "ObjectReport",
    "ObjectView",
    "Problem",
    "RecordView",
    "Rejected",
    "RejectedRow",
    "Saved",
    "WholeRecord",
    "consent_sql",
    "convert_from_select",
    "count",
    "create",
    "create_from_select",
    "custom_object",
    "define_fields",
    "define_object",
    "delete",
    "deletion_preview",
    "describe",
    "find_object",
    "hidden_fields",
    "import_path",
    "imports",
    "install",
    "may_contact",
    "merge_from_select",
    "last_change",
    "last_row",
    "names",
    "object_names",
    "objects",
    "parse_path",
    "record",
    "records",
    "records_sql",
    "resolve",
    "schema_no",
    "shown",
    "sql_before",
    "table_of",
    "undelete",
    "update",
    "update_from_select",
    "value_at",
    "value_sql",
    "when_field_deleted",
]
