"""How a folder of journeys fares: `python -m tests.journeys FOLDER`.

For each journey in a JSON file of the folder, whatever else the file holds: is it loaded, written back equal, drawn,
what does the check find, is it published or why not, and how do generated entrants end. What a journey names and the
folder does not have (data extensions, emails, the entry event) is made up from how the journey uses it. A custom
activity is answered by a server of this machine; a custom split takes each of its paths. Not part of the suite: the
folder is whatever you have.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mctui.echo import EchoServer
from scenarios.projects import read_project
from scenarios.projects.event import schema_definition
from scenarios.projects.journey import emails, from_text
from store import Org, data_extensions, journey, messaging
from store.commands import Outcome, command
from store.data_extensions import Field
from store.data_extensions.adopt import adopt
from store.errors import OrgError
from store.journey.activities.data_extension_update import DataExtensionUpdate
from store.journey.activities.update_contact import de_of, field_of
from store.journey.arrivals import arrive, definition
from store.journey.attributes import attribute
from store.journey.criteria import parse
from store.journey.events import save_event_definition
from store.journey.spec import TRANSACTIONAL, EventDefinition, Interaction, binding

ENTRANTS = 20
LONGEST = 4 * 365 * 86400  # seconds after which a journey is not going to end
_KEY = "ContactKey"


@dataclass(frozen=True)
class Verdict:
    """What became of one journey; `reason` says why it was refused or how its entrants ended."""

    file: str
    key: str
    equal: bool
    drawn: bool
    errors: int
    warnings: int
    verdict: str  # ran, refused, stopped
    reason: str


def journeys_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every journey inside a JSON value."""
    if isinstance(value, dict) and isinstance(value.get("activities"), list) and "triggers" in value:
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from journeys_in(each)


def events_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every event definition inside a JSON value."""
    if isinstance(value, dict) and value.get("eventDefinitionKey") and value.get("type") and "arguments" in value:
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from events_in(each)


def data_extensions_in(folder: Path) -> dict[str, dict[str, Any]]:
    """The definitions of a project's data extensions by lower-case name and key; none when it is no project."""
    try:
        items = read_project(folder)["items"]
    except OrgError:
        return {}
    found: dict[str, dict[str, Any]] = {}
    for item in items:
        if item["type"] == "dataExtension" and not item["body"]["synchronized"]:
            for word in (item["key"], item["name"]):
                found[word.lower()] = item["body"]["definition"]
    return found


def read(path: Path) -> Any:
    """The JSON of a file, or the journey in a script; None for anything else."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        pass
    try:
        return from_text(text, path.name)
    except OrgError:
        return None


# ---- the world around a journey


@command("test.journeys.provide")
def provide(
    org: Org, *, raw: dict[str, Any], event: dict[str, Any] | None, known: dict[str, dict[str, Any]]
) -> Outcome:
    """Make what a journey needs: its entry event, data extensions (`known` by name) and emails; else made up."""
    interaction = Interaction(raw)
    named = _named_fields(interaction)
    made_up = {
        "eventDefinitionKey": interaction.event_key,
        "type": interaction.trigger.get("type"),
        "arguments": {},
        "dataExtensionName": "Made-up entry",
    }
    for definition_of in known.values():
        if data_extensions.find(org, definition_of["name"]) is None:
            adopt(org, definition_of)
    if interaction.event_key and interaction.trigger_type != TRANSACTIONAL:
        _make_event(org, event or made_up, named.pop("", {}))
    for name, fields in named.items():
        if name and data_extensions.find(org, name) is None:
            _make_data_extension(org, name, {_KEY: "Text", **fields}, sendable=False)
    for email in emails(raw):
        there = messaging.find_email(org, email["id"]) if email["id"] is not None else None
        if there is None:
            asset = {"asset_key": email["key"]} if email["key"] else {}
            name = email["name"] or email["key"] or "Email"
            messaging.create_email(org, email_id=email["id"], name=name, subject=email["subject"], **asset)
    return Outcome(f"what {interaction.key} needs")


def _make_event(org: Org, raw: dict[str, Any], fields: dict[str, str]) -> None:
    if str(raw.get("dataExtensionName") or "").startswith("_"):  # the account's own name; here those are data views
        raw = {**raw, "dataExtensionName": f"Made-up {raw['dataExtensionName'].strip('_')}"}
    event = save_event_definition(org, raw)
    if data_extensions.find(org, event.data_extension):
        return
    definition_of = schema_definition(raw)
    if definition_of is not None:
        adopt(org, definition_of)
    else:
        _make_data_extension(org, event.data_extension or "Made-up entry", {_KEY: "Text", **fields}, sendable=True)


def _make_data_extension(org: Org, name: str, fields: dict[str, str], *, sendable: bool) -> None:
    if not any(kind == "EmailAddress" for kind in fields.values()) and sendable:
        fields = {**fields, "Email": "EmailAddress"}
    relation = {"is_sendable": True, "sendable_field": _KEY, "sendable_to": "Subscriber Key"} if sendable else {}
    listed = [{"name": each, "type": kind, "is_primary_key": each == _KEY} for each, kind in fields.items()]
    adopt(org, {"name": name, "key": name, "fields": listed, **relation})


def _named_fields(interaction: Interaction) -> dict[str, dict[str, str]]:
    """Field -> type by data extension, as the journey names them; '' is the journey data."""
    found: dict[str, dict[str, str]] = {"": {}}
    addresses = {attribute(binding(each) or each) for each in interaction.default_emails}

    def add(name: str, kind: str = "Text") -> None:
        one = attribute(name)
        if one.kind == "key" or one.source.split(".")[0].lower() in ("context", "interaction", "interactiondefaults"):
            return
        source = "" if one.kind == "event" else one.source
        if one.field and one.field.lower() != _KEY.lower():
            found.setdefault(source, {}).setdefault(one.field, "EmailAddress" if one in addresses else kind)

    for expression in interaction.default_emails:
        add(binding(expression) or expression)
    for text in _texts(interaction.raw):
        if text.lstrip().startswith("<FilterDefinition"):
            for condition in parse(text).conditions():
                add(condition.key)
    for spec in interaction.activities.values():
        data = spec.arguments.get("activityData")
        listed = (data.get("updateContactFields") or []) if isinstance(data, dict) else []
        if spec.type == DataExtensionUpdate.type:
            listed = DataExtensionUpdate(spec).fields
        for written in listed:
            if de_of(written):
                found.setdefault(de_of(written), {}).setdefault(field_of(written), "Text")
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def answer_calls(org: Org, interaction: Interaction, server: EchoServer) -> None:
    """Let the custom activities of a journey call the server: 200 to all, a custom split is told one of its paths."""
    for spec in interaction.activities.values():
        written = [spec.arguments.get("execute"), *spec.configuration.values()]
        urls = [str(each["url"]) for each in written if isinstance(each, dict) and each.get("url")]
        for address in dict.fromkeys(f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in urls):
            org.do("journey.map_url", address=address, to=server.url)
        results = [
            str(branch.arguments["branchResult"]) for branch in spec.branches if "branchResult" in branch.arguments
        ]
        if urls and results:
            org.do("journey.map_url", address=urls[0], to=f"{server.url}/branches/{','.join(results)}")


@command("test.journeys.enter")
def enter(org: Org, *, key: str) -> Outcome:
    """Let generated people come, by whichever source the journey has."""
    version = journey.current(org, key)
    source = version.source
    fields = source.fields(org)
    if not source.arrives:
        de = source.data_extension(org)
        rows = [_values(fields, number, de.sendable_field or _KEY) for number in range(1, ENTRANTS + 1)]
        data_extensions.upsert(org, de, rows) if de.primary_key else data_extensions.insert(org, de, rows)
        return Outcome("rows")
    found = definition(org, version.event.key if version.event else "")
    for number in range(1, ENTRANTS + 1):
        arrive(org, found, f"P{number:05}", _values(fields, number, ""))
    return Outcome("events")


def _values(fields: tuple[Field, ...], number: int, key: str) -> dict[str, Any]:
    texts = {field.name for field in fields if field.name == key and field.type == "Text"}
    return {field.name: f"P{number:05}" if field.name in texts else _value(field, number) for field in fields}


def _value(field: Field, number: int) -> Any:
    if field.type == "EmailAddress":
        return f"p{number}@example.com"
    if field.type == "Date":
        return f"2026-01-{number % 28 + 1:02} 00:00:00"
    if field.type == "Boolean":
        return number % 2
    if field.type in ("Number", "Decimal"):
        return number
    text = {"Phone": f"+4917{number:08}", "Locale": "en-us"}.get(field.type, f"v{number}")
    return text[: field.length] if field.length else text


# ---- a verdict


def verdict_of(
    path: Path,
    folder: Path,
    raw: dict[str, Any],
    events: dict[str, dict[str, Any]],
    known: dict[str, dict[str, Any]],
    server: EchoServer,
) -> Verdict:
    """Load, draw, check, publish and run one journey in a world of its own."""
    interaction = Interaction(raw)
    where, key = str(path.relative_to(folder)), interaction.key
    with tempfile.TemporaryDirectory() as place, Org.create(Path(place) / "journey.mctui", seed=1) as org:
        equal = drawn = False
        errors = warnings = 0
        try:
            event = events.get(interaction.event_key.lower())
            wanted = Interaction(raw).event_key and event and _data_extension_of(event)
            used = {name: each for name, each in known.items() if name == str(wanted).lower()}
            org.do("test.journeys.provide", raw=raw, event=event, known=used)
            org.do("journey.create", spec=raw)
            answer_calls(org, interaction, server)
            equal = _canonical(json.loads(journey.versions(org, key)[-1].spec.text())) == _canonical(raw)
            drawn = _draws(org, key)
            findings = journey.check(org, key)
            errors = sum(found.severity == "error" for found in findings)
            warnings = len(findings) - errors
            org.do("journey.publish", key=key)
        except OrgError as error:
            reason = " ".join(str(error).split())
            return Verdict(where, key, equal, drawn, errors, warnings, "refused", reason)
        verdict, reason = _run(org, key)
        return Verdict(where, key, equal, drawn, errors, warnings, verdict, reason)


def _data_extension_of(event: dict[str, Any]) -> str:
    return EventDefinition(event).data_extension


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _draws(org: Org, key: str) -> bool:
    """Whether the canvas comes to a picture, wide and narrow."""
    from mctui.canvas.draw import CanvasState, Drawing
    from mctui.canvas.layout import lay_out
    from mctui.reading import journey_canvas
    from mctui.views import Focus

    view, _ = journey_canvas.read(org, Focus(journey=key))
    wide, narrow = Drawing(lay_out(view.nodes, view.edges)), Drawing(lay_out(view.nodes, view.edges, "rails"))
    return all([*each.line(y, CanvasState(), None)] for each in (wide, narrow) for y in range(each.height))


def _run(org: Org, key: str) -> tuple[str, str]:
    """(ran or stopped, how the entrants ended)."""
    try:
        org.do("test.journeys.enter", key=key)
        org.run_until(org.now + LONGEST, on_step=lambda _: _is_over(org, key))
    except OrgError as error:
        return "stopped", " ".join(str(error).split())
    refused = [step.title for step in org.steps(limit=100_000) if step.changes.get("errors")]
    balance = journey.balance(org, journey.current(org, key))
    counts = {name: getattr(balance, name) for name in ("inside", "completed", "exited", "ejected", "goal", "rejected")}
    said = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    ended = balance.holds and balance.entered > 0 and not balance.inside and not refused
    return ("ran" if ended else "stopped"), f"{balance.entered} entered: {said}" + "".join(
        f"; {t}" for t in refused[:1]
    )


def _is_over(org: Org, key: str) -> bool:
    balance = journey.balance(org, journey.current(org, key))
    return balance.entered >= ENTRANTS and not balance.inside


def main(argument: str) -> int:
    """One line per journey on stdout, how many of each on stderr."""
    folder = Path(argument)
    files = [(path, read(path)) for path in sorted(folder.rglob("*")) if path.suffix in (".json", ".js", ".txt")]
    events = {str(event["eventDefinitionKey"]).lower(): event for _, value in files for event in events_in(value)}
    known = data_extensions_in(folder)
    counts: Counter[str] = Counter()
    server = EchoServer(0, lambda path, body: None)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    for path, value in files:
        for raw in journeys_in(value):
            found = verdict_of(path, folder, raw, events, known, server)
            counts[found.verdict] += 1
            counts["equal"] += found.equal
            counts["drawn"] += found.drawn
            said = f"{'equal' if found.equal else 'NOT EQUAL'}, {'drawn' if found.drawn else 'NOT DRAWN'}"
            print(
                f"{found.verdict:8}{found.file}  {found.key}  {said}, {found.errors} errors, {found.warnings} warnings"
            )
            print(f"        {found.reason}")
    server.close()
    listed = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
    print(f"{sum(counts[each] for each in ('ran', 'refused', 'stopped'))} journeys: {listed}", file=sys.stderr)
    return 0 if counts["ran"] + counts["refused"] else 3


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print("usage: python -m tests.journeys FOLDER", file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1]))
