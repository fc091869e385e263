"""The mobile data views, with the product's column names and system time. Source: domain D5.

A tracking row is a message (part) to a member of a batch's cohort who was not excluded, or one from a person.
"""

from __future__ import annotations

from store.clock import sql_system_text
from store.contacts import ENTERPRISE_MID
from store.data_extensions import ViewRule, data_view
from store.data_extensions.view_rules import sql_since
from store.messaging.mobile.segments import GSM_PART, MOST_PARTS
from store.messaging.views import CONTACT_OF_VISIT

_NOW = "(SELECT now FROM world)"
_ORDINALS = ", ".join(f"({n})" for n in range(1, MOST_PARTS + 1))
# Status codes. Source: domain D4: 4000 Delivered, 4500 Undeliverable, 3001 SentToCarrier.
_STATUS = "CASE WHEN d.visit IS NOT NULL THEN 4000 WHEN u.visit IS NOT NULL THEN 4500 ELSE 3001 END"
_HAPPENED = f"""LEFT JOIN mobile_events d ON d.batch_id = b.batch_id AND d.kind = 'delivered' AND d.visit = m.visit
       AND d.event_at <= {_NOW}
     LEFT JOIN mobile_events u ON u.batch_id = b.batch_id AND u.kind = 'undelivered' AND u.visit = m.visit
       AND u.event_at <= {_NOW}"""
# Without personalization the text and its parts are those of the message and the batch.
_PARTS = "coalesce(t.parts, b.parts)"
_TEXT = "coalesce(t.text, g.text)"


def _tracking(outbound: bool) -> str:
    """The columns that both kinds of row leave empty or share, as SQL after the ones that differ."""
    return f"""NULL AS IsTest, NULL AS MobileMessageRecurrenceID,
       {"NULL" if outbound else "i.batch_id"} AS ResponseToMobileMessageTrackingID, 1 AS IsValid,
       NULL AS InvalidationCode"""


DDL = f"""
CREATE VIEW _MobileAddress AS
SELECT contact_id AS _MobileID, contact_id AS _ContactID, mobile_number AS _MobileNumber,
       iif(held_at IS NULL, 1, 0) AS _Status, source AS _Source, NULL AS _SourceObjectId, 1 AS _Priority,
       'Mobile' AS _Channel, 0 AS _CarrierID,
       CASE WHEN mobile_number GLOB '49*' THEN 'DE' WHEN mobile_number GLOB '43*' THEN 'AT'
            WHEN mobile_number GLOB '41*' THEN 'CH' WHEN mobile_number GLOB '44*' THEN 'GB'
            WHEN mobile_number GLOB '39*' THEN 'IT' WHEN mobile_number GLOB '33*' THEN 'FR'
            WHEN mobile_number GLOB '34*' THEN 'ES' ELSE 'US' END AS _CountryCode,
       {sql_system_text("created_at")} AS _CreatedDate, 'mctui' AS _CreatedBy,
       {sql_system_text("modified_at")} AS _ModifiedDate, 'mctui' AS _ModifiedBy, NULL AS _City, NULL AS _State,
       NULL AS _ZipCode, NULL AS _FirstName, NULL AS _LastName, NULL AS _UTCOffset, NULL AS _IsHonorDST
FROM mobile_numbers;
CREATE VIEW _MobileSubscription AS
SELECT k.guid AS _SubscriptionDefinitionID, n.mobile_number AS _MobileNumber, s.opt_out_status AS _OptOutStatusID,
       s.opt_out_method AS _OptOutMethodID, {sql_system_text("s.opt_out_at")} AS _OptOutDate,
       s.opt_in_status AS _OptInStatusID, s.opt_in_method AS _OptInMethodID,
       {sql_system_text("s.opt_in_at")} AS _OptInDate, NULL AS _Source,
       {sql_system_text("s.created_at")} AS _CreatedDate, NULL AS _CreatedBy,
       {sql_system_text("s.modified_at")} AS _ModifiedDate, NULL AS _ModifiedBy
FROM mobile_subscriptions s JOIN mobile_keywords k USING (keyword_id) JOIN mobile_numbers n USING (contact_id);
CREATE VIEW _SubscriberSMS AS
SELECT c.subscriber_id AS SubscriberID, c.subscriber_key AS SubscriberKey, n.mobile_number AS MobileNumber,
       max(s.opt_in_status = 2) AS TransactionalOptIn, {sql_system_text("min(s.opt_in_at)")} AS TransactionalOptInDate,
       {sql_system_text("max(s.opt_out_at)")} AS TransactionalOptOutDate, max(s.opt_in_status = 2) AS MarketingOptIn,
       {sql_system_text("min(s.opt_in_at)")} AS MarketingOptInDate,
       {sql_system_text("max(s.opt_out_at)")} AS MarketingOptOutDate, NULL AS SMSCarrierName
FROM mobile_subscriptions s JOIN mobile_numbers n USING (contact_id) JOIN subscribers c USING (contact_id)
GROUP BY s.contact_id;
CREATE VIEW _SMSSubscriptionLog AS
SELECT {sql_system_text("l.at")} AS LogDate, c.contact_key AS SubscriberKey,
       l.subscription_id AS MobileSubscriptionID, k.guid AS SubscriptionDefinitionID, n.mobile_number AS MobileNumber,
       l.opt_out_status AS OptOutStatusID, l.opt_out_method AS OptOutMethodID,
       {sql_system_text("l.opt_out_at")} AS OptOutDate, l.opt_in_status AS OptInStatusID,
       l.opt_in_method AS OptInMethodID, {sql_system_text("l.opt_in_at")} AS OptInDate, NULL AS Source,
       {sql_system_text("s.created_at")} AS CreatedDate, {sql_system_text("l.at")} AS ModifiedDate
FROM mobile_subscription_log l JOIN mobile_subscriptions s USING (subscription_id)
     JOIN mobile_keywords k USING (keyword_id) JOIN mobile_numbers n USING (contact_id)
     JOIN contacts c USING (contact_id)
WHERE l.at > {sql_since()};
CREATE VIEW _UndeliverableSMS AS
SELECT mobile_number AS MobileNumber, iif(held_at IS NULL, 0, 1) AS Undeliverable, bounce_count AS BounceCount,
       {sql_system_text("first_bounce_at")} AS FirstBounceDate, {sql_system_text("held_at")} AS HoldDate
FROM mobile_numbers WHERE bounce_count > 0;
CREATE VIEW _SMSMessageTracking AS
WITH ordinal(n) AS (VALUES {_ORDINALS})
SELECT b.batch_id << 44 | (m.visit >> 32 & 255) << 36 | (m.visit & {CONTACT_OF_VISIT}) << 4 | o.n
         AS MobileMessageTrackingID,
       {ENTERPRISE_MID} AS EID, g.mid AS MID, a.mobile_number AS Mobile, g.message_id AS MessageID,
       k.guid AS KeywordID, NULL AS CodeID, NULL AS ConversationID, NULL AS CampaignID, 1 AS Sent,
       d.visit IS NOT NULL AS Delivered, u.visit IS NOT NULL AS Undelivered, 1 AS Outbound, 0 AS Inbound,
       {sql_system_text("b.sent_at")} AS CreateDateTime,
       {sql_system_text("coalesce(d.event_at, u.event_at, b.sent_at)")} AS ModifiedDateTime,
       {sql_system_text("b.sent_at")} AS ActionDateTime,
       substr({_TEXT}, (o.n - 1) * {GSM_PART} + 1, {GSM_PART}) AS MessageText, {_tracking(True)},
       g.object_id AS SMSJobID, b.batch_id AS SMSBatchID, NULL AS SendID, NULL AS SendSplitID, NULL AS SendSegmentID,
       NULL AS SendJobID, NULL AS SendGroupID, NULL AS SendPersonID, s.subscriber_id AS SubscriberID,
       c.contact_key AS SubscriberKey, {_STATUS} AS SMSStandardStatusCodeId, NULL AS Description, g.name AS Name,
       k.code AS ShortCode, k.keyword AS SharedKeyword, o.n AS Ordinal, nullif(g.from_name, '') AS FromName,
       NULL AS ConversationStateID, g.version_guid AS JBDefinitionID, g.activity_id AS JBActivityID
FROM mobile_batches b JOIN mobile_messages g USING (message_id) JOIN journey_members m ON m.cohort_id = b.cohort_id
     LEFT JOIN mobile_texts t ON t.batch_id = b.batch_id AND t.visit = m.visit
     JOIN ordinal o ON o.n <= {_PARTS}
     LEFT JOIN mobile_keywords k USING (keyword_id)
     JOIN contacts c ON c.contact_id = m.visit & {CONTACT_OF_VISIT}
     LEFT JOIN mobile_numbers a ON a.contact_id = c.contact_id
     LEFT JOIN subscribers s ON s.contact_id = c.contact_id
     {_HAPPENED}
WHERE g.channel = 'sms' AND b.sent_at > {sql_since()}
  AND NOT EXISTS (SELECT 1 FROM mobile_exclusions x WHERE x.batch_id = b.batch_id AND x.visit = m.visit)
UNION ALL
SELECT i.inbound_id << 4, {ENTERPRISE_MID}, coalesce(g.mid, {ENTERPRISE_MID}), a.mobile_number,
       coalesce(g.message_id, 0), k.guid, NULL, NULL, NULL, 0, 0, 0, 0, 1,
       {sql_system_text("i.at")}, {sql_system_text("i.at")}, {sql_system_text("i.at")}, i.text, {_tracking(False)},
       g.object_id, i.batch_id, NULL, NULL, NULL, NULL, NULL, NULL, s.subscriber_id, c.contact_key, NULL, NULL, g.name,
       i.code, NULL, 1, NULL, NULL, g.version_guid, g.activity_id
FROM mobile_inbound i LEFT JOIN mobile_batches b USING (batch_id) LEFT JOIN mobile_messages g USING (message_id)
     LEFT JOIN mobile_keywords k USING (keyword_id) JOIN contacts c ON c.contact_id = i.contact_id
     LEFT JOIN mobile_numbers a ON a.contact_id = c.contact_id
     LEFT JOIN subscribers s ON s.contact_id = c.contact_id
WHERE i.at > {sql_since()};
CREATE VIEW _PushAddress AS
SELECT v.device_id AS DeviceID, s.subscriber_id AS SubscriberID, c.contact_key AS SubscriberKey,
       'Phone' AS DeviceType, NULL AS SystemToken, iif(v.opted_in, 'Opted In', 'Opted Out') AS OptInStatus,
       {sql_system_text("v.created_at")} AS OptInDate,
       iif(v.opted_in, NULL, {sql_system_text("v.modified_at")}) AS OptOutDate,
       {sql_system_text("v.created_at")} AS CreatedDate, {sql_system_text("v.modified_at")} AS ModifiedDate,
       v.application AS ApplicationID, v.contact_id AS ContactID, v.platform AS Platform, NULL AS PlatformVersion,
       NULL AS HardwareId, 0 AS Badge, 0 AS LocationEnabled, NULL AS TimeZone, 'SDK' AS Source, 'Active' AS Status
FROM mobile_devices v JOIN contacts c USING (contact_id) LEFT JOIN subscribers s USING (contact_id)
WHERE v.platform <> 'LINE';
CREATE VIEW _MobileLineAddressContactSubscriptionView AS
SELECT v.application AS ChannelID, v.contact_id AS ContactID, c.contact_key AS ContactKey, v.device_id AS AddressID,
       v.opted_in AS IsActive, {sql_system_text("v.created_at")} AS CreatedDate,
       {sql_system_text("v.modified_at")} AS ModifiedDate
FROM mobile_devices v JOIN contacts c USING (contact_id) WHERE v.platform = 'LINE';
"""

# source: domain D4: all mobile views show the business unit's own. Numbers and consent are the enterprise's here, as
# contacts are (ASSUMED), so that only the messages differ by business unit.
_LISTS = {
    "_MobileAddress": "numbers that were imported or came with a journey",
    "_MobileSubscription": "consent to keywords: imports, opt-ins by a journey, texts from people",
    "_SubscriberSMS": "consent of those who are in All Subscribers too",
    "_SMSSubscriptionLog": "each change of consent",
    "_UndeliverableSMS": "numbers that a message did not reach",
    "_PushAddress": "devices that a person registered",
    "_MobileLineAddressContactSubscriptionView": "contacts who follow a LINE channel",
}
for _view, _filled in _LISTS.items():
    data_view(_view, ViewRule(_filled))
data_view(
    "_SMSMessageTracking",
    ViewRule("SMS of journeys and texts from people", child="MID = {mid}", parent="MID = {mid}"),
)
