"""The tracking data views, with the product's column names and system time. Source: domain D5.

Views, not tables: a send is a member of a batch's cohort that was not excluded, an event counts once its time has come.
"""

from __future__ import annotations

from store.clock import sql_system_text
from store.contacts import ENTERPRISE_MID
from store.data_extensions import ViewRule, data_view
from store.data_extensions.view_rules import sql_since
from store.messaging.bounces import sql_case

CONTACT_OF_VISIT = 0xFFFFFFFF  # visit & this = contact_id; a visit number carries its contact (contract with journey)
_NOW = "(SELECT now FROM world)"

_PLACE = f"""{ENTERPRISE_MID} AS AccountID, nullif(j.mid, {ENTERPRISE_MID}) AS OYBAccountID, j.job_id AS JobID,
       j.list_id AS ListID, b.batch_id AS BatchID, s.subscriber_id AS SubscriberID,
       k.contact_key AS SubscriberKey"""
_DOMAIN = "lower(substr(s.email_address, instr(s.email_address, '@') + 1)) AS Domain"
_DEFINITION = """j.definition_object_id AS TriggererSendDefinitionObjectID,
       j.definition_key AS TriggeredSendCustomerKey"""
_EVENT_AT = f"{sql_system_text('e.event_at')} AS EventDate"


def _events(kind: str) -> str:
    """FROM and WHERE of the events of a kind that have happened, e with batch b, job j and subscriber s."""
    return f"""FROM tracking_events e JOIN send_batches b USING (batch_id) JOIN jobs j USING (job_id)
     JOIN all_subscribers s ON s.contact_id = e.visit & {CONTACT_OF_VISIT}
     JOIN contacts k ON k.contact_id = s.contact_id
WHERE e.kind = '{kind}' AND e.event_at <= {_NOW} AND e.event_at > {sql_since()}"""


DDL = f"""
CREATE VIEW _Job AS
SELECT j.job_id AS JobID, j.email_id AS EmailID, j.mid AS AccountID, NULL AS AccountUserID,
       coalesce(j.from_name, m.from_name) AS FromName, coalesce(j.from_email, m.from_email) AS FromEmail,
       {sql_system_text("j.created_at")} AS SchedTime,
       {sql_system_text("j.created_at")} AS PickupTime, {sql_system_text("j.created_at")} AS DeliveredTime,
       NULL AS EventID, 1 AS IsMultipart, NULL AS JobType, 'New' AS JobStatus, NULL AS ModifiedBy,
       {sql_system_text("m.modified_at")} AS ModifiedDate, m.name AS EmailName, j.subject AS EmailSubject,
       0 AS IsWrapped, NULL AS TestEmailAddr, 'Triggered Sends' AS Category, NULL AS BccEmail,
       {sql_system_text("j.created_at")} AS OriginalSchedTime, {sql_system_text("j.created_at")} AS CreatedDate,
       'Unicode - UTF-8' AS CharacterSet, NULL AS IPAddress, 0 AS SalesForceTotalSubscriberCount,
       0 AS SalesForceErrorSubscriberCount, 'ExactTargetSend' AS SendType, j.subject AS DynamicEmailSubject,
       0 AS SuppressTracking, 'Default ' || j.classification AS SendClassificationType,
       j.send_classification AS SendClassification, 0 AS ResolveLinksWithCurrentData,
       NULL AS EmailSendDefinition, 0 AS DeduplicateByEmail,
       {_DEFINITION}
FROM jobs j JOIN emails m USING (email_id)
WHERE max(j.created_at, coalesce((SELECT max(b.sent_at) FROM send_batches b WHERE b.job_id = j.job_id), 0))
      > {sql_since()};
CREATE VIEW _Sent AS
SELECT {_PLACE},
       {sql_system_text("b.sent_at")} AS EventDate, {_DOMAIN},
       {_DEFINITION}
FROM send_batches b JOIN jobs j USING (job_id) JOIN journey_members m ON m.cohort_id = b.cohort_id
     JOIN all_subscribers s ON s.contact_id = m.visit & {CONTACT_OF_VISIT}
     JOIN contacts k ON k.contact_id = s.contact_id
WHERE b.sent_at > {sql_since()}
  AND NOT EXISTS (SELECT 1 FROM send_exclusions x WHERE x.batch_id = b.batch_id AND x.visit = m.visit);
CREATE VIEW _Open AS
SELECT {_PLACE},
       {_EVENT_AT}, {_DOMAIN}, e.seq = 1 AS IsUnique,
       {_DEFINITION}
{_events("open")};
CREATE VIEW _Click AS
SELECT {_PLACE},
       {_EVENT_AT}, {_DOMAIN}, m.links ->> ('$[' || e.detail || '].url') AS URL,
       m.links ->> ('$[' || e.detail || '].name') AS LinkName, NULL AS LinkContent, e.seq = 1 AS IsUnique,
       {_DEFINITION}
FROM tracking_events e JOIN send_batches b USING (batch_id) JOIN jobs j USING (job_id) JOIN emails m USING (email_id)
     JOIN all_subscribers s ON s.contact_id = e.visit & {CONTACT_OF_VISIT}
     JOIN contacts k ON k.contact_id = s.contact_id
WHERE e.kind = 'click' AND e.event_at <= {_NOW} AND e.event_at > {sql_since()};
CREATE VIEW _Bounce AS
SELECT {_PLACE},
       {_EVENT_AT}, e.seq = 1 AS IsUnique, {_DOMAIN},
       {sql_case("e.detail", "category_id")} AS BounceCategoryID,
       {sql_case("e.detail", "category")} AS BounceCategory,
       e.detail AS BounceSubcategoryID,
       {sql_case("e.detail", "name")} AS BounceSubcategory,
       {sql_case("e.detail", "type_id")} AS BounceTypeID,
       {sql_case("e.detail", "type")} AS BounceType,
       {sql_case("e.detail", "answer")} AS SMTPBounceReason,
       NULL AS SMTPMessage, {sql_case("e.detail", "code")} AS SMTPCode,
       {_DEFINITION}, 0 AS IsFalseBounce
{_events("bounce")};
CREATE VIEW _Complaint AS
SELECT {_PLACE},
       {_EVENT_AT}, e.seq = 1 AS IsUnique, {_DOMAIN}
{_events("complaint")};
CREATE VIEW _Unsubscribe AS
SELECT {_PLACE.replace("j.list_id", "coalesce(w.list_id, j.list_id)")},
       {_EVENT_AT}, e.seq = 1 AS IsUnique, {_DOMAIN}
FROM tracking_events e JOIN send_batches b USING (batch_id) JOIN jobs j USING (job_id)
     JOIN all_subscribers s ON s.contact_id = e.visit & {CONTACT_OF_VISIT}
     JOIN contacts k ON k.contact_id = s.contact_id
     LEFT JOIN unsubscribe_ways w ON w.batch_id = e.batch_id AND w.visit = e.visit AND w.seq = e.seq
WHERE e.kind = 'unsubscribe' AND e.event_at <= {_NOW} AND e.event_at > {sql_since()};
"""

# source: domain D4: the parent sees the events of all business units, and then OYBAccountID is NULL; jobs only its own
_EVENTS = {
    "_Sent": "sends, one row per message that left",
    "_Open": "the engagement model",
    "_Click": "the engagement model",
    "_Bounce": "the engagement model",
    "_Complaint": "the engagement model",
    "_Unsubscribe": "the engagement model; only unsubscribes from a message",
}
for _view, _filled in _EVENTS.items():
    data_view(_view, ViewRule(_filled, child="OYBAccountID = {mid}", blank_in_parent=("OYBAccountID",)))
data_view("_Job", ViewRule("send jobs", child="AccountID = {mid}", parent="AccountID = {mid}"))
