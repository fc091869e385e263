"""Import File Activities: a file of Enhanced FTP into a data extension. source: domain B6."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from store import business_units, data_extensions
from store.automation.ftp import IMPORT, take
from store.automation.run import Result, activity
from store.clock import system_text
from store.commands import Outcome, command
from store.errors import OrgError, Refused, did_you_mean

if TYPE_CHECKING:
    from store.org import Org

# What an activity may say, with what it means when it does not. source: domain B6, ImportDefinition.
DEFAULTS: dict[str, Any] = {
    "de": "",  # the data extension, by name or external key
    "file": "",  # with %%Year%%, %%Month%%, %%Day%% of the day (system time) on which it runs
    "folder": IMPORT,
    "mode": "add_and_update",
    "mapping": "header",
    "delimiter": ",",
    "quoted": True,
    "encoding": "",
    "header_lines": 1,
    "null": "",
    "culture": "en-US",
    "allow_errors": True,
    "blank_file": "fail",
    "delete_file": False,
}
BLANK_FILES = ("fail", "process", "skip")  # source: domain B6, blank-file processing; fail is the default
_PARTS = {"year": slice(0, 4), "month": slice(5, 7), "day": slice(8, 10), "hour": slice(11, 13)}


@command("automation.create_import")
def create_import(org: Org, *, name: str, definition: dict[str, Any], key: str = "") -> Outcome:
    """Save an Import File Activity; `definition` needs `de` and `file`, and may have the other keys of DEFAULTS."""
    unknown = next((one for one in definition if one not in DEFAULTS), None)
    if unknown:
        raise Refused(f"An import has no '{unknown}'.", fix=did_you_mean(unknown, DEFAULTS) or ", ".join(DEFAULTS))
    whole = DEFAULTS | definition
    _check(org, whole)
    key, mid = key or name, business_units.current_mid()
    if org.value("SELECT 1 FROM import_activities WHERE mid = ? AND customer_key = ?", mid, key):
        raise Refused(f"There is an import '{key}' already.", fix="Choose another key.")
    org.run("INSERT INTO import_activities VALUES (?, ?, ?, ?)", mid, key, name, json.dumps(definition))
    return Outcome(f"Import File Activity {name} saved", {"imports": 1}, f"import/{business_units.path(org, mid, key)}")


def _check(org: Org, whole: dict[str, Any]) -> None:
    if not whole["de"] or not whole["file"]:
        raise Refused("An import needs de and file.", fix='Such as {"de": "Members", "file": "members.csv"}.')
    data_extensions.refuse_unless_writable(data_extensions.get(org, whole["de"]))
    if whole["blank_file"] not in BLANK_FILES:
        fix = f"Choose one of {', '.join(BLANK_FILES)}."
        raise Refused(f"'{whole['blank_file']}' is no way to meet a blank file.", fix=fix)
    if whole["mode"] not in data_extensions.IMPORT_MODES:
        modes = ", ".join(data_extensions.IMPORT_MODES)
        raise Refused(f"'{whole['mode']}' is not a way to import.", fix=f"Choose one of: {modes}.")
    data_extensions.culture(whole["culture"])
    dialect_of(whole)
    _file_name(org, whole["file"])


def dialect_of(whole: dict[str, Any]) -> data_extensions.Dialect:
    """How the file of a definition is written."""
    named = {name: whole[name] for name in ("delimiter", "quoted", "encoding", "header_lines")}
    return data_extensions.Dialect.of(**named)


def _file_name(org: Org, pattern: str) -> str:
    """The name of the file for now. Raises Refused for a wildcard that there is not."""
    now = system_text(org.now)

    def part(found: re.Match[str]) -> str:
        if found[1].lower() not in _PARTS:
            fix = "It has %%Year%%, %%Month%%, %%Day%% and %%Hour%%."
            raise Refused(f"A file name has no %%{found[1]}%%.", fix=fix)
        return now[_PARTS[found[1].lower()]]

    return re.sub(r"%%(\w+)%%", part, pattern)


@activity("import")
def run_import(org: Org, key: str) -> Result:
    """An Import File Activity; what it cannot do is its error, and its rejected rows are in the history of imports."""
    mid = business_units.current_mid()
    row = org.row("SELECT * FROM import_activities WHERE mid = ? AND (customer_key = ? OR name = ?)", mid, key, key)
    if row is None:
        return Result(False, f"Import {key} failed: there is no such import", {"errors": 1})
    whole = DEFAULTS | json.loads(row["definition"])
    org.run("SAVEPOINT import_file")
    try:
        found = _import(org, row["name"], whole)
    except OrgError as error:
        if error.exit_code == 130:  # a person stopped it: the step is rolled back whole
            raise
        org.run("ROLLBACK TO import_file")
        said = f"{error.where}: {error.message}" if error.where else error.message
        found = Result(False, f"Import {row['name']} failed: {said}", {"errors": 1}, f"de/{whole['de']}")
    org.run("RELEASE import_file")
    return found


def _import(org: Org, name: str, whole: dict[str, Any]) -> Result:
    file = _file_name(org, whole["file"])
    data = take(org, whole["folder"], file, delete=whole["delete_file"])
    read = data_extensions.read_delimited(data, dialect_of(whole), where=file)
    target = data_extensions.get(org, whole["de"])
    subject = f"de/{target.path}"
    if read.is_blank and whole["blank_file"] != "process":
        ok = whole["blank_file"] == "skip"
        return Result(ok, f"Import {name}: the file {file} is blank" + (", skipped" if ok else ""), {}, subject)
    options = {option: whole[option] for option in ("mode", "mapping", "culture", "null", "allow_errors")}
    report = data_extensions.import_csv(org, target, read.header, read.rows, lines=read.lines, **options)
    data_extensions.keep_run(org, target.path, report, whole["mode"], file, read.rows, read.lines)
    return Result(True, f"{name}: {report.line(target.path)}", report.counts, subject)
