"""Import File Activities take files of Enhanced FTP. Source: domain B6."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from store import Org, automation, data_extensions
from store.errors import Refused

FIELDS: list[dict[str, Any]] = [
    {"name": "Key", "length": 5, "is_primary_key": True},
    {"name": "Points", "type": "Number"},
]


@pytest.fixture
def shop(org: Org) -> Org:
    org.do("data_extensions.create", definition={"name": "Shop", "fields": FIELDS})
    org.do("data_extensions.insert", de="Shop", rows=[{"Key": "a", "Points": 1}])
    return org


def put(org: Org, text: str, name: str = "shop.csv", encoding: str = "utf-8", **more: Any) -> None:
    content = base64.b64encode(text.encode(encoding)).decode()
    org.do("automation.put_file", name=name, content=content, **more)


def run(org: Org, **definition: Any) -> str:
    """Make an import and an automation of it, run it, and say what it said."""
    whole = {"de": "Shop", "file": "shop.csv", **definition}
    org.do("automation.create_import", name="Load", definition=whole)
    org.do("automation.create", name="Nightly", steps=[[{"type": "import", "key": "Load"}]])
    org.do("automation.run_once", key="Nightly")
    org.step()
    return org.steps()[-1].title


def rows(org: Org) -> list[tuple[object, ...]]:
    return list(data_extensions.page(org, "Shop").rows)


# Given the file, when the import has this definition, then the rows, the status of the automation, and what it says.
CASES: list[tuple[str, dict[str, Any], list[tuple[object, ...]], str, str]] = [
    ("Key,Points\na,5\nb,6\n", {}, [("a", 5), ("b", 6)], "Complete", "2 read, 1 added, 1 updated"),
    ("Key,Points\na,5\nb,6\n", {"mode": "add_only"}, [("a", 1), ("b", 6)], "Complete", "1 rejected"),
    ("Key,Points\na,5\nb,6\n", {"mode": "update_only"}, [("a", 5)], "Complete", "1 rejected"),
    ("Key,Points\nc,5\n", {"mode": "overwrite"}, [("c", 5)], "Complete", "1 read, 1 added"),
    ("Key,Points\nb,x\nc,6\n", {}, [("a", 1), ("c", 6)], "Complete", "1 rejected (line 2: 'x' is not a Number.)"),
    ("Key,Points\nb,x\nc,6\n", {"allow_errors": False}, [("a", 1)], "Error", "line 2, column Points"),
    ("b|6\n", {"delimiter": "pipe", "header_lines": 0, "mapping": "ordinal"}, [("a", 1), ("b", 6)], "Complete",
     "1 added"),
    ("Id\tP\nb\t6\n", {"delimiter": "tab", "mapping": {"Id": "Key", "P": "Points"}}, [("a", 1), ("b", 6)], "Complete",
     "1 added"),
    ("Key,Points\n", {}, [("a", 1)], "Error", "the file shop.csv is blank"),
    ("Key,Points\n", {"blank_file": "skip"}, [("a", 1)], "Complete", "is blank, skipped"),
    ("Key,Points\n", {"blank_file": "process", "mode": "overwrite"}, [], "Complete", "0 read"),
    ("Name,Total\nb,6\n", {}, [("a", 1)], "Error", "None of the file's columns"),
    ("Key,Points\nb,6\n", {"file": "other.csv"}, [("a", 1)], "Error", "no file Import/other.csv on Enhanced FTP"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "definition", "expected", "status", "said"), CASES)
def test_each_import(
    shop: Org, text: str, definition: dict[str, Any], expected: list[tuple[object, ...]], status: str, said: str
) -> None:
    put(shop, text)
    assert said in run(shop, **definition)
    assert rows(shop) == expected
    assert automation.instances(shop)[0].status == status


def test_the_name_may_have_the_day_and_the_file_may_go(shop: Org) -> None:
    put(shop, "Key,Points\nb,6\n", "shop_20260105.csv", folder="Import/daily")
    pattern = "shop_%%Year%%%%Month%%%%Day%%.csv"
    assert "1 added" in run(shop, file=pattern, folder="Import/daily", delete_file=True)
    assert automation.files(shop) == []
    assert data_extensions.import_runs(shop)[0].file == "shop_20260105.csv"
    shop.back()
    assert [file.name for file in automation.files(shop)] == ["shop_20260105.csv"]


def test_each_business_unit_has_its_own_files(shop: Org) -> None:
    shop.do("business_units.create", name="Norway")
    put(shop, "Key,Points\nb,6\n", bu="Norway")
    assert "no file Import/shop.csv" in run(shop)
    assert [(file.unit, file.size) for file in automation.files(shop)] == [("Norway", 15)]


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        ({"fil": "x"}, "Did you mean file"),
        ({"de": "Shop"}, "needs de and file"),
        ({"de": "Shup", "file": "x"}, "Did you mean Shop"),
        ({"de": "Shop", "file": "%%Week%%.csv"}, "no %%Week%%"),
        ({"de": "Shop", "file": "x", "mode": "merge"}, "not a way to import"),
        ({"de": "Shop", "file": "x", "culture": "xx-XX"}, "culture 'xx-XX' is not known"),
        ({"de": "Shop", "file": "x", "blank_file": "?"}, "no way to meet a blank file"),
        ({"de": "Shop", "file": "x", "encoding": "utf-99"}, "encoding 'utf-99' is not known"),
    ],
)
def test_a_wrong_definition_is_refused(shop: Org, definition: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        shop.do("automation.create_import", name="Load", definition=definition)
