"""MobileConnect Data and MobilePush Data in the contact model. Names and keys: recorded schema answers (domain A6).

Of their attributes only those are there that the mobile data views have.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from store.contacts.designer import (
    CONTACT,
    Attribute,
    AttributeGroup,
    AttributeSet,
    CustomerData,
    customer_data,
    relate,
    system_group,
    system_groups,
    system_set,
)
from store.messaging.mobile.lists import sql_digits

if TYPE_CHECKING:
    from store.org import Org

# source: the recorded customerDataID: 5 Mobile Number, 6 Device ID
customer_data(
    CustomerData(
        "Mobile Number", 5, ("Phone",),
        f"{sql_digits('{value}')} = (SELECT n.mobile_number FROM mobile_numbers n"
        " WHERE n.contact_id = {contact}.contact_id)",
        "MobileConnect Demographics",
    )
)  # fmt: skip
customer_data(
    CustomerData(
        "Device ID", 6, ("Text",),
        "{value} IN (SELECT v.device_id FROM mobile_devices v WHERE v.contact_id = {contact}.contact_id)",
        "MobilePush Demographics",
    )
)  # fmt: skip


def _attribute(name: str, type_: str, column: str, *, pk: bool = False, hidden: bool = False) -> Attribute:
    return Attribute(name, type_, is_primary_key=pk, is_nullable=not pk, is_hidden=hidden, column=column)


_NUMBERS = system_set(
    "MobileDemographics", "MobileConnect Demographics", "_MobileAddress",
    _attribute("Contact ID", "LongNumber", "_ContactID", pk=True), _attribute("Mobile Number", "Phone",
    "_MobileNumber", pk=True), _attribute("Locale", "Text", "_CountryCode"), _attribute("Status", "Number", "_Status"),
    _attribute("Source", "Number", "_Source"), _attribute("Channel", "Text", "_Channel"),
    _attribute("Priority", "Number", "_Priority"), _attribute("Created Date", "Date", "_CreatedDate"),
    _attribute("Modified Date", "Date", "_ModifiedDate"), storage="MobileAttributes",
)  # fmt: skip
_SUBSCRIPTIONS = system_set(
    "MobileSubscriptions", "MobileConnect Subscriptions", "_MobileSubscription",
    _attribute("Keyword", "Text", "_SubscriptionDefinitionID", pk=True),
    _attribute("Mobile Number", "Phone", "_MobileNumber", pk=True),
    _attribute("Opt In Status", "Number", "_OptInStatusID"), _attribute("Opt In Date", "Date", "_OptInDate"),
    _attribute("Opt In Method", "Number", "_OptInMethodID"), _attribute("Opt Out Status", "Number", "_OptOutStatusID"),
    _attribute("Opt Out Date", "Date", "_OptOutDate"), _attribute("Opt Out Method", "Number", "_OptOutMethodID"),
    _attribute("Created Date", "Date", "_CreatedDate"), _attribute("Modified Date", "Date", "_ModifiedDate"),
    storage="DataExtension",
)  # fmt: skip
_DEVICES = system_set(
    "PushDemographics", "MobilePush Demographics", "_PushAddress",
    _attribute("Contact ID", "LongNumber", "ContactID"), _attribute("Device ID", "Text", "DeviceID", pk=True),
    _attribute("Application", "Text", "ApplicationID", pk=True), _attribute("Platform", "Text", "Platform"),
    _attribute("Device Type", "Text", "DeviceType"), _attribute("Source", "Text", "Source"),
    _attribute("Status", "Text", "Status"), _attribute("Created Date", "Date", "CreatedDate"),
    _attribute("Modified Date", "Date", "ModifiedDate"), storage="PushAttributes",
)  # fmt: skip
_PUSH = system_set(
    "PushSubscriptions", "MobilePush Subscriptions", "_PushAddress",
    _attribute("Device ID", "Text", "DeviceID", pk=True), _attribute("Application", "Text", "ApplicationID", pk=True),
    _attribute("Opt In Status", "Text", "OptInStatus"), _attribute("Opt In Date", "Date", "OptInDate"),
    _attribute("Opt Out Date", "Date", "OptOutDate"), storage="PushAttributes",
)  # fmt: skip


@system_groups
def _mobile(org: Org) -> Iterable[tuple[AttributeGroup, tuple[AttributeSet, ...]]]:
    """Source: recorded attribute groups ETMobileConnect and ETMobilePush."""
    contact, number = ("Contact ID", "Contact ID"), ("Mobile Number", "Mobile Number")
    device = (("Device ID", "Device ID"), ("Application", "Application"))
    yield (
        system_group(
            "MobileConnect Data", "ETMobileConnect", "com.exacttarget.mobileconnect", (_NUMBERS, _SUBSCRIPTIONS),
            (relate(org, "ETMobileConnect", CONTACT, _NUMBERS.id, contact, many=True),
             relate(org, "ETMobileConnect", _NUMBERS.id, _SUBSCRIPTIONS.id, number, many=True)),
        ),
        (_NUMBERS, _SUBSCRIPTIONS),
    )  # fmt: skip
    yield (
        system_group(
            "MobilePush Data", "ETMobilePush", "com.exacttarget.mobilepush", (_DEVICES, _PUSH),
            (relate(org, "ETMobilePush", CONTACT, _DEVICES.id, contact, many=True),
             relate(org, "ETMobilePush", _DEVICES.id, _PUSH.id, *device, many=True)),
        ),
        (_DEVICES, _PUSH),
    )  # fmt: skip
