"""Data extension update: the older form of Update Contact, one field by the Contact Key. Type DATAEXTENSIONUPDATE.

Source: recorded journeys: `configurationArguments` has dataExtensionId and field, `arguments` the value.
"""

from __future__ import annotations

from typing import Any

from store.journey.activities.base import activity
from store.journey.activities.update_contact import UpdateContact


@activity("DATAEXTENSIONUPDATE", "Update Contact")
class DataExtensionUpdate(UpdateContact):
    """What it writes, in the words of Update Contact."""

    @property
    def fields(self) -> list[dict[str, Any]]:
        """The one field, as Update Contact lists them; `metaData` has the names behind the GUIDs."""
        configuration, named = self.spec.configuration, self.spec.metadata
        if not configuration.get("dataExtensionId") and not named.get("dataExtensionName"):
            return []
        return [
            {
                "dataExtensionName": named.get("dataExtensionName"),
                "dataExtensionId": configuration.get("dataExtensionId"),
                "fieldName": named.get("cachedFieldName"),
                "field": configuration.get("field"),
                "value": self.spec.arguments.get("value", ""),
            }
        ]
