"""CloudPages form: who submits a smart capture form enters. Type CloudPagesSmartCaptureSubmissionEvent.

The form writes a row of its SmartCapture data extension (Source, EmailAddress, CreateDate; domain B3) and the event
brings it along; the Contact Key is what the row has in the field of the send relationship.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from store import data_extensions
from store.clock import system_text
from store.commands import Outcome, command
from store.errors import Refused
from store.journey.activities.base import Finding
from store.journey.arrivals import arrived, definition
from store.journey.entry_sources.base import Candidates, EntrySource, entry_source
from store.journey.firing import fire

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.org import Org

TYPE = "CLOUDPAGESSMARTCAPTURESUBMISSIONEVENT"
SMART_CAPTURE = ("Source", "EmailAddress", "CreateDate")  # source: domain B3, the data extension template


@entry_source("CloudPages", TYPE)
class CloudPages(EntrySource):
    """The event's data extension is the one that the form writes to."""

    arrives: ClassVar[bool] = True

    def check(self, checking: Checking) -> Iterator[Finding]:
        """A sendable data extension; one that is not of the template is told so."""
        yield from super().check(checking)
        de = data_extensions.find(checking.org, self.event.data_extension) if self.version.event else None
        missing = [name for name in SMART_CAPTURE if de is not None and name.lower() not in de.by_name]
        if de is not None and missing:
            yield self.warning(f"{de.name} is no SmartCapture data extension: it has no {', '.join(missing)}.")

    def candidates(self, org: Org) -> Candidates:
        """The submissions since the last run."""
        return arrived(org, self.version, self.fields(org))

    def explain(self) -> str:
        if self.version.event is None:
            return super().explain()
        return f"Whoever submits the form of {self.event.data_extension} enters."


@command("journey.submit_form")
def submit_form(
    org: Org, *, event_definition_key: str, fields: dict[str, Any], contact_key: str | None = None
) -> Outcome:
    """Submit a smart capture form: its row is written, and the contact of its send relationship enters.

    `contact_key` is for forms whose data extension has the key in a hidden field that the page fills.
    """
    found = definition(org, event_definition_key)
    if found.event.type != TYPE:
        raise Refused(f"The event {event_definition_key} is not that of a CloudPages form.")
    de = data_extensions.get(org, found.event.data_extension)
    given = {de.field(name).name: value for name, value in fields.items()}
    defaults = {"Source": found.event.raw.get("name") or found.event.key, "CreateDate": system_text(org.now)}
    for name, value in defaults.items():
        if name.lower() in de.by_name:
            given.setdefault(de.field(name).name, value)
    key = contact_key or str(given.get(de.sendable_field or "") or "")
    if not key.strip():
        raise Refused(
            f"The form gave no {de.sendable_field}, by which {de.name} knows who submitted it.",
            fix="Make it a required field of the form, or let the page fill it.",
        )
    fire(org, found, key, given)
    return Outcome(f"Form of {de.name} submitted by {key}", {"events": 1, "inserted": 1}, f"de/{de.name}")
