"""Data extensions of an account that exists: with fields that only the product itself can make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from store.data_extensions.manage import add
from store.data_extensions.model import DataExtension
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

# The hidden columns of every row table (storage.py); a field cannot have their names.
_HIDDEN = {"_customobjectkey", "_createddate", "_readat", "_changeno"}
_MARK = "\u2063"  # stands before an underscore while the definition is checked; no name has it


def adopt(org: Org, definition: Mapping[str, Any], *, synchronized: bool = False) -> DataExtension:
    """Make a data extension as an account has it.

    Unlike `create` it takes fields that begin with an underscore, such as the `_ContactKey` of data extensions that
    were filtered from a synchronized one, and can make a synchronized one, which nothing fills until MC Connect does.
    Raises Refused naming the field.
    """
    from store.data_extensions.definition import parse

    _refuse_hidden(definition)
    try:
        parsed = parse(_marked(definition))
    except Refused as error:
        raise Refused(error.message.replace(_MARK, ""), cause=error.cause.replace(_MARK, "")) from None
    fields = [field.field() for field in parsed.fields]
    return add(
        org,
        name=parsed.name,
        key=parsed.key,
        folder=parsed.folder,
        kind="synchronized" if synchronized else "standard",
        fields=[replace(field, name=field.name.removeprefix(_MARK)) for field in fields],
        description=parsed.description,
        is_sendable=parsed.is_sendable and not synchronized,  # source: domain C1, synchronized ones are not sendable
        is_testable=parsed.is_testable and not synchronized,
        sendable_field=None if synchronized else (parsed.sendable_field or "").removeprefix(_MARK) or None,
        sendable_to=None if synchronized else parsed.sendable_to,
        retention=parsed.retention.model_dump() if parsed.retention else None,
        template=parsed.template,
    )


def _refuse_hidden(definition: Mapping[str, Any]) -> None:
    for field in definition.get("fields", []):
        if str(field.get("name")).strip().lower() in _HIDDEN:
            raise Refused(
                f"The field {field['name']} cannot be made: the simulation has a hidden column of that name.",
                where=f"data extension {definition.get('name')}",
            )


def _marked(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The definition with a mark before every name of a field that begins with an underscore."""

    def marked(name: Any) -> Any:
        return _MARK + name.strip() if isinstance(name, str) and name.strip().startswith("_") else name

    fields = [{**field, "name": marked(field.get("name"))} for field in definition.get("fields", [])]
    found = {**definition, "fields": fields}
    if "sendable_field" in found:
        found["sendable_field"] = marked(found["sendable_field"])
    return found
