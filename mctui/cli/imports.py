"""Taking in: an SFMC project folder, a journey JSON, a delimited file for a data extension, files for Enhanced FTP."""

from __future__ import annotations

import base64
import csv
import io
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mctui.cli.data import in_unit, report_step
from mctui.cli.output import print_json, print_table
from store import Org, business_units
from store.errors import Unreadable


def import_path(arguments: Namespace) -> int:
    """Take in an SFMC project folder, a journey JSON or a CSV for a data extension."""
    path = Path(arguments.path)
    if path.is_dir():
        return _import_project(arguments, path)
    kind = path.suffix.lower()
    text = read_text(path) if kind == ".json" or (kind in (".js", ".txt") and not arguments.into) else ""
    if kind == ".json" or "activities" in text:
        _import_journey(arguments, path, text)
        return 0
    return _import_rows(arguments, path)


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
    report_step(step, arguments)


def _import_rows(arguments: Namespace, path: Path) -> int:
    """A delimited file into a data extension; 1 when a row was rejected."""
    from store import data_extensions

    dialect = data_extensions.Dialect.of(
        arguments.delimiter, not arguments.no_quotes, arguments.encoding, arguments.header_lines
    )
    read = data_extensions.read_delimited(_read_bytes(path), dialect, where=str(path))
    if not read.rows and not read.header:
        raise Unreadable("The file is empty.", where=str(path))
    target = arguments.into or path.stem
    mapping: Any = dict(pair.split("=", 1) for pair in arguments.map if "=" in pair) or "header"
    if arguments.map == ["ordinal"]:
        mapping = "ordinal"
    with Org.open(arguments.file) as org:
        with business_units.acting(org, arguments.bu):
            data_extensions.get(org, target)
        step = org.do(
            "data_extensions.import", de=target, header=list(read.header), rows=[list(row) for row in read.rows],
            lines=list(read.lines), mode=arguments.mode, mapping=mapping, culture=arguments.culture,
            null=arguments.null, allow_errors=not arguments.all_or_nothing, file=path.name, **in_unit(arguments),
        )  # fmt: skip
        rejected = data_extensions.import_errors(org)
    report_step(step, arguments)
    _write_errors(arguments, read.header, rejected)
    return 1 if rejected else 0


def _write_errors(arguments: Namespace, header: Sequence[str], rejected: Sequence[Any]) -> None:
    """The rejected rows as a file with their line and reason, where one is asked for; else the reasons on stderr."""
    for one in rejected[:20]:
        column = f", column {one.column}" if one.column else ""
        print(f"line {one.line}{column}: {one.why}", file=sys.stderr)
    if len(rejected) > 20:
        print(f"... {len(rejected)} in all: --errors FILE, or `mctui show FILE imports/N`", file=sys.stderr)
    if not arguments.errors:
        return
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["Line", "Column", "Reason", *header])
    writer.writerows([one.line, one.column, one.why, *one.cells] for one in rejected)
    try:
        Path(arguments.errors).write_text(out.getvalue(), encoding="utf-8")
    except OSError as error:
        raise Unreadable(f"The file cannot be written: {error.strerror}.", where=arguments.errors) from error


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"The file cannot be read: {error.strerror}.", where=str(path)) from error


def ftp(arguments: Namespace) -> None:
    """Put local files on Enhanced FTP, each as one step."""
    path = Path(arguments.path)
    found = sorted(each for each in path.iterdir() if each.is_file()) if path.is_dir() else [path]
    if not found:
        raise Unreadable("There is no file in this folder.", where=str(path))
    with Org.open(arguments.file) as org:
        for each in found:
            content = base64.b64encode(_read_bytes(each)).decode()
            step = org.do(
                "automation.put_file", name=each.name, content=content, folder=arguments.folder, **in_unit(arguments)
            )
            report_step(step, arguments)
