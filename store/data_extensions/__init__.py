"""Data Extensions: their definitions and rows, and what a query may read.

A definition is data (`create` takes a mapping, checked by definition.py), the rows are a real table each (storage.py).
"""

from __future__ import annotations

from store.data_extensions import changing as _changing  # noqa: F401 (registers its commands)
from store.data_extensions import invariants as _invariants  # noqa: F401 (declares them)
from store.data_extensions.catalog import AccountCatalog, absolute, catalog, name_in, sql_type
from store.data_extensions.cultures import CULTURES, culture
from store.data_extensions.data_views import data_views, make_missing_views
from store.data_extensions.delimited import Delimited, Dialect, read_delimited
from store.data_extensions.derived import refresh
from store.data_extensions.difference import Changed, Difference, Failing, difference
from store.data_extensions.filters import Compiled as Condition
from store.data_extensions.filters import compile_filter
from store.data_extensions.holding import held_by, when_renamed, when_withdrawn
from store.data_extensions.import_runs import ImportRun, RejectedRow, import_errors, import_runs, keep_run
from store.data_extensions.imports import MODES as IMPORT_MODES
from store.data_extensions.imports import ImportReport, Rejected, import_csv
from store.data_extensions.left_out import leaves_out, without_left_out
from store.data_extensions.manage import (
    add_column,
    create,
    create_synchronized,
    delete,
    drop_column,
    refuse_unless_sendable,
    refuse_unless_writable,
    rename,
    withdraw_synchronized,
)
from store.data_extensions.model import (
    DataExtension,
    Field,
    all_definitions,
    at_path,
    find,
    find_by_id,
    get,
    reachable,
    with_ids,
)
from store.data_extensions.readings import (
    Page,
    Summary,
    as_definition,
    count,
    identities,
    made_from,
    page,
    properties,
    rows_of,
    summaries,
)
from store.data_extensions.retention import RETENTION
from store.data_extensions.rows import bulk_insert, bulk_update, clear, insert, update, upsert
from store.data_extensions.rows import delete as delete_rows
from store.data_extensions.sharing import Share, share, shares
from store.data_extensions.storage import HIDDEN, create_key_index, drop_key_index, quoted
from store.data_extensions.tables import DDL
from store.data_extensions.templates import SEND_LOG, Template, made_of, templates
from store.data_extensions.values import Stored, Unfit, convert
from store.data_extensions.view_rules import ViewRule, ViewStatus, data_view, view_statuses

install = make_missing_views  # after all rooms have made theirs

__all__ = [
    "DDL",
    "AccountCatalog",
    "CULTURES",
    "Changed",
    "Condition",
    "Delimited",
    "Dialect",
    "Difference",
    "Failing",
    "HIDDEN",
    "DataExtension",
    "Field",
    "IMPORT_MODES",
    "ImportReport",
    "ImportRun",
    "Page",
    "RETENTION",
    "Rejected",
    "RejectedRow",
    "SEND_LOG",
    "Share",
    "Stored",
    "Summary",
    "Template",
    "Unfit",
    "ViewRule",
    "ViewStatus",
    "absolute",
    "add_column",
    "all_definitions",
    "at_path",
    "as_definition",
    "bulk_insert",
    "bulk_update",
    "catalog",
    "clear",
    "compile_filter",
    "convert",
    "count",
    "create",
    "create_key_index",
    "create_synchronized",
    "culture",
    "data_view",
    "data_views",
    "delete",
    "delete_rows",
    "difference",
    "drop_column",
    "drop_key_index",
    "find",
    "find_by_id",
    "get",
    "held_by",
    "identities",
    "import_csv",
    "import_errors",
    "import_runs",
    "insert",
    "install",
    "keep_run",
    "leaves_out",
    "made_from",
    "made_of",
    "name_in",
    "page",
    "properties",
    "quoted",
    "reachable",
    "read_delimited",
    "refresh",
    "refuse_unless_sendable",
    "refuse_unless_writable",
    "rename",
    "rows_of",
    "share",
    "shares",
    "sql_type",
    "templates",
    "summaries",
    "update",
    "upsert",
    "view_statuses",
    "when_renamed",
    "when_withdrawn",
    "withdraw_synchronized",
    "with_ids",
    "without_left_out",
]
