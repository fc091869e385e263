"""The paths from the Contact, against networkx; the rows that a path leads to, against plain Python."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from store import Org, contacts
from store.contacts.designer import CONTACT, AttributeGroup, AttributeSet, ContactModel, Relationship, paths_to
from store.contacts.designer.paths import LONGEST
from store.journey.contact_data import contact_data
from store.journey.criteria import parse
from store.journey.criteria_sql import compile_criteria
from tests.journey import worlds


@st.composite
def models(draw: st.DrawFn) -> ContactModel:
    """Up to six sets, each linked to the Contact or to earlier ones, some twice."""
    count = draw(st.integers(1, 6))
    related = []
    for number in range(1, count + 1):
        lefts = draw(st.sets(st.integers(0, number - 1), min_size=1, max_size=3))
        for left in sorted(lefts):
            pairs = (("a", draw(st.sampled_from("bc"))),)
            related.append(Relationship(str(len(related)), "G", f"s{left}" if left else CONTACT, f"s{number}", pairs))
    ids = [f"s{number}" for number in range(1, count + 1)]
    sets = {each: AttributeSet(each, each, each, "", ()) for each in ids}
    return ContactModel((AttributeGroup("G", "G", "custom", tuple(ids), tuple(related)),), sets)


@settings(max_examples=200, deadline=None)
@given(model=models())
def test_the_paths_are_the_simple_paths_of_the_graph(model: ContactModel) -> None:
    graph = nx.MultiDiGraph()
    for each in model.relationships:
        graph.add_edge(each.left, each.right, key=each.id)
    for wanted in model.sets.values():
        found = {tuple(each.id for each in path) for path in paths_to(model, wanted)}
        expected = nx.all_simple_edge_paths(graph, CONTACT, wanted.id, cutoff=LONGEST)
        assert found == {tuple(key for _, _, key in path) for path in expected}


VALUES = st.sampled_from(["a", "b", "c", "d", None])
ROWS = st.lists(st.tuples(VALUES, VALUES), max_size=6)


@settings(max_examples=60, deadline=None)
@given(tables=st.lists(ROWS, min_size=1, max_size=3), keyed=st.booleans(), wanted=st.sampled_from("abcd"))
def test_whoever_has_any_row_at_the_end_of_a_path_is_found(
    tables: list[list[tuple[Any, Any]]], keyed: bool, wanted: str
) -> None:
    """T1 to the Contact, T2 to T1, ...: each row is (Near, Far); the Far of one is the Near of the next."""
    if keyed:
        tables = [list({row[0]: row for row in rows if row[0] is not None}.values()) for rows in tables]
    with tempfile.TemporaryDirectory() as folder, Org.create(Path(folder) / "w.mctui") as org:
        org.do("test.journey_contacts", keys=["a", "b", "c"])
        links: list[dict[str, Any]] = []
        for number, rows in enumerate(tables, start=1):
            fields = [{"name": "Near", "is_primary_key": keyed}, {"name": "Far"}]
            org.do("data_extensions.create", definition={"name": f"T{number}", "fields": fields})
            org.do("test.rows", de=f"T{number}", rows=[{"Near": near, "Far": far} for near, far in rows])
            to = {"to": f"T{number - 1}", "by": {"Far": "Near"}} if number > 1 else {"by": "Near"}
            links.append({"de": f"T{number}", "cardinality": "1:many", **to})
        org.do("contacts.create_attribute_group", name="G", links=links)
        name = f"T{len(tables)}"
        assert contact_data(org, name).is_indexed is keyed
        compiled = compile_criteria(org, parse(worlds.where(f"Contact.Attribute.{name}.Far", "Equal", wanted)), {})
        sql = f"SELECT k.contact_key FROM contacts k WHERE {compiled.sql}"
        found = {row[0] for row in org.rows(sql, compiled.params)}
        expected, counts = set(), {}
        for key in ("a", "b", "c"):
            at = [key]
            for rows in tables[:-1]:
                at = [far for value in at for near, far in rows if near == value and value is not None]
            ends = [row for value in at for row in tables[-1] if row[0] == value and value is not None]
            counts[key] = len(ends)
            expected |= {key} if any(far == wanted for _, far in ends) else set()
        assert found == expected
        for key, count in counts.items():
            linked = contacts.designer.linked_rows(org, key)
            assert next(each.count for each in linked if each.attribute_set == name) == count
