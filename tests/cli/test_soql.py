"""`mctui soql`: the CRM asked in SOQL, as rows for people and as the API's answer for machines."""

from __future__ import annotations

import json

import pytest

from mctui.cli import run
from store import Org


@pytest.fixture
def world(tmp_path):
    path = tmp_path / "w.mctui"
    with Org.create(path) as org:
        org.do("crm.create", object="Account", records=[{"Name": "Acme"}])
        account = org.value("SELECT Id FROM crm_Account")
        org.do("crm.create", object="Contact", records=[{"LastName": "Ada", "AccountId": account}])
    return str(path)


def test_json_is_the_answer_of_the_query_resource(world, capsys):
    assert run(["soql", world, "SELECT LastName, Account.Name FROM Contact", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["totalSize"] == 1 and answer["done"] is True
    assert answer["records"] == [{"attributes": {"type": "Contact"}, "LastName": "Ada", "Account": {"Name": "Acme"}}]
    assert answer["columns"] == ["LastName", "Account.Name"] and answer["rows"] == [["Ada", "Acme"]]


def test_a_count_is_a_number(world, capsys):
    assert run(["soql", world, "SELECT COUNT() FROM Contact"]) == 0
    assert capsys.readouterr().out == "1\n"


def test_a_query_that_is_refused_says_where_and_leaves_with_1(world, capsys):
    assert run(["soql", world, "SELECT Nme FROM Contact"]) == 1
    said = capsys.readouterr()
    assert said.out == "" and "ERROR at Row:1:Column:8" in said.err and "No such column 'Nme'" in said.err
