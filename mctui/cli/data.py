"""Data in and out: sql, do, crm, import, export."""

from __future__ import annotations

import csv
import io
import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from mctui.cli.output import print_json, print_table
from store import Org, business_units
from store.errors import Refused, Unreadable


def sql(arguments: Namespace) -> None:
    """Run T-SQL; with --into as a step that writes the rows."""
    text = sys.stdin.read() if arguments.query == "-" else arguments.query
    from store import query

    if arguments.into:
        with Org.open(arguments.file) as org:
            into = {"sql": text, "target": arguments.into, "action": arguments.action}
            step = org.do("query.run_into", **into, **in_unit(arguments))
        _report_step(step, arguments)
        return
    with Org.open(arguments.file, readonly=True) as org, business_units.acting(org, arguments.bu):
        columns, rows = query.preview(org, text)
    if arguments.json:
        print_json({"columns": columns, "rows": rows, "rowcount": len(rows)})
        return
    print_table(columns, rows)
    print(f"{len(rows)} row{'s' * (len(rows) != 1)}", file=sys.stderr)


def in_unit(arguments: Namespace) -> dict[str, Any]:
    """The argument of a command that says in which business unit it is given."""
    return {"bu": arguments.bu} if arguments.bu else {}


def _report_step(step: Any, arguments: Namespace) -> None:
    if arguments.json:
        print_json({"step": step.k, "title": step.title, "rowcount": sum(step.changes.values()), **step.changes})
    else:
        print(f"step {step.k}: {step.title}")


def do(arguments: Namespace) -> None:
    """Any command, as one step."""
    try:
        given = json.loads(arguments.arguments)
    except json.JSONDecodeError as error:
        fix = 'Such as: mctui do FILE data_extensions.rename \'{"de": "A", "new_name": "B"}\''
        raise Refused(f"The arguments are no JSON: {error.msg}.", fix=fix, where=f"column {error.colno}") from error
    if not isinstance(given, dict):
        raise Refused("The arguments are no JSON object.", fix='Write {"name": value, ...}.')
    with Org.open(arguments.file) as org:
        try:
            step = org.do(arguments.name, **{**given, **in_unit(arguments)})
        except TypeError as error:
            raise Refused(f"{arguments.name} does not take these arguments: {error}.") from error
    _report_step(step, arguments)


def crm(arguments: Namespace) -> int:
    """Change the CRM side, each as one step."""
    if arguments.action == "import":
        return _crm_import(arguments)
    if arguments.action == "create":
        object_name, values = arguments.what[0], _values(arguments.what[1:])
        call: dict[str, Any] = {"name": "crm.create", "object": object_name, "records": [values]}
    else:
        if len(arguments.what) < 2:
            fix = "Such as: mctui crm FILE delete Lead 00Q..."
            raise Refused(f"crm {arguments.action} needs an object and a record.", fix=fix)
        object_name, record = arguments.what[0], arguments.what[1]
        if arguments.action == "update":
            values = {"Id": record, **_values(arguments.what[2:])}
            call = {"name": "crm.update", "object": object_name, "records": [values]}
        else:
            call = {"name": f"crm.{arguments.action}", "object": object_name, "ids": arguments.what[1:]}
    with Org.open(arguments.file) as org:
        step = org.do(call.pop("name"), **call)
    _report_step(step, arguments)
    return 0


def _values(words: list[str]) -> dict[str, str | None]:
    """FIELD=VALUE words; an empty value empties the field."""
    values: dict[str, str | None] = {}
    for word in words:
        name, given, value = word.partition("=")
        if not given:
            raise Refused(f"'{word}' is not FIELD=VALUE.", fix="Such as FirstName=John.")
        values[name] = value or None
    return values


def _crm_import(arguments: Namespace) -> int:
    from store import crm as room

    with Org.open(arguments.file) as org:
        try:
            _, report = room.import_path(
                org, arguments.what[0], upsert=arguments.upsert or "", allow_errors=arguments.allow_errors
            )
        except room.ImportRejected as refused:
            if arguments.json:
                print_json(_by_object(refused.report, loaded=False))
            print(refused, file=sys.stderr)
            return refused.exit_code
    if arguments.json:
        print_json(_by_object(report))
    else:
        rows = [(each.object, each.read, each.created, each.updated, len(each.rejected)) for each in _objects(report)]
        print_table(["object", "read", "created", "updated", "rejected"], rows)
    for each in _objects(report):
        for row in each.rejected:
            print(f"{row.where}: {row.message}", file=sys.stderr)
    for note in report.notes:
        print(note, file=sys.stderr)
    return 1 if any(each.rejected for each in _objects(report)) else 0


def _objects(report: Any) -> list[Any]:
    return list(report.objects.values())


def _by_object(report: Any, *, loaded: bool = True) -> dict[str, dict[str, Any]]:
    """{object: {read, created, updated, deleted, rejected: how many, errors: [...]}}; all or nothing is loaded."""
    return {
        each.object: {
            "read": each.read,
            **{verb: getattr(each, verb) if loaded else 0 for verb in ("created", "updated", "deleted")},
            "rejected": len(each.rejected), "errors": [vars(row) | {"where": row.where} for row in each.rejected],
        }
        for each in _objects(report)
    }  # fmt: skip


def import_path(arguments: Namespace) -> int:
    """Take in an SFMC project folder, a journey JSON or a CSV for a data extension."""
    path = Path(arguments.path)
    if path.is_dir():
        return _import_project(arguments, path)
    text = read_text(path)
    is_script = path.suffix.lower() in (".js", ".txt") and "activities" in text
    if path.suffix.lower() == ".json" or is_script:
        _import_journey(arguments, path, text)
    else:
        _import_rows(arguments, path, text)
    return 0


def _import_project(arguments: Namespace, path: Path) -> int:
    """What can be made is made; the rest is said, with its reason. 1 when nothing could be made."""
    import scenarios

    with Org.open(arguments.file) as org:
        step, report = scenarios.import_project(org, path)
    if arguments.json:
        print_json(report.types)
    else:
        print(f"step {step.k}: {step.title}")
        rows = [(name, each.read, each.created, len(each.refused)) for name, each in report.types.items()]
        print_table(["type", "read", "created", "refused"], rows)
    for name, each in report.types.items():
        for line in each.refused:
            print(f"{line.file}: {name} {line.name or line.key} ({line.key}) refused. {line.reason}", file=sys.stderr)
        for line in each.notes:
            print(f"{line.file}: {name} {line.name}: {line.reason}", file=sys.stderr)
    if report.others:
        listed = ", ".join(f"{count} {name}" for name, count in report.others.items())
        print(f"Not read, as nothing is made of them: {listed}.", file=sys.stderr)
    return 0 if report.created else 1


def read_text(path: Path) -> str:
    """A text file, UTF-8 with or without BOM. Raises Unreadable."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Unreadable(f"The file cannot be read: {error.strerror}.", where=str(path)) from error
    except UnicodeDecodeError as error:
        fix = "Save it as UTF-8."
        raise Unreadable(f"The file is not UTF-8 (byte {error.start}).", fix=fix, where=str(path)) from error


def _import_journey(arguments: Namespace, path: Path, text: str) -> None:
    from scenarios.projects.journey import from_text
    from scenarios.projects.journeys import try_journey

    spec = from_text(text, str(path))
    with Org.open(arguments.file) as org:
        try_journey(org, spec, str(path))
        step = org.do("journey.create", spec=spec)
    _report_step(step, arguments)


def _import_rows(arguments: Namespace, path: Path, text: str) -> None:
    from store import data_extensions

    rows, lines = [], []
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header = next(reader)
        before = reader.line_num
        for row in reader:
            if row:
                rows.append(row)
                lines.append(before + 1)
            before = reader.line_num
    except StopIteration:
        raise Unreadable("The file is empty.", where=str(path)) from None
    except csv.Error as error:
        raise Unreadable(f"This is not CSV: {error}.", where=f"{path}:{reader.line_num}") from error
    with Org.open(arguments.file) as org:
        target = arguments.into or path.stem
        data_extensions.get(org, target)
        step = org.do("data_extensions.import", de=target, header=header, rows=rows, lines=lines, mode=arguments.mode)
    _report_step(step, arguments)


def export(arguments: Namespace) -> None:
    """Write a journey or a data extension out."""
    kind, _, name = arguments.what.partition("/")
    with Org.open(arguments.file, readonly=True) as org:
        if kind == "journey" and name:
            from store import journey

            latest = journey.versions(org, name)[-1]
            text = json.dumps(latest.spec.raw, indent=2, ensure_ascii=False) + "\n"
        elif kind == "de" and name:
            text = _rows_as_csv(org, name)
        else:
            raise Refused(f"'{arguments.what}' cannot be exported.", fix="Export journey/KEY or de/NAME.")
    if not arguments.path:
        print(text, end="")
        return
    try:
        Path(arguments.path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Unreadable(f"The file cannot be written: {error.strerror}.", where=arguments.path) from error


def _rows_as_csv(org: Org, name: str) -> str:
    from store import data_extensions

    page = data_extensions.page(org, name, limit=2**31)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(page.columns)
    writer.writerows(page.rows)
    return out.getvalue()
