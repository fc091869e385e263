"""Making the query activities of a project; one that the product would refuse is kept with its text."""

from __future__ import annotations

from scenarios.projects.content import Item
from scenarios.projects.naming import Import
from store.commands import run_command
from store.errors import Refused
from store.query.keep import keep


def make_query(run: Import, item: Item) -> None:
    """One query activity. Its verdict is given by `mctui queries`, so being refused is a note here."""
    body, unit = item["body"], item["unit"]
    key = item["key"]
    named = body["targets"]
    found = [run.name_of(other, named) for other in (unit, *run.report.units)]
    target = next(filter(None, found), named[0] if named else "")
    run.org.run("SAVEPOINT project_query")
    try:
        run_command(
            run.org,
            "query.create",
            {"name": item["name"], "sql": body["text"], "target": target, "action": body["action"], "key": key},
        )
    except Refused as error:
        run.org.run("ROLLBACK TO project_query")
        keep(run.org, key, item["name"], body["text"], target, body["action"])
        where = f" ({error.where})" if error.where else ""
        run.note(f"Kept, but it would be refused: {error.message}{where}")
    run.org.run("RELEASE project_query")
    run.queries.setdefault((unit, item["name"].lower()), key)
    run.queries[unit, item["key"].lower()] = key
