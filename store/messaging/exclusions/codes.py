"""Send log error codes of those who are not sent to. Source: domain G, the enhanced send log."""

from __future__ import annotations

UNSUBSCRIBED, HELD, PARTNER_UNSUBSCRIBED, MISSING_ADDRESS, INVALID_ADDRESS = 1, 2, 3, 4, 5
NOT_IN_ALL_SUBSCRIBERS, DOMAIN, LIST_DETECTIVE, SUPPRESSED, OPTED_OUT, DELETED = 11, 23, 24, 27, 28, 40
GLOBALLY = "global unsubscribe"  # what is kept of those whom List Detective leaves out for it
EXCLUSIONS = {
    UNSUBSCRIBED: "Unsubscribed",
    HELD: "Held",
    PARTNER_UNSUBSCRIBED: "Partner Unsubscribed",
    MISSING_ADDRESS: "Missing Email Address",
    INVALID_ADDRESS: "Invalid Email Address",
    NOT_IN_ALL_SUBSCRIBERS: "No All Subscribers List Entry",
    DOMAIN: "Domain Exclusion",
    LIST_DETECTIVE: "List Detective Exclusion",
    SUPPRESSED: "Suppression List Exclusion",
    OPTED_OUT: "Opt Out List Exclusion",
    DELETED: "Subscriber Deleted",
}
