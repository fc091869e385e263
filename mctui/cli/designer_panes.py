"""What `mctui show` says of Data Designer: groups, sets, cardinalities and paths."""

from __future__ import annotations

from mctui.cli.panes import Section, pane
from store import Org


@pane("data-designer")
def data_designer(org: Org, _: str, limit: int) -> list[Section]:
    """The contact model: groups, sets, cardinalities, what is not linked. JSON: as the API answers the schema."""
    from mctui.reading.data_designer import tree
    from store.contacts import designer

    model = designer.contact_model(org)
    data = designer.group_answer(org, model) | designer.set_answer(org, model)
    return [Section("data_designer", (), (), text="\n".join(tree(org)), data=data)]


@pane("data-designer/")
def attribute_group(org: Org, name: str, limit: int) -> list[Section]:
    """One attribute group, or one attribute set with its attributes and its paths from the Contact."""
    from mctui.reading.data_designer import tree
    from store.contacts import designer
    from store.errors import Refused

    model = designer.contact_model(org)
    found = model.find(name)
    try:
        group = model.group(name)
    except Refused:
        if found is None:
            raise
    else:
        data = designer.group_export(org, model, group)
        return [Section("data_designer", (), (), text="\n".join(tree(org, group.name)), data=data)]
    attributes = [
        (f"{found.name}.{a.name}", a.type, a.length, "yes" if a.is_primary_key else "",
         "yes" if a.is_identity else "", "yes" if a.is_nullable else "no", "yes" if a.is_hidden else "")
        for a in found.attributes
    ]  # fmt: skip
    headers = ("fully_qualified_name", "type", "length", "primary_key", "identity", "nullable", "hidden")
    ways = [(designer.said(model, path),) for path in designer.paths_to(model, found)]
    return [Section("attributes", headers, attributes), Section("paths", ("path",), ways, "Not linked.")]
