"""What a definition may say. Sources: domain B1 (types), B2 (keys and names), B3 (sendable)."""

from __future__ import annotations

from typing import Any

import pytest

from store import Org, data_extensions
from store.errors import Refused

KEY = {"name": "Key", "length": 18, "is_primary_key": True}


def make(org: Org, *fields: dict[str, Any], **more: Any) -> data_extensions.DataExtension:
    org.do("data_extensions.create", definition={"name": "Audience", "fields": list(fields) or [KEY], **more})
    return data_extensions.get(org, more.get("name", "Audience"))


def test_types_have_their_lengths(org: Org) -> None:
    kinds = ("Text", "Number", "Date", "Boolean", "EmailAddress", "Phone", "Decimal", "Locale")
    de = make(org, *({"name": f"f{kind}", "type": kind} for kind in kinds), {"name": "max", "length": None})
    sizes = [(field.length, field.scale) for field in de.fields]
    none = (None, None)
    assert sizes == [(50, None), none, none, none, (254, None), (50, None), (18, 0), (5, None), none]


def test_a_key_is_required_and_other_fields_are_nullable(org: Org) -> None:
    de = make(org, KEY, {"name": "Email", "type": "EmailAddress"})
    assert [field.is_nullable for field in de.fields] == [False, True]
    assert de.primary_key == ("Key",) and de.email_field == "Email"


@pytest.mark.parametrize(
    ("fields", "more", "said"),
    [
        ([{"name": "A", "is_primary_key": True, "is_nullable": True}], {}, "field A: a primary key cannot be nullable"),
        ([{"name": "A"}, {"name": " a"}], {}, "there is another one of that name"),
        ([{"name": "_A"}], {}, "field _A: a name cannot begin with an underscore"),
        ([{"name": "A", "length": 4001}], {}, "field A: the length of a Text is 1 to 4000"),
        ([{"name": "A", "type": "Number", "length": 4}], {}, "field A: a Number has no length"),
        ([{"name": "A", "type": "Decimal", "precision": 5, "scale": 6}], {}, "field A: precision"),
        ([{"name": "A", "scale": 2}], {}, "field A: only a Decimal"),
        ([{"name": "A", "type": "Txt"}], {}, "field A, type: .*Did you mean Text"),
        ([{"name": "A", "lenght": 5}], {}, "field A, lenght: there is no such key. Did you mean length"),
        ([{"name": "A", "type": "Number", "default": "x"}], {}, "field A: the default 'x' does not fit"),
        ([{"name": "A", "default": "GetDate()"}], {}, r"field A: GetDate\(\) is a default of Date fields only"),
        ([{"name": f"K{n}", "is_primary_key": True} for n in range(11)], {}, "at most 10 fields"),
        ([KEY], {"is_sendable": True}, "needs a send relationship"),
        ([KEY], {"is_testable": True}, "belong to a sendable"),
        ([KEY], {"is_sendable": True, "sendable_field": "Kee", "sendable_to": "Subscriber Key"}, "Did you mean Key"),
        ([KEY], {"folders": "x"}, "folders: there is no such key. Did you mean folder"),
        ([KEY], {"key": "k" * 201}, "at most 200 characters"),
        ([KEY], {"name": "_Sent"}, "the data views'"),
        ([KEY], {"retention": {"policy": "all_records"}}, "either a period or a day"),
    ],
)
def test_a_wrong_definition_is_refused_naming_the_field(
    org: Org, fields: list[dict[str, Any]], more: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refused, match=f"(?i){said}"):
        make(org, *fields, **more)
    assert data_extensions.summaries(org) == []


def test_names_and_keys_are_unique_whatever_their_case(org: Org) -> None:
    make(org, key="AUD")
    with pytest.raises(Refused, match="'AUDIENCE' already"):
        make(org, name="AUDIENCE")
    with pytest.raises(Refused, match="external key 'aud' already"):
        make(org, name="Other", key="aud")


def test_a_data_extension_is_found_by_name_or_key_and_a_misspelling_is_guessed(org: Org) -> None:
    make(org, key="K-1")
    assert data_extensions.get(org, " audience").name == data_extensions.get(org, "k-1").name == "Audience"
    with pytest.raises(Refused, match="Did you mean Audience"):
        data_extensions.get(org, "Audiense")


def test_names_that_make_the_same_table_name_get_tables_of_their_own(org: Org) -> None:
    assert make(org, name="A-B").table_name == "de_A_B"
    assert make(org, name="A B").table_name == "de_A_B_2"
    assert make(org, name="名前").table_name == "de_x"


def test_a_definition_written_out_makes_the_same_again(org: Org) -> None:
    first = make(
        org, KEY,
        {"name": "N", "type": "Decimal", "precision": 9, "scale": 2, "default": 1.5}, {"name": "T", "length": None},
        folder="Shop/News", is_sendable=True, sendable_field="key", sendable_to="Subscriber Key", is_testable=True,
        retention={"policy": "individual_records", "period": 6, "unit": "months"},
    )  # fmt: skip
    written = data_extensions.as_definition(first)
    org.do("data_extensions.delete", de="Audience")
    org.do("data_extensions.create", definition=written)
    assert data_extensions.get(org, "Audience") == first
    assert first.sendable_field == "Key" and first.folder == "Shop/News"


def test_only_a_sendable_data_extension_can_be_sent_to(org: Org) -> None:
    make(org)
    with pytest.raises(Refused, match="not sendable"):
        data_extensions.refuse_unless_sendable(org, "Audience")
    make(org, name="Send", is_sendable=True, sendable_field="Key", sendable_to="Subscriber Key")
    assert data_extensions.refuse_unless_sendable(org, "Send").sendable_to == "Subscriber Key"


def test_renaming_and_moving_keep_the_rows(org: Org) -> None:
    make(org)
    org.do("data_extensions.insert", de="Audience", rows=[{"Key": "a"}])
    org.do("data_extensions.rename", de="audience", new_name="People")
    org.do("data_extensions.move", de="People", folder="/Shop/")
    found = data_extensions.summaries(org)[0]
    assert (found.name, found.folder, found.rows) == ("People", "Shop", 1)


def test_every_data_view_exists_with_its_columns(org: Org) -> None:
    for view in ("_Subscribers", "_ListSubscribers", "_BusinessUnitUnsubscribes", "_EnterpriseAttribute", "_Coupon"):
        columns = [row["name"] for row in org.rows(f"PRAGMA table_info({view})")]
        assert columns == [column.name for column in data_extensions.data_views()[view]], view


def test_a_query_can_name_data_extensions_and_data_views(org: Org) -> None:
    make(org, KEY, {"name": "When", "type": "Date"}, name="My Audience")
    catalog = data_extensions.catalog(org)
    table = catalog.table("my audience", None)
    assert table and table.sqlite_name == '"de_My_Audience"'
    assert [(c.name, str(c.type), c.hidden) for c in table.columns] == [
        ("Key", "nvarchar(18)", False),
        ("When", "datetime", False),
        ("_CustomObjectKey", "bigint", True),
    ]
    assert catalog.table("_subscribers", "Ent") and catalog.table("nothing", None) is None
    assert {"My Audience", "_Sent"} <= set(catalog.names())
