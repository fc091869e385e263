"""SQL Query Activities: `KEY.query-meta.json` with the text in `KEY.query-meta.sql` beside it."""

from __future__ import annotations

from typing import Any

from scenarios.projects.files import Malformed, MetaFile

# Source: domain D2, targetUpdateTypeId.
_ACTIONS = {"0": "Overwrite", "1": "Update", "2": "Append", "overwrite": "Overwrite", "append": "Append"}
_TARGETS = ("targetKey", "r__dataExtension_key", "r__dataExtension_CustomerKey", "targetName", "r__dataExtension_name")


def parse(file: MetaFile) -> tuple[str, str, dict[str, Any]]:
    """(key, name, {text, target, action}). Raises Malformed."""
    data = file.data
    name = str(data.get("name") or data.get("key") or "").strip()
    key = str(data.get("key") or data.get("CustomerKey") or name)
    if not name:
        raise Malformed("A query activity needs a `name`.")
    text = file.beside("sql")
    if text is None:
        text = data.get("queryText")
    if not isinstance(text, str):
        raise Malformed(f"Its text is missing: there is no {file.stem}.query-meta.sql beside it.")
    action = str(data.get("targetUpdateTypeName") or data.get("targetUpdateTypeId", "Overwrite")).lower()
    targets = [str(data[name]) for name in _TARGETS if data.get(name)]
    return key, name, {"text": text, "targets": targets, "action": _ACTIONS.get(action, "Update")}
