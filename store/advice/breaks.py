"""What breaks when a field goes: of the CRM, or of a data extension."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import automation, business_units, connect, crm, data_extensions, journey, query
from store.advice.lineage import DECIDES, ENTRY, JOURNEY, QUERY, Lineage, Node, lineage
from store.errors import Refused
from store.query import QueryRefused

if TYPE_CHECKING:
    from store.data_extensions import DataExtension
    from store.org import Org

# What becomes of a thing: it keeps the values it has; the product refuses it; it fails when it runs; it gets nothing
# new; it has no value any more.
FROZEN, REFUSED, FAILS, STARVED, EMPTY = "frozen", "refused", "fails", "starved", "empty"


@dataclass(frozen=True)
class Break:
    """One thing that is not as before. `node` is a path of the lineage or `automation/KEY`."""

    node: str
    name: str
    verdict: str
    reason: str


def breaks_if(org: Org, path: str) -> tuple[Break, ...]:
    """What breaks if the field `crm/Object/Field` or `de/NAME/FIELD` goes. Raises Refused when there is none such."""
    made = lineage(org)
    kind, _, rest = path.strip().strip("/").partition("/")
    owner, slash, name = rest.rpartition("/")
    if kind.lower() == "crm" and slash:
        obj = crm.describe(org, owner)
        return _crm_field(org, made, obj.name, obj.field(name).name)
    if kind.lower() == "de" and slash:
        de = data_extensions.get(org, owner)
        return tuple(_DataExtensionField(org, made, de, de.field(name).name).breaks())
    raise Refused(f"'{path}' is no field.", fix="Write crm/Contact/FirstName or de/NAME/FIELD.")


# ---- a field of the CRM


def _crm_field(org: Org, made: Lineage, obj: str, name: str) -> tuple[Break, ...]:
    """Nothing is refused: the synchronized column keeps what it has, and all that reads it goes on with that.

    source: Synchronized Data Sources best practices: remove a field in Marketing Cloud first, then in the CRM.
    """
    found = []
    source = next((each for each in connect.sources(org) if each.object == obj), None)
    if source is not None and source.filter_field == name:
        reason = f"its record collection asks for {name}: no poll can choose records any more"
        found.append(Break(f"de/{source.de_name}", source.de_name, FAILS, reason))
    column = f"de/{source.de_name if source else connect.de_name_for(org, obj)}/{name}"
    if column not in made.by_id:
        return tuple(found)
    reason = "polls bring no new values, it keeps the last ones; remove it from the synchronization before"
    found.append(Break(column, made.by_id[column].name, FROZEN, reason))
    for node, how in _reached(made, column):
        what = "decides by" if how == DECIDES else "goes on with"
        found.append(Break(node.id, node.name, FROZEN, f"{what} the last values of {obj}.{name}"))
    return tuple(found)


def _reached(made: Lineage, start: str) -> list[tuple[Node, str]]:
    """What a column leads to, column by column; where it only decides, up to the query that it decides for."""
    reached: dict[str, tuple[Node, str]] = {}
    waiting = [start]
    while waiting:
        for node, how in made.neighbours(waiting.pop(0), up=False):
            if node.id not in reached and node.id != start:
                reached[node.id] = (node, how)
                if node.is_column:
                    waiting.append(node.id)
    return list(reached.values())


# ---- a field of a data extension


# By kind of use in a journey: what becomes of it, and why.
_IN_JOURNEY = {
    journey.KEY: (FAILS, "without the field of its send relationship {de} is not sendable: nobody can enter"),
    journey.ADDRESS: (EMPTY, "the default email address is read from it: there is no address to send to"),
    journey.FILTER: (REFUSED, "the entry filter names it"),
    journey.CRITERIA: (REFUSED, "its criteria name it"),
    journey.BINDING: (REFUSED, "a data binding names it"),
    journey.PERSONALIZATION: (EMPTY, "%%{field}%% in its email becomes nothing"),
    journey.WRITTEN: (REFUSED, "it writes it"),
}


class _DataExtensionField:
    """One field, and everything that names it."""

    def __init__(self, org: Org, made: Lineage, de: DataExtension, name: str) -> None:
        self.org, self.made, self.de, self.name = org, made, de, name

    def breaks(self) -> list[Break]:
        """Queries first, then what they feed, then journeys."""
        found: list[Break] = []
        stopped: list[str] = []
        for one in query.queries(self.org):
            broken = self._target(one) or self._source(one)
            found += broken
            if any(each.verdict == REFUSED for each in broken):
                stopped.append(one.path)
        found += self._automations(stopped)
        found += self._starved(stopped)
        for row in journey.journeys(self.org):
            found += self._journey(row.key)
        return list({(each.node, each.reason): each for each in found}.values())

    def _target(self, one: query.Query) -> list[Break]:
        """A query that writes the field."""
        if one.target.lower() != self.de.path.lower():
            return []
        path = f"query/{one.path}"
        written = {column.lower() for column in self._outputs(one)}
        if self.name.lower() in written:
            reason = f"The column '{self.name}' does not exist in the target data extension {self.de.name}."
            return [Break(path, one.name, REFUSED, reason)]
        if one.action == "Update" and self.de.primary_key == (self.name,):
            return [Break(path, one.name, REFUSED, f"{self.de.name} has no primary key, so it cannot be updated.")]
        return []

    def _outputs(self, one: query.Query) -> tuple[str, ...]:
        try:
            with business_units.acting(self.org, one.mid):
                return query.uses(self.org, one.text).outputs
        except QueryRefused:
            return ()

    def _source(self, one: query.Query) -> list[Break]:
        """A query that reads the field by its name is refused; one that reads * has a column less."""
        before = self._outputs(one)
        if not before or self.de.path.lower() not in {source.lower() for source in one.sources}:
            return []  # it does not compile as it is
        with business_units.acting(self.org, one.mid):
            named = data_extensions.name_in(self.de, one.mid)
            after = query.without(self.org, one.text, named, self.name)
        if isinstance(after, QueryRefused):
            reason = f"{after.message.removeprefix(query.CHECKING)} ({after.where})"
            return [Break(f"query/{one.path}", one.name, REFUSED, reason)]
        kept = {column.name for column in after.columns}
        return [
            Break(f"de/{one.target}/{name}", name, EMPTY, f"SELECT * of {one.name} does not bring it any more")
            for name in before
            if name not in kept
        ]

    def _automations(self, stopped: list[str]) -> list[Break]:
        found = []
        for key in automation.names(self.org):
            one = automation.find(self.org, key)
            paths = [business_units.path(self.org, one.mid, activity) for step in one.steps for _, activity in step]
            broken = [path for path in paths if path in stopped]
            if broken:
                reason = f"{', '.join(broken)} ends in an error, and what comes after does not run"
                found.append(Break(f"automation/{one.path}", one.name, FAILS, reason))
        return found

    def _starved(self, stopped: list[str]) -> list[Break]:
        """What the queries that do not run any more would have fed."""
        found = []
        for key in stopped:
            for node in self.made.downstream(f"query/{key}"):
                if node.kind != QUERY and node.id.partition("/")[0] in ("de", "entry", "journey"):
                    what = "nobody new" if node.kind in (ENTRY, JOURNEY) else "no new rows"
                    found.append(Break(node.id, node.name, STARVED, f"it gets {what} by way of query/{key}"))
        return found

    def _journey(self, key: str) -> list[Break]:
        found = []
        for version in journey.versions(self.org, key):
            if version.status == "Stopped":
                continue
            for use in journey.field_uses(self.org, version):
                if use.de == self.de.path and use.field == self.name:
                    verdict, reason = _IN_JOURNEY[use.how]
                    said = reason.format(de=self.de.name, field=self.name)
                    node = f"journey/{version.key}/{use.activity_key or use.activity}"
                    found.append(Break(node, use.activity, verdict, said))
        return found
