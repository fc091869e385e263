"""Folders of query texts: a small one of our own, and a larger one that is only there when its folder is given."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.corpus.__main__ import GOLDEN
from tests.corpus.infer import infer
from tests.corpus.verdicts import Verdict, read, verdicts, write

SAMPLE = Path(__file__).with_name("corpus_sample")


def test_each_text_has_a_verdict_with_its_place() -> None:
    assert [(each.file, each.verdict, each.reason) for each in verdicts(SAMPLE)] == [
        ("dedupe.sql", "ok", ""),
        ("misspelt.sql", "refused", "3:7 Invalid column name 'Joined'."),
        (
            "placeholder.sql",
            "failed",
            "Conversion failed when converting the varchar value 'YOUR_JOB' to data type int.",
        ),
    ]


def test_types_are_read_from_use_before_they_are_guessed_from_names() -> None:
    catalog = infer((SAMPLE / "dedupe.sql").read_text(encoding="utf-8"))
    table = catalog.table("web orders", None)
    assert table is not None
    kinds = {column.name: column.type.name for column in table.columns if not column.hidden}
    wanted = {"SubscriberKey": "nvarchar", "Total": "decimal", "OrderDate": "datetime", "Points": "decimal"}
    assert kinds == wanted | {"Limit": "decimal", "package": "nvarchar"}


def test_writing_the_list_keeps_the_notes_of_what_has_not_changed(tmp_path: Path) -> None:
    golden = tmp_path / "list.tsv"
    golden.write_text("a.sql\trefused\t1:1 x\tright: x\nb.sql\tfailed\ty\tright: y\n", encoding="utf-8")
    write(golden, [Verdict("a.sql", "refused", "1:2 x"), Verdict("b.sql", "ok", "")])
    assert read(golden) == [Verdict("a.sql", "refused", "1:2 x", "right: x"), Verdict("b.sql", "ok", "")]


def test_every_text_that_is_not_ok_has_been_looked_at() -> None:
    listed = read(GOLDEN)
    assert len(listed) >= 200
    assert all(each.note for each in listed if each.verdict != "ok")


FOLDER = os.environ.get("MCTUI_CORPUS", "")


@pytest.mark.skipif(not FOLDER, reason="MCTUI_CORPUS names no folder with the texts of corpus_verdicts.tsv")
def test_the_given_folder_fares_as_the_list_says() -> None:
    wanted = {each.file: (each.verdict, each.reason) for each in read(GOLDEN)}
    found = {each.file: (each.verdict, each.reason) for each in verdicts(Path(FOLDER))}
    assert found == wanted
