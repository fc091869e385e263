"""Views: show, why, findings, queries, journeys."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from mctui.cli import connect_panes as _connect_panes  # noqa: F401 (registers its panes)
from mctui.cli import contact_panes as _contact_panes  # noqa: F401
from mctui.cli import crm_panes as _crm_panes  # noqa: F401
from mctui.cli import designer_panes as _designer_panes  # noqa: F401
from mctui.cli import left_out_panes as _left_out_panes  # noqa: F401
from mctui.cli import list_panes as _list_panes  # noqa: F401
from mctui.cli import send_panes as _send_panes  # noqa: F401
from mctui.cli.output import print_json, print_table
from mctui.cli.panes import read
from store import Org, business_units, clock
from store.errors import OrgError


def show(arguments: Namespace) -> None:
    """One pane as text or JSON."""
    with Org.open(arguments.file, readonly=True) as org, business_units.acting(org, arguments.bu):
        sections = read(org, arguments.pane, arguments.limit)
    if arguments.json:
        found = {section.name: section.as_dicts() for section in sections}
        print_json(found[sections[0].name] if len(sections) == 1 else found)
        return
    for number, section in enumerate(sections):
        if len(sections) > 1:
            print(f"{chr(10) if number else ''}{section.name}")
        if section.text:
            print(section.text)
        elif section.rows:
            print_table(section.headers, section.rows)
        else:
            print(section.empty or "(none)")


def why(arguments: Namespace) -> None:
    """Each decision about a contact, and each message that it did not get."""
    from store import advice

    with Org.open(arguments.file, readonly=True) as org:
        decisions = advice.why(org, arguments.contact, arguments.journey or arguments.in_journey)
    if arguments.json:
        print_json(decisions)
        return
    for each in decisions:
        forced = " (forced by a person)" if each.forced else ""
        where = f"{each.journey} / {each.name}" if each.journey else each.name
        print(f"{clock.system_text(each.at)}  {where}: {each.label or each.outcome}{forced}")
        print(f"    {each.criteria}")
        for value in each.values:
            said = f"    {value.name} = {shown(value.read)}   from {value.source}"
            if value.differs:
                said += f"   (the CRM said {shown(value.crm)} at that moment)"
            print(said)
        if each.change:
            print(f"    To change it: {each.change}")
    if not decisions:
        print(f"No decision has been made about {arguments.contact}, and no send left them out.")


def shown(value: Any) -> str:
    """A value as a person reads it."""
    return "null" if value is None else f"'{value}'" if isinstance(value, str) else str(value)


def findings(arguments: Namespace) -> None:
    """Gotchas found."""
    from store import advice

    with Org.open(arguments.file, readonly=True) as org:
        found = advice.find_all(org)
    if arguments.json:
        print_json(found)
        return
    for each in found:
        print(f"{each.severity.upper():8}{each.title}  [{each.code}]")
        print(f"        Why: {each.why}\n        What to do: {each.fix}")
        for row in each.evidence[:5]:
            print("        - " + ", ".join(f"{name} {shown(value)}" for name, value in row.items()))
        if each.count > 5:
            print(f"          ... {each.count:,} in all; --json has more")
    if not found:
        print("No findings.")


def queries(arguments: Namespace) -> int:
    """Each query activity with its verdict."""
    from store import query

    with Org.open(arguments.file, readonly=not arguments.run) as org:
        verdicts = [_query_verdict(org, each, run=arguments.run) for each in query.queries(org)]
    return _print_verdicts(verdicts, arguments)


def _query_verdict(org: Org, each: Any, *, run: bool) -> dict[str, Any]:
    """ok, refused (the product would refuse it) or failed (it fails at run time); a trial run is undone."""
    from store import query

    verdict = {"key": each.path, "name": each.name, "verdict": "ok", "message": "", "line": None, "column": None}
    try:
        query.check(org, each)
    except OrgError as error:
        place = {"line": getattr(error, "line", None), "column": getattr(error, "column", None)}
        return verdict | {"verdict": "refused", "message": error.message} | place
    if run:
        result = query.trial(org, each)
        if not result.ok:
            verdict |= {"verdict": "failed", "message": result.message}
    return verdict


def journeys(arguments: Namespace) -> int:
    """Each journey with its verdict."""
    from store import journey

    with Org.open(arguments.file, readonly=True) as org:
        verdicts = []
        for each in journey.journeys(org):
            problems = journey.check(org, each.key, probe=True)
            errors = [problem for problem in problems if problem.severity == "error"]
            verdicts.append({
                "key": each.key, "name": each.name, "verdict": "refused" if errors else "ok",
                "message": "; ".join(problem.message for problem in errors), "line": None, "column": None,
                "problems": problems,
            })  # fmt: skip
    return _print_verdicts(verdicts, arguments)


def _print_verdicts(verdicts: list[dict[str, Any]], arguments: Namespace) -> int:
    if arguments.json:
        print_json(verdicts)
    else:
        columns = ["key", "name", "verdict", "line", "column", "message"]
        print_table(columns, [[each[column] for column in columns] for each in verdicts])
    return 1 if any(each["verdict"] != "ok" for each in verdicts) else 0
