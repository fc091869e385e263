"""The codes and texts of the APIs that send, and a refusal that has the answer that a caller would get."""

from __future__ import annotations

import json
from typing import Any

from store.errors import Refused

# Response-level errors of the Transactional Messaging API. Source: SFD:transactional-send-response.
REST_ERRORS = {
    10001: "MCMS_UTM_Validation_InvalidDataType",
    10002: "MCMS_UTM_Validation_MissingRequiredField",
    10005: "MCMS_UTM_Validation_InvalidValue",
    30001: "MCMS_UTM_Runtime_InvalidOperation",
    30003: "MCMS_UTM_Runtime_ObjectNotFound",
    30004: "MCMS_UTM_Runtime_ObjectAlreadyExists",
    109001: "MCMS_UTM_ResponsesHasErrors",
    109101: "MCMS_UTM_Validation_TooManySubscribers",
    109102: "MCMS_UTM_Validation_NoSubscribers",
    109103: "MCMS_UTM_Validation_NoValidSubscribers",
    109104: "MCMS_UTM_Validation_MissingRequiredField_messageKey",
    109105: "MCMS_UTM_Validation_MissingRequiredField_subscriberKey",
    109106: "MCMS_UTM_Validation_MissingRequiredField_to",
    109107: "MCMS_UTM_Validation_MissingRequiredField_definitionKey",
    109108: "MCMS_UTM_Validation_InvalidValue_messageKey",
    109109: "MCMS_UTM_Validation_InvalidValue_subscriberKey",
    109110: "MCMS_UTM_Validation_DuplicateMessageKey",
    109111: "MCMS_UTM_Validation_InvalidValue_definitionKey",
    109120: "MCMS_UTM_Validation_MissingRequiredField_keyword",
    109121: "MCMS_UTM_Validation_InvalidValue_to",
    109122: "MCMS_UTM_Validation_UnknownFieldName",
    109123: "MCMS_UTM_Validation_InvalidValue_classification_IncorrectType",
    109124: "MCMS_UTM_Validation_email_does_not_pass_validation",
}
# Source: SFD:triggered_email_scenario_guide_for_developers_errors and its appendix B.
SOAP_ERRORS = {
    17000: "Triggered Send Definition Cannot Be Activated",
    17001: "Triggered Send Definition Cannot Be Canceled",
    17002: "Triggered Send Definition Cannot Be Deactivated",
    17003: "Triggered Send Definition Cannot Be Updated",
    17004: "Triggered Send Definition Cannot Be Deleted",
    17005: "Triggered Send Definition Content Cannot Be Refreshed",
    17012: "Triggered Send Definition Object ID Found",
    17013: "Triggered Send Definition Email ID or Partner Key Not Found",
    17014: "Triggered Send Definition Send Classification Not Found",
    17015: "Triggered Send Definition Not Found",
    17016: "Triggered Send Definition Email Not Found",
    17100: "Triggered Send Definition Customer Key Invalid",
    17101: "Triggered Send Definition Name Invalid",
    18001: "The Triggered Send Definition is not completely configured or in a new status."
    " Please check Triggered Send Definition configuration.",
    18002: "Triggered Send must be in an Active or Inactive status",
    180007: "The Triggered Send Object must have subscribers associated with it",
    180008: "Unable to queue Triggered Send request. There are no valid subscribers.",
}
# Why a subscriber is not sent to. Source: SFD:transactional-send-subscriber; domain G has the same numbers.
SUBSCRIBER_ERRORS = {
    1: "Unsubscribed",
    2: "Held",
    4: "MissingEmailAddress",
    5: "InvalidEmailAddress",
    11: "NoAllSubscribersListEntry",
    14: "EmailAddressMismatch",
    16: "InvalidAttributeValue",
    19: "MissingRequiredFields",
    20: "InvalidFieldValue",
    21: "DuplicateDataExtensionRow",
    22: "DataExtensionInsertFailed",
    23: "DomainExclusion",
    24: "ListDetectiveExclusion",
    26: "BuildEmailError",
    27: "SuppressionListExclusion",
    28: "OptOutListExclusion",
    29: "MissingSubscriberKeyValue",
    30: "SubscriberKeyTooLong",
    37: "QueuedTransactionDeleted",
    39: "SubscriberQueueCleared",
    40: "SubscriberDeleted",
    138: "ExceededExpirationPolicy",
}
# Of mobile messages the numbers are our own: the product's list is of email. See mobile/send.py.
MOBILE_ERRORS = {
    1: "NoValidMobileNumber",
    2: "NotOptedIn",
    3: "OptedOut",
    4: "Undeliverable",
    37: SUBSCRIBER_ERRORS[37],
    39: SUBSCRIBER_ERRORS[39],
    138: SUBSCRIBER_ERRORS[138],
}


class ApiRefused(Refused):
    """A request that an API refuses as a whole: `status` and `body` are what its caller gets."""

    def __init__(self, message: str, *, status: int, body: dict[str, Any], fix: str = "") -> None:
        super().__init__(message, cause=f"The API answers {status}: {json.dumps(body, ensure_ascii=False)}", fix=fix)
        self.status, self.body = status, body


def rest_refusal(code: int, said: str, *, fix: str = "", status: int = 400, **more: Any) -> ApiRefused:
    """A request that the Transactional Messaging API refuses. Source: domain F2, message, errorcode, documentation."""
    message = f"{REST_ERRORS[code]}: {said}"
    body = {"message": message, "errorcode": code, "documentation": "", **more}
    return ApiRefused(f"{code} {message}", status=status, body=body, fix=fix)


def soap_refusal(code: int, said: str = "", *, fix: str = "") -> ApiRefused:
    """A call that the SOAP API refuses: its answer is 200 with a result in error. Source: domain F4, results."""
    text = SOAP_ERRORS[code]
    result = {"StatusCode": "Error", "StatusMessage": text, "OrdinalID": 0, "ErrorCode": code, "NewID": 0}
    body = {"Results": [result], "OverallStatus": "Error"}
    return ApiRefused(f"{code} {text}" + (f": {said}" if said else ""), status=200, body=body, fix=fix)


def why(channel: str, code: int | None) -> str:
    """Why a recipient is not sent to, in the API's word; empty for none."""
    if code is None:
        return ""
    return (SUBSCRIBER_ERRORS if channel == "email" else MOBILE_ERRORS).get(code, "UnspecifiedError")
