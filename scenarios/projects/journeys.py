"""Making the event definitions and the journeys of a project; journeys are drafts, as nobody is inside them here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scenarios.projects.attribute_groups import link_what_it_reads
from scenarios.projects.content import Item
from scenarios.projects.emails import provide_emails
from scenarios.projects.files import SHAPE_ERRORS
from scenarios.projects.journey import emails
from scenarios.projects.naming import Import
from store import data_extensions, journey
from store.commands import run_command
from store.data_extensions.adopt import adopt
from store.errors import Refused, Unreadable
from store.journey.events import has_event_definition, save_event_definition

if TYPE_CHECKING:
    from store.org import Org


def make_event(run: Import, item: Item) -> None:
    """One event definition, unchanged; the data extension of its own schema is made when the project has none."""
    _refuse_taken(run, item)
    if has_event_definition(run.org, item["key"]):
        raise Refused(f"There is an event definition '{item['key']}' already.")
    event = save_event_definition(run.org, item["body"]["raw"])
    run.units_of.setdefault(("event", item["key"].lower()), item["unit"])
    if not event.data_extension or data_extensions.find(run.org, event.data_extension):
        return
    definition = item["body"]["definition"]
    if definition is None:
        run.note(f"Its data extension '{event.data_extension}' is not in the project.")
        return
    made = adopt(run.org, definition)
    run.note(f"The data extension {made.name} was made of its schema.")


def make_journey(run: Import, item: Item) -> None:
    """One journey as a draft, unchanged. Raises Refused when its definition cannot be read."""
    _refuse_taken(run, item)
    if run.journeys is None:
        run.journeys = {row.key.lower() for row in journey.journeys(run.org)}
    if item["key"].lower() in run.journeys:
        raise Refused(f"There is a journey '{item['key']}' already.")
    raw = item["body"]["raw"]
    run_command(run.org, "journey.create", {"spec": raw})
    provide_emails(run, emails(raw))
    link_what_it_reads(run, journey.versions(run.org, item["key"])[-1])
    journey.check(run.org, item["key"])  # what it finds is for `mctui journeys`; it proves that the shape can be read
    run.units_of.setdefault(("journey", item["key"].lower()), item["unit"])
    run.journeys.add(item["key"].lower())
    status = str(raw.get("status") or "Draft")
    if status.lower() != "draft":
        run.note(f"It is {status} in the account; here it is a draft.")


def try_journey(org: Org, raw: dict[str, Any], where: str) -> None:
    """Make and check a journey and undo it. Raises Refused or, for JSON that has not its shape, Unreadable."""
    org.db.execute("BEGIN IMMEDIATE")
    try:
        run_command(org, "journey.create", {"spec": raw})
        journey.check(org, str(raw.get("key") or raw.get("id")))
    except SHAPE_ERRORS as error:
        message = f"This journey's JSON has an unexpected shape: {type(error).__name__}: {error}."
        raise Unreadable(message, where=where) from error
    finally:
        org.db.execute("ROLLBACK")


def _refuse_taken(run: Import, item: Item) -> None:
    """Events and journeys keep their keys: expressions such as `{{Event.KEY.Field}}` name them."""
    first = run.units_of.get((item["type"], item["key"].lower()))
    if first is not None:
        raise Refused(f"There is another one with the key '{item['key']}' in {first}; only one of them can be here.")
