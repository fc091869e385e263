"""How files are written: delimiters, quotes, encodings, cultures, mapping. Source: domain B6, ImportDefinition."""

from __future__ import annotations

from typing import Any

import pytest

from store import Org, data_extensions
from store.data_extensions import Dialect, read_delimited
from store.errors import Refused, Unreadable

FIELDS: list[dict[str, Any]] = [
    {"name": "Key", "length": 20, "is_primary_key": True},
    {"name": "Name", "length": 40},
    {"name": "Born", "type": "Date"},
    {"name": "Paid", "type": "Decimal", "precision": 10, "scale": 2},
    {"name": "Seen", "type": "Date", "default": "GetDate()"},
]
HEADER, ROW = ("Key", "Name"), (("a", "Müller, Zoë"),)
DIALECTS = [  # (bytes, dialect); each gives HEADER and ROW
    ('Key,Name\na,"Müller, Zoë"\n'.encode(), {}),
    ('Key,Name\r\na,"Müller, Zoë"\r\n'.encode("utf-8-sig"), {}),
    ('Key,Name\na,"Müller, Zoë"'.encode("utf-16"), {}),
    ('Key,Name\na,"Müller, Zoë"'.encode("utf-16-le"), {"encoding": "UTF-16LE"}),
    ('Key,Name\na,"Müller, Zoë"'.encode("cp1252"), {"encoding": "Windows-1252"}),
    ("Key\tName\na\tMüller, Zoë\n".encode(), {"delimiter": "tab"}),
    ("Key|Name\na|Müller, Zoë\n".encode(), {"delimiter": "|"}),
    ("Key;Name\n\na;Müller, Zoë\n\n".encode(), {"delimiter": "semicolon"}),
    ('Report of today\nKey,Name\na,"Müller, Zoë"\n'.encode(), {"header_lines": 2}),
]


@pytest.mark.parametrize(("data", "dialect"), DIALECTS)
def test_each_dialect_gives_the_same_cells(data: bytes, dialect: dict[str, Any]) -> None:
    read = read_delimited(data, Dialect.of(**dialect))
    assert (read.header, read.rows) == (HEADER, ROW)


def test_lines_are_those_of_the_file_also_after_a_text_over_several() -> None:
    read = read_delimited(b'A,B\n1,"x\ny"\n\n2,z\n')
    assert read.lines == (2, 5) and read.rows[0] == ("1", "x\ny")


def test_without_quotes_a_quotation_mark_is_part_of_the_value() -> None:
    assert read_delimited(b'A\n"x"\n', Dialect.of(quoted=False)).rows == (('"x"',),)


@pytest.mark.parametrize(
    ("data", "dialect", "said"),
    [
        ("A\nü".encode("cp1252"), {}, r"f.csv:2: The file is not UTF-8 \(byte 2\)"),
        (b'A\n"x', {}, "f.csv:2: This is no delimited file"),
    ],
)
def test_what_cannot_be_read_says_where(data: bytes, dialect: dict[str, Any], said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read_delimited(data, Dialect.of(**dialect), where="f.csv")


@pytest.mark.parametrize(
    ("dialect", "said"),
    [({"delimiter": "||"}, "not a delimiter"), ({"encoding": "utf9"}, "Did you mean utf"), ({"header_lines": -1}, "0")],
)
def test_a_dialect_that_there_is_not_is_refused(dialect: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        Dialect.of(**dialect)


@pytest.fixture
def shop(org: Org) -> Org:
    org.do("data_extensions.create", definition={"name": "Shop", "fields": FIELDS})
    return org


def load(org: Org, header: list[str], *rows: list[str], **options: Any) -> None:
    org.do("data_extensions.import", de="Shop", header=header, rows=[list(row) for row in rows], **options)


def values(org: Org, name: str) -> list[object]:
    page = data_extensions.page(org, "Shop")
    return [row[page.columns.index(name)] for row in page.rows]


CULTURES = [  # (culture, date, number as they write them); each is 31 January 2026, 17:07 and 1234.5
    ("en-US", "1/31/2026 5:07 PM", "1,234.50"),
    ("en-US", "2026-01-31 17:07:00", "1234.5"),
    ("en-GB", "31/01/2026 17:07", "1,234.50"),
    ("en-GB", "2026-01-31T17:07:00", "1234.5"),
    ("de-DE", "31.01.2026 17:07", "1.234,50"),
    ("fr-FR", "31/01/2026 17:07", "1 234,50"),
    ("sv-SE", "2026-01-31 17:07", "1 234,5"),
    ("ja-JP", "2026/01/31 17:07", "1,234.5"),
    ("nb-NO", "31.1.26 17:07", "1\u00a0234,5"),
]


@pytest.mark.parametrize(("culture", "date", "number"), CULTURES)
def test_dates_and_numbers_are_read_by_the_culture(shop: Org, culture: str, date: str, number: str) -> None:
    load(shop, ["Key", "Born", "Paid"], ["a", date, number], culture=culture)
    assert values(shop, "Born") == ["2026-01-31 17:07:00"] and values(shop, "Paid") == [1234.5]


def test_a_date_of_another_culture_is_rejected_not_turned_around(shop: Org) -> None:
    load(shop, ["Key", "Born"], ["a", "31/01/2026"], ["b", "01/31/2026"], culture="en-GB")
    assert values(shop, "Key") == ["a"]
    assert [one.line for one in data_extensions.import_errors(shop)] == [3]


MAPPINGS = [  # (header, row, mapping, what arrives or what is refused)
    (["Name", "Key", "x"], ["Ann", "a", "?"], "header", ("a", "Ann")),
    (["whatever", "else"], ["a", "Ann"], "ordinal", ("a", "Ann")),
    ([], ["a", "Ann"], "ordinal", ("a", "Ann")),
    (["id", "full name"], ["a", "Ann"], {"ID": "Key", "full name": "Name"}, ("a", "Ann")),
    ([], ["?", "Ann", "a"], {"3": "Key", "2": "Name"}, ("a", "Ann")),
    ([], ["a"], "header", "no column headings"),
    (["id"], ["a"], {"idd": "Key"}, "no column 'idd'"),
    (["id"], ["a"], {"id": "Kee"}, "Did you mean Key"),
    (["id", "b"], ["a", "b"], {"id": "Key", "b": "key"}, "Two columns are mapped to the field Key"),
    (["id"], ["a"], {}, "No column is mapped"),
    (["id"], ["a"], "by name", "not a way to map"),
    (["id"], ["a"], {"id": "Name"}, "no column Key, which Shop requires"),
]


@pytest.mark.parametrize(("header", "row", "mapping", "expected"), MAPPINGS)
def test_each_way_of_mapping(
    shop: Org, header: list[str], row: list[str], mapping: Any, expected: tuple[str, str] | str
) -> None:
    if isinstance(expected, str):
        with pytest.raises(Refused, match=expected):
            load(shop, header, row, mapping=mapping)
        return
    load(shop, header, row, mapping=mapping)
    assert (values(shop, "Key"), values(shop, "Name")) == ([expected[0]], [expected[1]])


def test_null_representation_and_the_default_of_today(shop: Org) -> None:
    load(shop, ["Key", "Name", "Seen"], ["a", "NULL", ""], ["b", "null", "2026-01-01"], null="NULL")
    assert values(shop, "Name") == [None, "null"]
    assert values(shop, "Seen") == ["2026-01-05 00:00:00", "2026-01-01 00:00:00"]


def test_every_import_is_kept_with_its_rejected_rows(shop: Org) -> None:
    load(shop, ["Key", "Born"], ["a", ""], ["b", "soon"], ["a", ""], file="first.csv", lines=[2, 4, 5])
    load(shop, ["Key"], ["c"], mode="add_only")
    last, first = data_extensions.import_runs(shop)
    assert (first.file, first.mode, first.read, first.inserted, first.rejected, first.k) == (
        "first.csv", "add_and_update", 3, 1, 2, shop.k - 1,
    )  # fmt: skip
    assert (last.read, last.rejected) == (1, 0)
    errors = data_extensions.import_errors(shop, first.import_id)
    assert [(one.line, one.column, one.cells) for one in errors] == [(4, "Born", ("b", "soon")), (5, "Key", ("a", ""))]
    assert data_extensions.import_errors(shop) == []
    with pytest.raises(Refused, match="no import 9"):
        data_extensions.import_errors(shop, 9)
