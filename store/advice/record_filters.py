"""The record filters that would have kept out contacts who are billed and never mailed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import connect, crm, query
from store.advice.key_audit import Saving
from store.clock import utc_text

if TYPE_CHECKING:
    from store.org import Org

_STAYS = "Who is a contact already stays billed until deleted."


def filters_for_never_mailed(org: Org) -> list[Saving]:
    """For each object that is synchronized whole, the record collections that would leave nobody out who was mailed.

    They are those that MC Connect offers - one checkbox, or created since a date - and not to synchronize an object
    that no query reads. The best of each object first; none of an object of which nobody was mailed but that queries
    read: who of it is wanted cannot be told. None while nobody in the account was mailed at all. Source: domain C1.
    """
    if org.value("SELECT 1 FROM all_subscribers LIMIT 1") is None:
        return []
    read = {name.lower() for one in query.queries(org) for name in one.sources}
    found: list[Saving] = []
    for each in connect.sources(org):
        if each.collection == "all" and each.api_name in connect.CONTACT_OBJECTS:
            found += _of_object(org, each.object, is_read=each.de_name.lower() in read)
    return found


def _of_object(org: Org, name: str, *, is_read: bool) -> list[Saving]:
    obj = crm.describe(org, name)
    boxes = [f.name for f in obj.fields if f.type == "boolean" and not f.formula and not f.computed]
    counted = "".join(
        f""", sum(mailed AND "{box}") AS "{box}+", sum(mailed AND NOT "{box}") AS "{box}-",
             sum(NOT mailed AND "{box}") AS "{box} in", sum(NOT mailed AND NOT "{box}") AS "{box} out\""""
        for box in boxes
    )
    # One row is a record that is a contact.
    people = f"""SELECT r.*, s.contact_id IS NOT NULL AS mailed
                   FROM {crm.table_of(name)} r JOIN contacts c ON c.contact_key = r.Id
                        LEFT JOIN all_subscribers s ON s.contact_id = c.contact_id"""
    row = org.row(
        f"""SELECT coalesce(sum(mailed), 0) AS mailed, coalesce(sum(NOT mailed), 0) AS never,
                   min(CASE WHEN mailed THEN CreatedDate END) AS since {counted} FROM ({people})"""
    )
    assert row is not None
    if not row["never"]:
        return []
    if not row["mailed"]:
        how = f"No query reads {name}, and nobody of it was mailed. {_STAYS}"
        return [] if is_read else [Saving(name, "not synchronized", row["never"], how)]
    found = []
    for box in boxes:
        for value, others, saved in (("true", row[f"{box}-"], f"{box} out"), ("false", row[f"{box}+"], f"{box} in")):
            if not others and row[saved]:
                found.append(Saving(name, f"{box} = {value}", row[saved], f"Whoever was mailed has it so. {_STAYS}"))
    day = row["since"] // 86400 * 86400
    before = int(org.value(f"SELECT count(*) FROM ({people}) WHERE NOT mailed AND CreatedDate < ?", day))
    if before:
        found.append(Saving(name, f"created since {utc_text(day)[:10]}", before, f"Nobody older was mailed. {_STAYS}"))
    return sorted(found, key=lambda one: (-one.contacts, one.filter))
