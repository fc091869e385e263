"""The command `projects.import`: all of a project that can be made, in one step, with a report about the rest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.projects.attribute_groups import make_attribute_group, remember_set
from scenarios.projects.automations import make_automation
from scenarios.projects.content import Content, Item
from scenarios.projects.data_extensions import make_data_extension
from scenarios.projects.emails import make_email, remember_sender
from scenarios.projects.files import SHAPE_ERRORS
from scenarios.projects.journeys import make_event, make_journey
from scenarios.projects.naming import Import
from scenarios.projects.queries import make_query
from scenarios.projects.report import Line, Report
from store import business_units
from store.commands import Outcome, command
from store.errors import OrgError

if TYPE_CHECKING:
    from store.org import Org, Step

_MAKERS = {
    "dataExtension": make_data_extension,
    "attributeGroup": make_attribute_group,
    "query": make_query,
    "automation": make_automation,
    "email": make_email,
    "event": make_event,
    "journey": make_journey,
}
_TABLE = """
CREATE TABLE IF NOT EXISTS project_imports (  -- one row per imported project
  import_id INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,           -- UTC seconds
  report    TEXT NOT NULL               -- JSON, see scenarios/projects/report.py
)"""


def import_project(org: Org, folder: Path | str) -> tuple[Step, Report]:
    """Read a project folder and make what is in it as one step.

    Raises Unreadable when the folder is no project; then nothing changed.
    """
    from scenarios.projects.reading import read_project

    step = org.do("projects.import", content=read_project(folder))
    return step, Report.from_dict(json.loads(org.value("SELECT report FROM project_imports ORDER BY import_id DESC")))


@command("projects.import")
def make_project(org: Org, *, content: Content) -> Outcome:
    """Make all things of a project; one that is refused leaves the others alone."""
    report = Report(content["project"], content["units"], others=content["others"])
    run = Import(org, report)
    for unit in content["units"]:
        run.business_unit(unit)
    for unread in content["unread"]:
        report.of(unread["type"]).read += 1
        line = Line(unread["file"], unread["unit"], unread["key"], "", unread["reason"])
        report.of(unread["type"]).refused.append(line)
    for item in content["items"]:
        if item["type"] == "triggeredSend":
            remember_sender(run, item)
        elif item["type"] == "attributeSet":
            remember_set(run, item)
        else:
            _make(run, item)
    org.run(_TABLE)
    org.run("INSERT INTO project_imports(at, report) VALUES (?, ?)", org.now, json.dumps(report.as_dict()))
    changes = {name: each.created for name, each in report.types.items() if each.created}
    refused = f", {report.refused} refused" if report.refused else ""
    return Outcome(f"Project {report.project} imported: {report.created} made{refused}", changes)


def _make(run: Import, item: Item) -> None:
    """Make one thing, or nothing of it and say why."""
    kind = run.report.of(item["type"])
    kind.read += 1
    run.begin(item)
    run.org.run("SAVEPOINT project_item")
    reason = ""
    try:
        with business_units.acting(run.org, run.business_unit(item["unit"])):
            _MAKERS[item["type"]](run, item)
    except OrgError as error:
        if error.exit_code == 130:  # a person stopped it: the step is rolled back whole
            raise
        reason = " ".join(filter(None, (error.message, error.cause)))
    except SHAPE_ERRORS as error:
        reason = f"Its JSON has an unexpected shape: {type(error).__name__}: {error}."
    if reason:
        run.org.run("ROLLBACK TO project_item")
        kind.refused.append(Line(item["file"], item["unit"], item["key"], item["name"], reason))
    else:
        kind.created += 1
        kind.notes += run.notes
    run.org.run("RELEASE project_item")
