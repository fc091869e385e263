"""SQL Query Activity: the T-SQL of a query activity, checked as the product checks it and run on SQLite.

    compile_query(sql, catalog, options=Options())   text -> Compiled (SQLite SQL, output columns, sources, lineage)
    prepare(db, sql, catalog, options=Options())     the same for the data at hand (text that ends in a blank)
    connect_functions(db), run_error(db, error)      the Python functions of a connection, and what they failed with

The translator needs sqlglot, which takes a tenth of a second to import: it is loaded by the first query.
"""

from __future__ import annotations

import sqlite3

from store.query import key_migration as _key_migration  # noqa: F401 (says which texts name old keys)
from store.query.activity import (
    ACTIONS,
    Query,
    Run,
    check,
    compile_text,
    find,
    preview,
    queries,
    run_activity,
    trial,
)
from store.query.catalog import Catalog, Column, ListedCatalog, Table
from store.query.checking import Complaint, compile_for_catalog, complaint, complaint_of
from store.query.compiled import Compiled
from store.query.completion import Completion, Suggestion, complete
from store.query.dry_run import DryRun, dry_run, dry_run_text
from store.query.history import PastRun, runs
from store.query.keys import KeyedRows, keyed_rows
from store.query.options import Options
from store.query.refused import CHECKING, QueryRefused
from store.query.runtime import connect_functions, run_error
from store.query.saving import update
from store.query.tables import DDL
from store.query.types import SqlType, parse_type
from store.query.uses import Uses, uses, without
from store.query.warming import preparations

__all__ = [
    "ACTIONS",
    "CHECKING",
    "DDL",
    "Catalog",
    "Column",
    "Compiled",
    "Complaint",
    "Completion",
    "DryRun",
    "KeyedRows",
    "ListedCatalog",
    "Options",
    "PastRun",
    "Query",
    "QueryRefused",
    "Run",
    "SqlType",
    "Suggestion",
    "Table",
    "Uses",
    "check",
    "compile_for_catalog",
    "compile_query",
    "compile_text",
    "complaint",
    "complaint_of",
    "complete",
    "connect_functions",
    "dry_run",
    "dry_run_text",
    "find",
    "keyed_rows",
    "parse_type",
    "preparations",
    "prepare",
    "preview",
    "queries",
    "run_activity",
    "run_error",
    "runs",
    "trial",
    "update",
    "uses",
    "without",
]


def compile_query(sql: str, catalog: Catalog, *, options: Options | None = None) -> Compiled:
    """Translates one SELECT. Raises QueryRefused with the product's message, line and column."""
    from store.query import compile as compiler

    return compiler.compile_query(sql, catalog, options=options)


def prepare(db: sqlite3.Connection, sql: str, catalog: Catalog, *, options: Options | None = None) -> Compiled:
    """compile_query for the data in `db`: right for text that ends in a blank, and fast where none does."""
    from store.query import compile as compiler

    return compiler.prepare(db, sql, catalog, options=options)
