"""Data in and out: sql, do, crm, export; imports are in imports.py."""

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
        report_step(step, arguments)
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


def report_step(step: Any, arguments: Namespace) -> None:
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
            step = org.do(arguments.name, **{**given, **in_unit(arguments), **in_org(arguments)})
        except TypeError as error:
            raise Refused(f"{arguments.name} does not take these arguments: {error}.") from error
        answer = _answer(org, step)
    report_step(step, arguments)
    if answer and not arguments.json:
        print_json(answer)


def _answer(org: Org, step: Any) -> dict[str, Any]:
    """What the caller of an API got for the request that a step was; empty for any other step."""
    kind, _, number = step.subject.partition("/")
    if kind != "request":
        return {}
    from store.messaging import api_sends

    return api_sends.answer_of(org, int(number))


def in_org(arguments: Namespace) -> dict[str, str]:
    """What a command takes to happen in the Salesforce org that was named."""
    return {"org": arguments.org} if arguments.org else {}


def crm(arguments: Namespace) -> int:
    """Change the CRM side, each as one step."""
    if arguments.action == "import":
        return _crm_import(arguments)
    if arguments.action == "create":
        object_name, values = arguments.what[0], _values(arguments.what[1:])
        call: dict[str, Any] = {"name": "crm.create", "object": object_name, "records": [values]}
    elif arguments.action == "convert":
        call = {"name": "crm.convert_lead", "lead": arguments.what[0], **_values(arguments.what[1:])}
    else:
        if len(arguments.what) < 2:
            fix = "Such as: mctui crm FILE delete Lead 00Q..."
            raise Refused(f"crm {arguments.action} needs an object and a record.", fix=fix)
        object_name, record = arguments.what[0], arguments.what[1]
        if arguments.action == "update":
            values = {"Id": record, **_values(arguments.what[2:])}
            call = {"name": "crm.update", "object": object_name, "records": [values]}
        elif arguments.action == "merge":
            losers = [word for word in arguments.what[2:] if "=" not in word]
            values = _values([word for word in arguments.what[2:] if "=" in word])
            call = {"name": "crm.merge", "object": object_name, "master": record, "losers": losers, "values": values}
        else:
            call = {"name": f"crm.{arguments.action}", "object": object_name, "ids": arguments.what[1:]}
    with Org.open(arguments.file) as org:
        step = org.do(call.pop("name"), **call, **in_org(arguments))
    report_step(step, arguments)
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
                org, arguments.what[0], upsert=arguments.upsert or "", allow_errors=arguments.allow_errors,
                into=arguments.org or "",
            )  # fmt: skip
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


def export(arguments: Namespace) -> None:
    """Write a journey, a data extension or an attribute group out."""
    kind, _, name = arguments.what.partition("/")
    with Org.open(arguments.file, readonly=True) as org:
        if kind == "journey" and name:
            from store import journey

            latest = journey.versions(org, name)[-1]
            text = json.dumps(latest.spec.raw, indent=2, ensure_ascii=False) + "\n"
        elif kind == "de" and name:
            text = _rows_as_csv(org, name)
        elif kind == "attribute-group" and name:
            from store.contacts import designer

            model = designer.contact_model(org)
            made = designer.group_export(org, model, model.group(name))
            text = json.dumps(made, indent=2, ensure_ascii=False) + "\n"
        else:
            fix = "Export journey/KEY, de/NAME or attribute-group/NAME."
            raise Refused(f"'{arguments.what}' cannot be exported.", fix=fix)
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
