"""The CRM beside the account: objects, records, the recycle bin, imports, and the history of every field."""

from store.crm import commands as _commands  # noqa: F401 (registers them)
from store.crm.import_files import parse_path
from store.crm.objects import (
    Field,
    Object,
    custom_object,
    define_fields,
    define_object,
    describe,
    find_object,
    install,
    object_names,
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
from store.crm.recycle import delete, undelete
from store.crm.report import ImportRejected, ImportReport, ObjectReport, RejectedRow, import_path, imports
from store.crm.tables import DDL, table_of
from store.crm.writes import Created, create_from_select, update_from_select

__all__ = [
    "Change",
    "Created",
    "DDL",
    "Field",
    "ImportRejected",
    "ImportReport",
    "Object",
    "ObjectReport",
    "ObjectView",
    "Problem",
    "RecordView",
    "Rejected",
    "RejectedRow",
    "Saved",
    "WholeRecord",
    "count",
    "create",
    "create_from_select",
    "custom_object",
    "define_fields",
    "define_object",
    "delete",
    "describe",
    "find_object",
    "import_path",
    "imports",
    "install",
    "names",
    "object_names",
    "objects",
    "parse_path",
    "record",
    "records",
    "resolve",
    "shown",
    "table_of",
    "undelete",
    "update",
    "update_from_select",
    "value_at",
]
