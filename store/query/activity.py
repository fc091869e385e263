"""SQL Query Activities: saved with a check, run into their target data extension, with a history.

Source of the three actions: domain D2 (Append inserts every row; Update needs a primary key, updates matches and
inserts the others; Overwrite clears the target first).
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import business_units, data_extensions
from store.assumptions import assume
from store.business_units import ENTERPRISE_MID
from store.chance import chance
from store.commands import Outcome, command
from store.errors import OrgError, Refused, did_you_mean
from store.query.cost import estimate, estimate_written, refuse_too_long
from store.query.looks import looks
from store.query.options import Options
from store.query.target import check_target, fitted

if TYPE_CHECKING:
    from store.org import Org
    from store.query.compiled import Compiled

ACTIONS = ("Append", "Update", "Overwrite")

assume(
    "query_allows_cte",
    False,
    (),
    "Whether a SQL Query Activity accepts WITH (common table expressions).",
    "Third-party sources disagree; most say that the syntax check rejects it.",
)
assume(
    "query_server_version",
    2019,
    (2019, 2022),
    "The version of SQL Server whose functions a SQL Query Activity has (2022: GREATEST, LEAST, DATETRUNC).",
    "mateuszdabrowski.pl, sql-basics: more or less SQL Server 2019.",
)
assume(
    "failed_overwrite_empties_target",
    False,
    (),
    "Whether the target stays empty when a run with Overwrite fails.",
    "One third-party source says there is no rollback; one SQL statement being atomic says otherwise.",
)


@dataclass(frozen=True)
class Query:
    """A saved SQL Query Activity. `target` and `sources` are paths, `path` is its own: its key, or `Unit/KEY`."""

    query_id: int
    mid: int
    path: str
    key: str
    name: str
    text: str
    target: str
    action: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """What one run did. `line` says it in one line."""

    name: str
    target: str
    ok: bool
    inserted: int
    updated: int
    removed: int
    message: str
    selected: int = 0
    rejected: int = 0
    seconds: int = 0  # how long it would have taken there

    @property
    def line(self) -> str:
        """One line for the timeline."""
        if not self.ok:
            rows = f" ({self.rejected:,} of {self.selected:,} rows do not go in)" if self.rejected else ""
            return f"Query {self.name} failed: {self.message}{rows}"
        return f"Query {self.name} into {self.target}: {self.inserted} new, {self.updated} updated"


def compile_text(org: Org, text: str, *, require_names: bool = False) -> Compiled:
    """A query text compiled against this account and its rows. Raises QueryRefused with line and column."""
    from store.query import prepare

    options = options_of(org, require_names=require_names)
    return prepare(org.db, text, data_extensions.catalog(org), options=options)


def options_of(org: Org, *, require_names: bool = False) -> Options:
    """The dialect's switches as this account has them."""
    return Options(
        allow_cte=bool(org.assumption("query_allows_cte")),
        require_names=require_names,
        server=int(org.assumption("query_server_version")),
    )


def parameters(org: Org) -> dict[str, Any]:
    """What a compiled query needs to know of the world; NEWID() counts from a seed that no other step has."""
    return {"now_utc": org.now, "seed": chance(org.seed, "NEWID", org.k + 1)}


@command("query.create")
def create(org: Org, *, name: str, sql: str, target: str, action: str = "Append", key: str = "") -> Outcome:
    """Save a SQL Query Activity; what its syntax check would refuse is refused."""
    key, mid = key or name, refuse_taken(org, key or name)
    form = saved_form(org, sql, target, action)
    org.run(
        "INSERT INTO query_activities(mid, customer_key, name, query_text, target, action, compiled, columns, sources,"
        " compared) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        mid, key, name, *form,
    )  # fmt: skip
    return Outcome(f"Query activity {name} saved", {"queries": 1}, f"de/{form[1]}")


def refuse_taken(org: Org, key: str) -> int:
    """The MID of the business unit that is worked in. Raises Refused when it has a query activity of this key."""
    mid = business_units.current_mid()
    if org.value("SELECT 1 FROM query_activities WHERE mid = ? AND customer_key = ?", mid, key):
        raise Refused(f"There is a query activity '{key}' already.", fix="Choose another key.")
    return mid


def saved_form(org: Org, sql: str, target: str, action: str) -> tuple[str, ...]:
    """Text, target, action, compiled, columns, sources, compared: what a save writes. Raises what it would refuse."""
    wanted = checked_action(action)
    de = data_extensions.get(org, target)
    compiled = compile_text(org, sql, require_names=True)
    names = [column.name for column in compiled.columns]
    check_target(de, names, wanted)
    sources = [data_extensions.absolute(org, source) for source in compiled.sources]
    return (sql, de.path, wanted, fitted(compiled, de), *map(json.dumps, (names, sources, list(compiled.compared))))


def checked_action(action: str) -> str:
    """`append` -> `Append`. Raises Refused for anything else."""
    if action.capitalize() not in ACTIONS:
        raise Refused(f"There is no target action '{action}'.", fix=f"Choose one of {', '.join(ACTIONS)}.")
    return action.capitalize()


@command("query.run")
def run_command(org: Org, *, key: str) -> Outcome:
    """A person runs a query activity now; a failed run is a step of its own, with its reason."""
    run = run_activity(org, key)
    changes = {"inserted": run.inserted, "updated": run.updated} if run.ok else {"errors": 1}
    return Outcome(run.line, changes, f"de/{run.target}")


@command("query.run_into")
def run_into(org: Org, *, sql: str, target: str, action: str) -> Outcome:
    """A query text run into a data extension without being saved. Raises Refused when it fails."""
    de = data_extensions.get(org, target)
    compiled = compile_text(org, sql, require_names=True)
    columns = [column.name for column in compiled.columns]
    wanted = checked_action(action)
    check_target(de, columns, wanted)
    inserted, updated, removed = write(org, de, columns, fitted(compiled, de), wanted)
    changes = {"inserted": inserted, "updated": updated, "removed": removed}
    return Outcome(f"Query into {de.path}: {inserted} new, {updated} updated", changes, f"de/{de.path}")


def run_activity(org: Org, key: str) -> Run:
    """Run a saved query inside the open step. It does not raise when the run fails: the result says why."""
    query = find(org, key)
    with business_units.acting(org, query.mid):
        return _run(org, query)


def _run(org: Org, query: Query) -> Run:
    org.run("SAVEPOINT query_run")
    form: tuple[list[str], str] | None = None
    cost = None
    try:
        de = data_extensions.at_path(org, query.target)
        _refuse_withdrawn(org, query)
        form = _saved(org, query, de)
        cost = estimate(org, query.text)
        refuse_too_long(org, query.name, cost)
        inserted, updated, removed = write(org, de, *form, query.action)
        seconds = estimate_written(org, cost, inserted + updated)
        run = Run(query.name, de.path, True, inserted, updated, removed, "", inserted + updated, 0, seconds)
    except OrgError as error:
        if error.exit_code == 130:  # a person stopped it: the step is rolled back whole
            raise
        org.run("ROLLBACK TO query_run")
        selected, rejected = _misfits(org, query, form)
        seconds = min(cost.seconds, 60 * int(org.assumption("query_timeout_minutes"))) if cost else 0
        removed = _after_failure(org, query)
        run = Run(query.name, query.target, False, 0, 0, removed, error.message, selected, rejected, seconds)
    org.run("RELEASE query_run")
    org.run(
        "INSERT INTO query_runs(query_id, k, at, ok, inserted, updated, removed, message, selected, rejected, seconds)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        query.query_id, org.k + 1, org.now, run.ok, run.inserted, run.updated, run.removed, run.message, run.selected,
        run.rejected, run.seconds,
    )  # fmt: skip
    return run


def _misfits(org: Org, query: Query, form: tuple[list[str], str] | None) -> tuple[int, int]:
    """(rows that the query gives, rows of them that the target does not take); (0, 0) when the query itself fails."""
    if form is None:
        return 0, 0
    de = data_extensions.at_path(org, query.target)
    try:
        found = data_extensions.difference(org, de, *form, parameters(org), query.action, 1)
    except (sqlite3.Error, OrgError):  # its message is told already
        return 0, 0
    return (found.selected, found.failing) if found.failing else (0, 0)


def _saved(org: Org, query: Query, de: data_extensions.DataExtension) -> tuple[list[str], str]:
    """Columns and SQL as they were compiled at save, or compiled anew where that would not be right for these rows.

    The columns stay those of the save, as in the product; what may change is how texts are compared: SQLite's NOCASE
    is right and fast until a text ends in a blank or has letters beyond A to Z. A query that was kept without being
    compiled (see keep.py) is checked now. Raises QueryRefused or Refused.
    """
    row = org.row("SELECT compiled, columns, compared FROM query_activities WHERE query_id = ?", query.query_id)
    assert row is not None
    if not row["compiled"] or not _still_runs(org, row["compiled"]):
        compiled = compile_text(org, query.text, require_names=True)
        columns = [column.name for column in compiled.columns]
        check_target(de, columns, query.action)
        return columns, fitted(compiled, de)
    catalog = data_extensions.catalog(org)
    if any(any(looks(org.db, catalog, (table, column))) for table, column in json.loads(row["compared"])):
        compiled = compile_text(org, query.text, require_names=True)
        return [column.name for column in compiled.columns], fitted(compiled, de)
    return json.loads(row["columns"]), row["compiled"]


def _still_runs(org: Org, compiled: str) -> bool:
    """Whether the tables and columns that a compiled query names are still there."""
    from store.query import connect_functions

    connect_functions(org.db)
    try:
        org.db.execute(f"EXPLAIN {compiled}", parameters(org))
    except sqlite3.OperationalError:
        return False
    return True


def _refuse_withdrawn(org: Org, query: Query) -> None:
    """Compile a child's query anew, and so refuse it, when something that it reads is not shared with it any more."""
    of_parent = [source for source in query.sources if "/" not in source and not source.startswith("_")]
    if query.mid != ENTERPRISE_MID and any(data_extensions.reachable(org, source) is None for source in of_parent):
        compile_text(org, query.text, require_names=True)


def _after_failure(org: Org, query: Query) -> int:
    try:
        de = data_extensions.at_path(org, query.target)
    except Refused:
        return 0
    if query.action == "Overwrite" and org.assumption("failed_overwrite_empties_target"):
        return data_extensions.clear(org, de)
    return 0


def write(
    org: Org, de: data_extensions.DataExtension, columns: list[str], compiled: str, action: str
) -> tuple[int, int, int]:
    """The rows of a compiled query into its target; returns (inserted, updated, removed). Raises Refused."""
    removed, params = 0, parameters(org)
    compiled = data_extensions.without_left_out(org, de, columns, compiled)
    with Functions(org):
        if action == "Update":
            updated, inserted = data_extensions.bulk_update(org, de, columns, compiled, params)
            return inserted, updated, removed
        if action == "Overwrite":
            if data_extensions.quoted(de.table_name) in compiled:  # it reads what is about to be cleared
                org.run("DROP TABLE IF EXISTS temp.selected")
                org.run(f"CREATE TEMP TABLE selected AS {compiled}", params)
                compiled, params = "SELECT * FROM temp.selected", {}
            removed = data_extensions.clear(org, de)
        inserted = data_extensions.bulk_insert(org, de, columns, compiled, params)
        org.run("DROP TABLE IF EXISTS temp.selected")
        return inserted, 0, removed


def preview(org: Org, text: str, limit: int | None = None) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """The columns and rows of a query, without writing. Raises QueryRefused or Refused."""
    compiled = compile_text(org, text)
    with Functions(org):
        cursor = org.db.execute(compiled.sql, parameters(org))
        rows = cursor.fetchall() if limit is None else cursor.fetchmany(limit)
    return tuple(column.name for column in compiled.columns), [tuple(row) for row in rows]


class Functions:
    """The dialect's functions are there, and an error of one of them is said in SQL Server's words."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def __enter__(self) -> None:
        from store.query import connect_functions

        connect_functions(self._org.db)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        from store.errors import explained
        from store.query import run_error

        if isinstance(error, sqlite3.OperationalError) and "user-defined function" in str(error):
            raise run_error(self._org.db, error) from None
        if isinstance(error, sqlite3.Error):
            raise explained(error, self._org.path) from None


def find(org: Org, key: str) -> Query:
    """The query activity with this key or name, of the business unit that is worked in, or `Unit/KEY`.

    Raises Refused when there is none.
    """
    mid, wanted = business_units.current_mid(), key
    row = _row_of(org, mid, wanted)
    if row is None and (there := business_units.meant(org, key)):
        row = _row_of(org, *there)
    if row is None:
        known = queries(org)
        named = next((one.path for one in known if one.key.lower() == key.strip().lower()), None)
        fix = f"There is {named}." if named else did_you_mean(key, [one.path for one in known])
        raise Refused(f"There is no query activity '{key}'.", fix=fix)
    return _query(org, row)


def _row_of(org: Org, mid: int, key: str) -> sqlite3.Row | None:
    return org.row(
        """SELECT * FROM query_activities WHERE mid = :mid AND (customer_key = :key OR name = :key)
           ORDER BY customer_key = :key DESC, query_id""",
        {"mid": mid, "key": key},
    )


def queries(org: Org) -> list[Query]:
    """All query activities of all business units, in the order in which they were made."""
    return [_query(org, row) for row in org.rows("SELECT * FROM query_activities ORDER BY query_id")]


def _query(org: Org, row: sqlite3.Row) -> Query:
    return Query(
        row["query_id"], row["mid"], business_units.path(org, row["mid"], row["customer_key"]), row["customer_key"],
        row["name"], row["query_text"], row["target"], row["action"], tuple(json.loads(row["sources"])),
    )  # fmt: skip


def check(org: Org, query: Query) -> None:
    """Compile a saved query anew against the account as it is now. Raises what saving it would raise."""
    with business_units.acting(org, query.mid):
        compiled = compile_text(org, query.text, require_names=True)
        de = data_extensions.at_path(org, query.target)
        check_target(de, [column.name for column in compiled.columns], query.action)


def trial(org: Org, query: Query) -> Run:
    """What a run would do now, undone before this returns. The org must be open for writing."""
    org.db.execute("BEGIN IMMEDIATE")
    try:
        return run_activity(org, query.path)
    finally:
        org.db.execute("ROLLBACK")
