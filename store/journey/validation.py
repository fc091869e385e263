"""What the API answers when a journey is validated or published: the check in the product's JSON.

Source: domain E1, recorded answers of `validateStatus` and `publishStatus`: errors and warnings with errorDetail,
errorCode, errorType and, of an activity, additionalInfo. A finding of ours that has no code of the product has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.errors import Refused
from store.journey.activities import Finding
from store.journey.check import check
from store.journey.version import API_STATUS, Version, current, versions

if TYPE_CHECKING:
    from store.org import Org


def validation(org: Org, key: str, version: int | None = None) -> dict[str, Any]:
    """The answer of `validateStatus` for a draft, by default the newest. Raises Refused for a published version."""
    chosen = current(org, key, version) if version else (versions(org, key) or [current(org, key)])[-1]
    if chosen.status != "Draft":
        # Source: domain E1, the product's text.
        raise Refused(f"Cannot validate interaction in {API_STATUS[chosen.status]} status.", fix="Save a new version.")
    found = check(org, chosen)
    errors = [_said(org, chosen, one) for one in found if one.severity == "error"]
    warnings = [_said(org, chosen, one) for one in found if one.severity != "error"]
    return {"status": "Error" if errors else "ValidateCompleted", "errors": errors, "warnings": warnings}


def _said(org: Org, version: Version, finding: Finding) -> dict[str, Any]:
    about: dict[str, Any] = {}
    spec = version.spec.activities.get(finding.activity_key)
    if spec is not None:
        about = {
            "activityKey": spec.key, "activityId": version.activity_id(org, spec.key),
            "activityType": str(spec.raw.get("type") or ""),
        }  # fmt: skip
        if finding.severity == "error":
            about["definitionId"] = version.guid(org)
    kind = "Error" if finding.severity == "error" else "Warning"
    return {"errorDetail": finding.message, "errorCode": finding.code, "errorType": kind, "additionalInfo": about}
