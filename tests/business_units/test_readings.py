"""What the app, the command line and scenarios say of business units."""

from __future__ import annotations

from pathlib import Path

from mctui.reading import data_extensions as reading
from mctui.views import Focus
from scenarios.definition import parse
from scenarios.loader import _build
from store import Org, business_units, data_extensions


def test_the_tree_has_the_enterprise_first_and_the_pane_shows_the_childs_rows(enterprise: Org) -> None:
    listed = [(one.unit, one.name) for one in data_extensions.summaries(enterprise)]
    assert listed == [
        ("", "Members"), ("", "Secrets"), ("", "Prices"), ("France", "France/Members"), ("Germany", "Germany/Members"),
    ]  # fmt: skip
    view, detail = reading.read(enterprise, Focus(de="Germany/Members"))
    assert [row[0] for row in view.table.rows] == ["Germany"] and detail and detail.title == "Germany/Members"


def test_properties_say_what_a_data_extension_is(enterprise: Org) -> None:
    retention = {"policy": "individual_records", "period": 3, "unit": "months", "reset_on_import": True}
    enterprise.do("data_extensions.set_retention", de="Germany/Members", retention=retention)
    found = data_extensions.properties(enterprise, data_extensions.get(enterprise, "Germany/Members"))
    assert found["business_unit"] == "Germany" and found["retention"] == "individual records: 3 months"
    assert (found["reset_on_import"], found["primary_key"], found["row_width"]) == ("yes", "Key", 20)
    assert "description" not in found and "testable" not in found


def test_a_scenario_makes_business_units_and_works_in_them(tmp_path: Path) -> None:
    raw = {
        "title": "Two units", "about": "x", "start": "2026-01-05T06:00:00Z", "length": "1d", "size": 1,
        "business_units": [{"name": "Norway", "mid": 42}, {"name": "Oslo", "parent": "Norway"}],
        "setup": [
            {"command": "data_extensions.create",
             "arguments": {"definition": {"name": "A", "fields": [{"name": "x"}]}, "bu": "Oslo"}},
        ],
    }  # fmt: skip
    scenario = parse(raw, tmp_path / "scenario.yaml")
    with Org.create(tmp_path / "w.mctui", build=lambda org: _build(org, scenario, tmp_path, 1)) as org:
        units = {unit.name: unit.parent_mid for unit in business_units.units(org)}
        assert units == {"Enterprise": None, "Norway": business_units.ENTERPRISE_MID, "Oslo": 42}
        assert data_extensions.get(org, "Oslo/A").path == "Oslo/A"
