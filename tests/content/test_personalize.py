"""Personalization strings in subjects and bodies."""

from store.content import fields_named, personalize


def test_a_field_between_percent_signs_is_replaced_whatever_its_case() -> None:
    assert personalize("Hello %%firstname%%!", {"FirstName": "Ada"}) == "Hello Ada!"


def test_a_field_name_may_have_spaces() -> None:
    assert personalize("%%First Name%% %% Last Name %%", {"First Name": "Ada", "Last Name": "L"}) == "Ada L"


def test_an_empty_or_unknown_field_becomes_nothing() -> None:
    assert personalize("[%%A%%][%%B%%]", {"A": None}) == "[][]"


def test_ampscript_is_left_standing() -> None:
    text = "%%[ SET @a = 1 ]%% %%=v(@a)=%%"
    assert personalize(text, {"a": "x"}) == text


def test_a_single_percent_sign_is_only_a_percent_sign() -> None:
    assert personalize("5 % of 100 %", {}) == "5 % of 100 %"


def test_the_fields_of_a_text_are_named_once_in_order() -> None:
    assert fields_named("%%B%% %%A%% %%B%%") == ["B", "A"]
