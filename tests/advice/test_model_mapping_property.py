"""Whatever the records: no contact is lost, each copied value is the CRM's, each roll-up is a count in Python."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import Org, clock, data_extensions
from store.advice import model_mapping
from store.invariants import check

TEXTS = st.sampled_from(["a", "B", "c d", "", "Ünï"])
NUMBERS = st.integers(-3, 9)


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    """Parents, masters with a lookup or none, children of either, junctions to parents; some of them deleted before."""
    parents, masters, children = draw(st.integers(0, 4)), draw(st.integers(1, 6)), draw(st.integers(0, 10))
    some = st.one_of(st.none(), st.integers(0, parents - 1)) if parents else st.none()
    one = st.integers(0, masters - 1)
    return {
        "parents": [{"text": draw(TEXTS), "number": draw(NUMBERS)} for _ in range(parents)],
        "masters": [{"parent": draw(some), "text": draw(TEXTS)} for _ in range(masters)],
        "children": [
            {"master": draw(st.one_of(st.none(), one)), "parent": draw(some), "number": draw(NUMBERS),
             "day": draw(st.integers(1, 28))}
            for _ in range(children)
        ],
        "ways": draw(st.sampled_from(["child", "roll-up", "child+roll-up"])),
        "over_parent": draw(st.booleans()),
        "deleted": draw(st.sets(one, max_size=2)),
    }  # fmt: skip


def define(org: Org) -> None:
    """Shop__c <- Contact; Visit__c -> Contact and Shop__c."""
    text, number = {"name": "Text__c", "type": "string"}, {"name": "Number__c", "type": "double"}
    shop = {"name": "Shop__c", "type": "reference", "reference_to": ["Shop__c"]}
    who = {"name": "Who__c", "type": "reference", "reference_to": ["Contact"]}
    day = {"name": "Day__c", "type": "date"}
    org.do("crm.define_object", definition={"name": "Shop__c", "fields": [text, number]})
    org.do("crm.define_fields", object="Contact", fields=[text, shop])
    org.do("crm.define_object", definition={"name": "Visit__c", "fields": [who, shop, number, day]})


def create(org: Org, name: str, records: list[dict[str, Any]]) -> list[str]:
    if records:
        org.do("crm.create", object=name, records=records)
    return [row["Id"] for row in org.rows(f"SELECT Id FROM crm_{name} ORDER BY row_id")]


def fill(org: Org, made: dict[str, Any]) -> tuple[list[str], list[str]]:
    """(ids of the masters, ids of the children)."""
    shops = create(org, "Shop__c", [{"Text__c": one["text"], "Number__c": one["number"]} for one in made["parents"]])

    def of(place: int | None, ids: list[str]) -> str | None:
        return None if place is None else ids[place]

    people = create(org, "Contact", [
        {"LastName": f"P{number}", "Text__c": one["text"], "Shop__c": of(one["parent"], shops)}
        for number, one in enumerate(made["masters"])
    ])  # fmt: skip
    visits = create(org, "Visit__c", [
        {"Who__c": of(one["master"], people), "Shop__c": of(one["parent"], shops), "Number__c": one["number"],
         "Day__c": f"2026-02-{one['day']:02}"}
        for one in made["children"]
    ])  # fmt: skip
    return people, visits


def rows(org: Org, name: str, key: str) -> dict[str, dict[str, Any]]:
    page = data_extensions.page(org, name, limit=1000)
    return {str(row[page.columns.index(key)]): dict(zip(page.columns, row, strict=True)) for row in page.rows}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=worlds())
def test_no_contact_is_lost_and_every_value_is_that_of_the_crm(made: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder, Org.create(Path(folder) / "w.mctui") as org:
        define(org)
        people, visits = fill(org, made)
        gone = sorted(made["deleted"]) if len(made["deleted"]) < len(people) else []
        if gone:
            org.do("crm.delete", object="Contact", ids=[people[place] for place in gone])
        via = "Shop__c" if made["over_parent"] else "Who__c"
        shop = {"object": "Shop__c", "fields": ["Text__c", "Number__c"]}
        visit = {"object": "Visit__c", "as": made["ways"], "via": via, "fields": ["Number__c", "Day__c"]}
        related = [shop, visit]
        measured = model_mapping.planned(org, "Contact", related).proposals[1].measure
        org.do("mapping.apply", object="Contact", related=related, synchronize=True)
        org.run_until(org.now + clock.DAY)
        assert not org.rows("SELECT message FROM query_runs WHERE NOT ok")

        flat = rows(org, "Contact_Flat", "SubscriberKey")
        alive = [place for place in range(len(people)) if place not in gone]
        assert set(flat) == {people[place] for place in alive}, "no contact is lost, none is there twice"
        of_master: dict[int, list[dict[str, Any]]] = {}
        for place in alive:
            one = made["masters"][place]
            near = one["parent"] if made["over_parent"] else place
            side = "parent" if made["over_parent"] else "master"
            of_master[place] = [each for each in made["children"] if near is not None and each[side] == near]
            parent = None if one["parent"] is None else made["parents"][one["parent"]]
            row = flat[people[place]]
            assert row["Shop_Text"] == (parent["text"] or None if parent else None)
            assert row["Shop_Number"] == (parent["number"] if parent else None)
            if "roll-up" in made["ways"]:
                mine = of_master[place]
                assert row["Visit_Count"] == len(mine)
                assert row["Visit_Number_Sum"] == (sum(each["number"] for each in mine) if mine else None)
                last = max((each["day"] for each in mine), default=None)
                assert row["Visit_Day_Last"] == (None if last is None else f"2026-02-{last:02} 00:00:00")
        counted = Counter(len(each) for each in of_master.values())
        assert measured.with_several == sum(number for size, number in counted.items() if size > 1)
        assert measured.lost == sum((size - 1) * number for size, number in counted.items() if size > 1)
        if "child" in made["ways"]:
            # A visit of a deleted contact keeps no lookup to it in the CRM.
            expected = {
                visits[number]
                for number, each in enumerate(made["children"])
                if (each["parent"] if made["over_parent"] else each["master"]) is not None
                and (made["over_parent"] or each["master"] not in gone)
            }
            assert set(rows(org, "Contact_Visit", "Id")) == expected
        assert check(org) == []
