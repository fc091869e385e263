"""Where data comes from and where it goes, over all rooms: tables, queries, journeys, and their columns.

    CRM object -> Synchronized Data Extension -> query -> data extension -> query -> entry source -> journey
    CRM field  -> its column -> output column of a query -> field -> what reads it in the journey

Both levels are one graph. A node is named by a path: `crm/Contact`, `de/NAME`, `view/_Sent`, `query/KEY`, `entry/KEY`,
`journey/KEY`, `email/ID`; its columns by one part more: `de/NAME/FIELD`, and of a journey its activities. A column that
only decides which rows a query takes leads to the query itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from store import business_units, connect, data_extensions, journey, query
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    from store.org import Org

CRM, SYNCHRONIZED, DE, VIEW = "CRM object", "Synchronized Data Extension", "Data Extension", "Data View"
QUERY, ENTRY, JOURNEY, EMAIL, GONE = "Query", "Entry Source", "Journey", "Email", "missing"
FIELD, OUTPUT, ACTIVITY = "field", "output column", "activity"
COLUMNS = (FIELD, OUTPUT, ACTIVITY)
DECIDES = "decides which rows"


@dataclass(frozen=True)
class Node:
    """`kind` is one of the words above; `note` says what is wrong with it, such as a query that does not compile."""

    id: str
    kind: str
    name: str
    note: str = ""

    @property
    def is_column(self) -> bool:
        """Whether it is part of something: a field, an output column, an activity of a journey."""
        return self.kind in COLUMNS


@dataclass(frozen=True)
class Edge:
    """Data goes from `source` to `target`; `how` is a verb or, for a use in a journey, the kind of use."""

    source: str
    target: str
    how: str


@dataclass(frozen=True)
class Lineage:
    """All nodes and edges, in the order in which the account was read."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @cached_property
    def graph(self) -> Any:
        """The same as a networkx DiGraph: nodes by id with `node`, edges with `how`."""
        import networkx as nx

        graph = nx.DiGraph()
        graph.add_nodes_from((node.id, {"node": node}) for node in self.nodes)
        graph.add_edges_from((edge.source, edge.target, {"how": edge.how}) for edge in self.edges)
        return graph

    @cached_property
    def by_id(self) -> dict[str, Node]:
        """The nodes by id."""
        return {node.id: node for node in self.nodes}

    def find(self, path: str) -> Node:
        """The node of a path, case not counting; a name alone is looked for among all. Raises Refused with a hint."""
        if path in self.by_id:
            return self.by_id[path]
        wanted = path.strip().strip("/").lower()
        exact = [node for node in self.nodes if node.id.lower() == wanted]
        named = [node for node in self.nodes if not node.is_column and wanted in _names(node)]
        if found := exact or named:
            return found[0]
        known = [node.id for node in self.nodes]
        bare = [] if "/" in wanted else [node.name for node in self.nodes if not node.is_column]
        fix = did_you_mean(path, bare or known) or "`mctui lineage FILE` lists what there is."
        raise Refused(f"Nothing in the lineage is called '{path}'.", fix=fix)

    def upstream(self, path: str) -> tuple[Node, ...]:
        """Everything that a node's data comes from, directly or not, in the order of `nodes`."""
        import networkx as nx

        node = self.find(path)
        return self._ordered(node, nx.ancestors(self.graph, node.id))

    def downstream(self, path: str) -> tuple[Node, ...]:
        """Everything that a node's data reaches, directly or not, in the order of `nodes`."""
        import networkx as nx

        node = self.find(path)
        return self._ordered(node, nx.descendants(self.graph, node.id))

    def neighbours(self, path: str, *, up: bool) -> tuple[tuple[Node, str], ...]:
        """The nodes one edge away, each with how."""
        node = self.find(path)
        there = (self.graph.pred if up else self.graph.succ)[node.id]
        found = ((self.by_id[other], edge["how"]) for other, edge in there.items())
        return tuple((other, how) for other, how in found if node.is_column or not other.is_column)

    def _ordered(self, asked: Node, ids: set[str]) -> tuple[Node, ...]:
        """Of a table or a query only its like, of a column both levels."""
        return tuple(node for node in self.nodes if node.id in ids and (asked.is_column or not node.is_column))


def _names(node: Node) -> tuple[str, str]:
    return node.name.lower(), node.id.partition("/")[2].lower()


def lineage(org: Org, *, columns: bool = True) -> Lineage:
    """The lineage of the account as it is now: every query is compiled anew, stopped journeys are left out.

    Without `columns` it is that of the tables, and costs no compilation: queries read what they read at their save.
    """
    reader = _Reader(org, columns)
    reader.read_synchronizations()
    reader.read_tables()
    for one in query.queries(org):
        reader.read_query(one)
    for row in journey.journeys(org):
        reader.read_journey(row.key)
    edges = tuple(Edge(source, target, how) for (source, target), how in reader.edges.items())
    return Lineage(tuple(reader.nodes.values()), edges)


def readers(org: Org, de: str) -> tuple[Node, ...]:
    """The queries, entry sources and journeys that read a data extension."""
    return _beside(org, de, up=False)


def writers(org: Org, de: str) -> tuple[Node, ...]:
    """What writes a data extension: the CRM object that is synchronized into it, queries, journeys."""
    return _beside(org, de, up=True)


def _beside(org: Org, de: str, *, up: bool) -> tuple[Node, ...]:
    found = data_extensions.get(org, de)
    made = lineage(org)
    path = f"de/{found.path}"
    return tuple(node for node, _ in made.neighbours(path, up=up)) if path in made.by_id else ()


class _Reader:
    """Reads the rooms into nodes and edges."""

    def __init__(self, org: Org, columns: bool) -> None:
        self.org, self.columns = org, columns
        self.nodes: dict[str, Node] = {}
        self.edges: dict[tuple[str, str], str] = {}
        self.views = {view.lower(): view for view in data_extensions.data_views()}

    def node(self, kind: str, path: str, name: str, note: str = "") -> str:
        """The node of that path, made when it is new; returns the path."""
        self.nodes.setdefault(path, Node(path, kind, name, note))
        return path

    def edge(self, source: str, target: str, how: str) -> None:
        """Data goes there; of two ways between the same nodes both are said."""
        said = self.edges.get((source, target), "")
        if how not in said.split(", "):
            self.edges[(source, target)] = f"{said}, {how}" if said else how

    def table(self, name: str) -> str:
        """The node of what a query or an entry source names."""
        if view := self.views.get(name.lower().removeprefix("ent.")):
            return self.node(VIEW, f"view/{view}", view)
        de = data_extensions.find(self.org, name)
        if de is None:
            return self.node(GONE, f"de/{name}", name, "there is no such data extension")
        return self.node(SYNCHRONIZED if de.is_synchronized else DE, f"de/{de.path}", de.path)

    def field(self, table: str, name: str) -> str:
        """The node of a column of a table's node."""
        return self.node(FIELD, f"{table}/{name}", name)

    def read_synchronizations(self) -> None:
        """Each synchronized object into its data extension, field by field."""
        for source in connect.sources(self.org):
            note = "paused" if source.status == "paused" else ""
            crm_object = self.node(CRM, f"crm/{source.object}", source.object)
            target = self.node(SYNCHRONIZED, f"de/{source.de_name}", source.de_name, note)
            self.edge(crm_object, target, "synchronized")
            for field in data_extensions.get(self.org, source.de_name).fields:
                self.edge(self.field(crm_object, field.name), self.field(target, field.name), "synchronized")
            if source.filter_field:
                self.edge(self.field(crm_object, source.filter_field), target, DECIDES)

    def read_tables(self) -> None:
        """Every data extension with its fields, used or not; filtered and random ones come from their source."""
        for de in data_extensions.all_definitions(self.org):
            table = self.table(de.path)
            for field in de.fields:
                self.field(table, field.name)
            if de.source_id:
                self._derived(table, de)

    def _derived(self, table: str, de: data_extensions.DataExtension) -> None:
        source = self.table(data_extensions.made_from(self.org, de)["source"])
        self.edge(source, table, de.kind)
        for field in de.fields:
            self.edge(self.field(source, field.name), self.field(table, field.name), de.kind)

    def read_query(self, one: query.Query) -> None:
        """A query between its sources and its target; one that does not compile has only the sources of its save."""
        path, note, used = f"query/{one.path}", "", None
        if self.columns or not one.sources:
            try:
                used = self._used(one)
            except Refused as refusal:
                note = refusal.message
        self.node(QUERY, path, one.name, note)
        for source in used.sources if used else one.sources:
            self.edge(self.table(source), path, "read")
        target = self.table(one.target)
        self.edge(path, target, one.action)
        if used is None:
            return
        de = data_extensions.find(self.org, one.target)
        for name in used.outputs:
            column = self.node(OUTPUT, f"{path}/{name}", name)
            if de and name.lower() in de.by_name:
                self.edge(column, self.field(target, de.field(name).name), one.action)
        for name, source, origin in used.values:
            self.edge(self.field(self.table(source), origin), f"{path}/{name}", "read")
        for source, origin in used.decides:
            self.edge(self.field(self.table(source), origin), path, DECIDES)

    def _used(self, one: query.Query) -> query.Uses:
        """What a query reads, each table by its path."""
        with business_units.acting(self.org, one.mid):
            used = query.uses(self.org, one.text)
            names = {source: data_extensions.absolute(self.org, source) for source in used.sources}
        return query.Uses(
            tuple(names[source] for source in used.sources),
            used.outputs,
            tuple((name, names[source], origin) for name, source, origin in used.values),
            tuple((names[source], origin) for source, origin in used.decides),
        )

    def read_journey(self, key: str) -> None:
        """The versions that let contacts in or may do so: entry source, emails, fields read and written."""
        found = [version for version in journey.versions(self.org, key) if version.status != "Stopped"]
        if not found:
            return
        path = self.node(JOURNEY, f"journey/{found[-1].key}", found[-1].name)
        for version in found:
            if version.event is not None and version.event.data_extension:
                event = version.event
                entry = self.node(ENTRY, f"entry/{event.key}", str(event.raw.get("name") or event.key))
                how = "new rows" if event.new_records_only else "all rows"
                self.edge(self.table(self._entered(version)), entry, how)
                self.edge(entry, path, "enter")
            for sent in journey.sent_emails(self.org, version):
                self.edge(path, self.node(EMAIL, f"email/{sent.email_id}", sent.name), "sends")
            self._fields(path, version)

    def _entered(self, version: journey.Version) -> str:
        """The path of what a version's entry source names."""
        if version.event is None or not version.event.data_extension:
            return ""
        with business_units.acting(self.org, version.mid):
            return data_extensions.absolute(self.org, version.event.data_extension)

    def _fields(self, path: str, version: journey.Version) -> None:
        entry_de = self._entered(version)
        entered = self.table(entry_de) if entry_de else ""
        for use in journey.field_uses(self.org, version):
            table = self.table(use.de)
            field = self.field(table, use.field)
            activity = self.node(ACTIVITY, f"{path}/{use.activity_key or use.activity}", use.activity)
            if use.how == journey.WRITTEN:
                self.edge(activity, field, use.how)
                self.edge(path, table, "updates")
                continue
            self.edge(field, activity, use.how)
            if table != entered:  # what it enters by is its entry source; this is contact data
                self.edge(table, path, "contact data")
