"""Objects are read once and kept: nothing that changes definitions may leave an old one behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from store import Org, crm
from store.errors import Refused

FIELD = {"name": "Size__c", "type": "double"}


def test_new_fields_are_known_at_once_and_gone_after_going_back(tmp_path: Path) -> None:
    with Org.create(tmp_path / "w.mctui") as org:
        assert crm.describe(org, "Contact").find("Size__c") is None
        org.do("crm.define_fields", object="Contact", fields=[FIELD])
        assert crm.describe(org, "contact").field("size__c").precision == 18
        org.back()
        assert crm.describe(org, "Contact").find("Size__c") is None
        org.do("crm.define_fields", object="Contact", fields=[{**FIELD, "type": "string"}])
        assert crm.describe(org, "Contact").field("Size__c").length == 255


def test_fields_of_a_step_that_failed_are_forgotten(tmp_path: Path) -> None:
    with Org.create(tmp_path / "w.mctui") as org:
        with pytest.raises(Refused, match="has a field LastName already"):
            org.do("crm.define_fields", object="Contact", fields=[FIELD, {**FIELD, "name": "LastName"}])
        assert crm.describe(org, "Contact").find("Size__c") is None


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ({"name": "A__c"}, "type must be given"),
        ({"name": "A__c", "type": "strnig"}, "no field type 'strnig'"),
        ({"name": "A__c", "type": "string", "lenght": 3}, "no property 'lenght'"),
        ({"name": "A__c", "type": "string", "length": "3"}, "length cannot be"),
        ({"name": "A c", "type": "string"}, "no API name"),
        ({"name": "A__c", "type": "reference"}, "needs it"),
    ],
)
def test_a_field_that_is_written_wrong_is_refused_in_words(
    tmp_path: Path, field: dict[str, object], message: str
) -> None:
    with Org.create(tmp_path / "w.mctui") as org, pytest.raises(Refused, match=message):
        org.do("crm.define_fields", object="Contact", fields=[field])


def test_names_of_records_of_several_objects(tmp_path: Path) -> None:
    with Org.create(tmp_path / "w.mctui") as org:
        org.do("crm.create", object="Contact", records=[{"FirstName": "Ada", "LastName": "Byron"}])
        org.do("crm.create", object="Account", records=[{"Name": "Mill"}])
        ids = [org.value(f"SELECT Id FROM crm_{name}") for name in ("Contact", "Account")]
        found = crm.names(org, [*ids, "someone@example.com", "003000000000999AAA"])
        assert found == dict(zip(ids, ("Ada Byron", "Mill"), strict=True))
