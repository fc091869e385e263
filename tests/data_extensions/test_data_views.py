"""Every data view has exactly the documented columns, types, lengths, scope and retention.

The expectation is `data_views.txt`, with its sources; what the pages leave open is in DIFFERENT, each with its reason.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from store import Org, data_extensions, query
from store.data_extensions.view_rules import EMPTY, KEPT_FOREVER, rule_of

Expected = dict[str, list[tuple[str, str, int | None, bool]]]
# (view, column) -> why this program says something else than the page.
DIFFERENT = {
    ("_Job", "TriggererSendDefinitionObjectID"): "the page has Number; its values are GUIDs, as in _Sent",
    ("_Click", "IsUnique"): "the page has no type; it is Boolean in the other views",
    ("_SMSMessageTracking", "SMSJobID"): "the page has String, which is Text",
    ("_SurveyResponse", "IsUnique"): "the third-party list has Number; it is Boolean in the other views",
}
_TYPES = {"Email": "EmailAddress", "String": "Text"}
_FIXED = {"EmailAddress": 254, "Phone": 50, "Locale": 5}  # domain B1


def expected() -> Expected:
    found: Expected = {}
    lines = Path(__file__).with_name("data_views.txt").read_text().splitlines()
    for line in lines:
        if line.startswith("_"):
            view = line.strip()
            found[view] = []
        elif line.startswith("    "):
            name, kind, length, nullable = line.split()
            kind = _TYPES.get(kind, kind)
            size = int(length) if length != "-" else _FIXED.get(kind)
            found[view].append((name, kind, size if kind in ("Text", *_FIXED) else None, nullable == "?"))
    return found


EXPECTED = expected()


def test_all_documented_views_are_there_and_no_others() -> None:
    assert sorted(data_extensions.data_views()) == sorted(EXPECTED)
    assert len(EXPECTED) == 31 and sum(map(len, EXPECTED.values())) == 416


@pytest.mark.parametrize("view", EXPECTED)
def test_the_columns_have_their_names_types_and_lengths(org: Org, view: str) -> None:
    said = [(f.name, f.type, f.length, f.is_nullable) for f in data_extensions.data_views()[view]]
    assert [name for name, *_ in said] == [name for name, *_ in EXPECTED[view]]
    for mine, theirs in zip(said, EXPECTED[view], strict=True):
        if (view, mine[0]) not in DIFFERENT:
            assert mine == theirs, f"{view}.{mine[0]}"
    assert [row["name"] for row in org.rows(f"PRAGMA table_info({view})")] == [name for name, *_ in said]
    assert query.preview(org, f"SELECT * FROM {view}")[0] == tuple(name for name, *_ in said)


def test_a_view_is_filled_or_says_why_it_is_empty(org: Org) -> None:
    statuses = {one.name: one for one in data_extensions.view_statuses(org)}
    for view, status in statuses.items():
        assert status.filled is bool(rule_of(view).filled_by) is (view not in EMPTY), view
        assert status.why and status.columns == len(EXPECTED[view])
    assert {one.name for one in statuses.values() if one.kept == "without limit"} == set(KEPT_FOREVER)
    assert statuses["_ReconcilableDispositionView"].kept == "7 days"
