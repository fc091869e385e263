"""What the triggered send of an email activity says besides its email: classification, lists, exclusions.

Source: domain E5 (sendClassificationId, publicationListId, suppressionLists[], domainExclusions[], exclusionFilter) and
E8; SFMC DevTools write keys and paths in their place (r__sendClassification_key, r__list_PathName). A journey from
another account names what is not here: it is published all the same, with a warning, and sends without it (ASSUMED).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from store import business_units, data_extensions, messaging
from store.errors import Refused

if TYPE_CHECKING:
    from store.data_extensions import Condition
    from store.journey.version import Version
    from store.org import Org

_NO_GUID = "00000000-0000-0000-0000-000000000000"
_ONE = {"list": "publication list"}
_MANY = {
    "suppression_lists": "suppression list",
    "exclude": "exclusion list",
    "domain_exclusions": "domain exclusion",
}


def job_definition(org: Org, version: Version, definition: dict[str, Any]) -> dict[str, Any]:
    """What `messaging.create_job` takes, without what is not in this account."""
    return _read(org, version, definition)[0]


def missing(org: Org, version: Version, definition: dict[str, Any]) -> Iterator[str]:
    """What the send names and this account does not have, and what is not simulated; one sentence each."""
    yield from _read(org, version, definition)[1]
    written = definition.get("exclusionFilter")
    if isinstance(written, str) and written.strip():
        yield "its exclusion script is AMPscript, which is not run: it leaves nobody out."
    if isinstance(written, dict):
        criteria(org, version, definition)


def _read(org: Org, version: Version, definition: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    found: dict[str, Any] = {}
    said: list[str] = []
    with business_units.acting(org, version.mid):
        named = str(
            definition.get("r__sendClassification_key")
            or definition.get("sendClassificationId")
            or definition.get("sendClassificationType")
            or ""
        )
        if named and named != _NO_GUID:
            if _is_there(org, {"classification": named}):
                found["classification"] = named
            else:
                said.append(f"the send classification '{named}' is not in this account: it is sent as Commercial.")
        names = messaging.exclusions.names_of_json(definition)
        for name, what in _ONE.items():
            if names[name] and _is_there(org, {name: names[name]}):
                found[name] = names[name]
            elif names[name]:
                said.append(f"the {what} {names[name]} is not in this account: All Subscribers stands in for it.")
        for name, what in _MANY.items():
            found[name] = [each for each in names[name] if _is_there(org, {name: [each]})]
            said += [f"the {what} {each} is not in this account." for each in names[name] if each not in found[name]]
    return found, said


def _is_there(org: Org, named: dict[str, Any]) -> bool:
    try:
        messaging.refuse_unknown(org, named)
    except Refused:
        return False
    return True


def criteria(org: Org, version: Version, definition: dict[str, Any]) -> Condition | None:
    """Exclusion criteria over the journey data: a data filter, which stands for the AMPscript that is not there yet.

    Raises Refused for a filter that makes no sense.
    """
    written = definition.get("exclusionFilter")
    if not isinstance(written, dict) or not written:
        return None
    return data_extensions.compile_filter(org, version.source.data_extension(org), written)
