"""The columns of all data views, exactly as the product names them. The rooms that have the rows make the SQL views.

A view that nothing fills yet is made empty here, so that a query that names it is answered as in a quiet account.
Source: the data views' documentation pages (names, types, nullability); text lengths from a third-party schema.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from store.data_extensions.model import FIXED_LENGTHS, Field
from store.data_extensions.storage import quoted

if TYPE_CHECKING:
    from store.org import Org

# View, then its columns: name, type, length of texts (without one: the type's, else no limit), ? when it can be NULL.
_COLUMNS = """
_Subscribers:
    SubscriberID Number, DateUndeliverable Date?, DateJoined Date?, DateUnsubscribed Date?, Domain Text(254)?,
    EmailAddress EmailAddress, BounceCount Number, SubscriberKey Text(254), SubscriberType Text(100),
    Status Text(12)?, Locale Locale?
_EnterpriseAttribute:
    _SubscriberID Number
_Job:
    JobID Number, EmailID Number?, AccountID Number?, AccountUserID Number?, FromName Text(130)?,
    FromEmail EmailAddress(100)?, SchedTime Date?, PickupTime Date?, DeliveredTime Date?, EventID Text(50)?,
    IsMultipart Boolean, JobType Text(50)?, JobStatus Text(50)?, ModifiedBy Number?, ModifiedDate Date?,
    EmailName Text(100)?, EmailSubject Text(200)?, IsWrapped Boolean, TestEmailAddr EmailAddress(100)?,
    Category Text(100), BccEmail EmailAddress(100)?, OriginalSchedTime Date?, CreatedDate Date, CharacterSet Text(50)?,
    IPAddress Text(50)?, SalesForceTotalSubscriberCount Number, SalesForceErrorSubscriberCount Number,
    SendType Text(50), DynamicEmailSubject Text(200)?, SuppressTracking Boolean, SendClassificationType Text(50)?,
    SendClassification Text(200)?, ResolveLinksWithCurrentData Boolean, EmailSendDefinition Text(200)?,
    DeduplicateByEmail Boolean, TriggererSendDefinitionObjectID Text(36)?, TriggeredSendCustomerKey Text(36)?
_Sent:
    AccountID Number, OYBAccountID Number?, JobID Number, ListID Number, BatchID Number, SubscriberID Number,
    SubscriberKey Text(254), EventDate Date, Domain Text(128), TriggererSendDefinitionObjectID Text(36)?,
    TriggeredSendCustomerKey Text(36)?
_ReconcilableDispositionView:
    JobId Number, Channel Number, Disposition Number, MessageKey Text(255), SubscriberKey Text(254),
    SubscriberID Number?, ErrorCodeID Number?, ErrorName Text(255)?, ErrorDescription Text(500)?, StartTime Date
_Open:
    AccountID Number, OYBAccountID Number?, JobID Number, ListID Number, BatchID Number, SubscriberID Number,
    SubscriberKey Text(254), EventDate Date, Domain Text(128), IsUnique Boolean?,
    TriggererSendDefinitionObjectID Text(36)?, TriggeredSendCustomerKey Text(36)?
_Click:
    AccountID Number, OYBAccountID Number?, JobID Number, ListID Number, BatchID Number, SubscriberID Number,
    SubscriberKey Text(254), EventDate Date, Domain Text(128), URL Text(900)?, LinkName Text(1024)?,
    LinkContent Text?, IsUnique Boolean, TriggererSendDefinitionObjectID Text(36)?,
    TriggeredSendCustomerKey Text(36)?
_Bounce:
    AccountID Number, OYBAccountID Number?, JobID Number, ListID Number, BatchID Number, SubscriberID Number,
    SubscriberKey Text(254), EventDate Date, IsUnique Boolean, Domain Text(128), BounceCategoryID Number,
    BounceCategory Text(50)?, BounceSubcategoryID Number?, BounceSubcategory Text(50)?, BounceTypeID Number,
    BounceType Text(50)?, SMTPBounceReason Text?, SMTPMessage Text?, SMTPCode Number?,
    TriggererSendDefinitionObjectID Text(36)?, TriggeredSendCustomerKey Text(36)?, IsFalseBounce Boolean?
_Complaint:
    AccountID Number, OYBAccountID Number?, JobID Number, ListID Number, BatchID Number, SubscriberID Number,
    SubscriberKey Text(254), EventDate Date, IsUnique Boolean, Domain Text(128)
_Unsubscribe:
    AccountID Number, OYBAccountID Number?, JobID Number, ListID Number, BatchID Number, SubscriberID Number,
    SubscriberKey Text(254), EventDate Date, IsUnique Boolean, Domain Text(128)
_BusinessUnitUnsubscribes:
    BusinessUnitID Number, SubscriberID Number, SubscriberKey Text(254), UnsubDateUTC Date?, UnsubReason Text(100)?
_ListSubscribers:
    AddedBy Number, AddMethod Text(17), CreatedDate Date?, DateUnsubscribed Date?, EmailAddress Text(254)?,
    ListID Number?, ListName Text(50)?, ListType Text(16), Status Text(12)?, SubscriberID Number,
    SubscriberKey Text(254), SubscriberType Text(100)?
_Journey:
    VersionID Text(36), JourneyID Text(36), JourneyName Text(200), VersionNumber Number, CreatedDate Date,
    LastPublishedDate Date?, ModifiedDate Date, JourneyStatus Text(100)
_JourneyActivity:
    VersionID Text(36), ActivityID Text(36), ActivityName Text(200)?, ActivityExternalKey Text(200),
    JourneyActivityObjectID Text(36)?, ActivityType Text(512)?
_AutomationInstance:
    MemberID Number, AutomationName Text(400), AutomationDescription Text(400)?, AutomationCustomerKey Text(400),
    AutomationInstanceID Text(36), AutomationType Text(9), AutomationNotificationRecipient_Complete Text(500)?,
    AutomationNotificationRecipient_Error Text(500)?, AutomationNotificationRecipient_Skip Text(500)?,
    AutomationStepCount Number, AutomationInstanceIsRunOnce Boolean, FilenameFromTrigger Text(4000)?,
    AutomationInstanceScheduledTime_UTC Date?, AutomationInstanceStartTime_UTC Date?,
    AutomationInstanceEndTime_UTC Date?, AutomationInstanceStatus Text(400),
    AutomationInstanceActivityErrorDetails Text(4000)?
_AutomationActivityInstance:
    MemberID Number, JobID Number, AutomationName Text(400), AutomationCustomerKey Text(400),
    AutomationInstanceID Text(36), ActivityCustomerKey Text(400), ActivityInstanceID Text(36), ActivityType Number,
    ActivityName Text(400), ActivityDescription Text(400)?, ActivityInstanceStep Text(25),
    ActivityInstanceStartTime_UTC Date?, ActivityInstanceEndTime_UTC Date?, ActivityInstanceStatus Text(256),
    ActivityInstanceStatusDetails Text(4000)?
_MobileAddress:
    _MobileID Number?, _ContactID Number, _MobileNumber Text(15), _Status Number?, _Source Number?,
    _SourceObjectId Text(255)?, _Priority Number?, _Channel Text(50)?, _CarrierID Number, _CountryCode Text(2),
    _CreatedDate Date, _CreatedBy Text, _ModifiedDate Date, _ModifiedBy Text(255)?, _City Text(100)?,
    _State Text(100)?, _ZipCode Text(20)?, _FirstName Text(100)?, _LastName Text(100)?, _UTCOffset Number?,
    _IsHonorDST Boolean?
_MobileSubscription:
    _SubscriptionDefinitionID Text, _MobileNumber Text, _OptOutStatusID Text?, _OptOutMethodID Text?,
    _OptOutDate Date?, _OptInStatusID Text, _OptInMethodID Text?, _OptInDate Date?, _Source Text?,
    _CreatedDate Date, _CreatedBy Text?, _ModifiedDate Date, _ModifiedBy Text?
_SubscriberSMS:
    SubscriberID Number, SubscriberKey Text, MobileNumber Phone, TransactionalOptIn Boolean,
    TransactionalOptInDate Date, TransactionalOptOutDate Date?, MarketingOptIn Boolean, MarketingOptInDate Date,
    MarketingOptOutDate Date?, SMSCarrierName Text?
_SMSSubscriptionLog:
    LogDate Date?, SubscriberKey Text(254), MobileSubscriptionID Number, SubscriptionDefinitionID Text(36),
    MobileNumber Phone(15), OptOutStatusID Number?, OptOutMethodID Number?, OptOutDate Date?, OptInStatusID Number,
    OptInMethodID Number?, OptInDate Date?, Source Number?, CreatedDate Date, ModifiedDate Date
_SMSMessageTracking:
    MobileMessageTrackingID Number, EID Number?, MID Number?, Mobile Phone(15), MessageID Number, KeywordID Text(36)?,
    CodeID Text(36)?, ConversationID Text(36)?, CampaignID Number?, Sent Boolean, Delivered Boolean?,
    Undelivered Boolean?, Outbound Boolean?, Inbound Boolean?, CreateDateTime Date, ModifiedDateTime Date,
    ActionDateTime Date, MessageText Text(160)?, IsTest Boolean?, MobileMessageRecurrenceID Number?,
    ResponseToMobileMessageTrackingID Number?, IsValid Boolean?, InvalidationCode Number?, SMSJobID Text(36)?,
    SMSBatchID Number?, SendID Number?, SendSplitID Number?, SendSegmentID Number?, SendJobID Number?,
    SendGroupID Number?, SendPersonID Number?, SubscriberID Number?, SubscriberKey Text(254)?,
    SMSStandardStatusCodeId Number?, Description Text?, Name Text?, ShortCode Text?, SharedKeyword Text?,
    Ordinal Number?, FromName Text(11)?, ConversationStateID Text(36)?, JBDefinitionID Text(36)?,
    JBActivityID Text(36)?
_UndeliverableSMS:
    MobileNumber Phone(15), Undeliverable Boolean, BounceCount Number, FirstBounceDate Date, HoldDate Date?
_MobileLineAddressContactSubscriptionView:
    ChannelID Text(255), ContactID Number, ContactKey Text(255), AddressID Text(255), IsActive Number,
    CreatedDate Date, ModifiedDate Date?
_MobileLineOrphanContactView:
    ContactID Number, ContactKey Text(255), AddressID Text(255), CreatedDate Date
_PushAddress:
    DeviceID Text(200), SubscriberID Number, SubscriberKey Text(254)?, DeviceType Text(50)?, SystemToken Text(500)?,
    OptInStatus Text(50), OptInDate Date?, OptOutDate Date?, CreatedDate Date, ModifiedDate Date,
    ApplicationID Text(36)?, ContactID Number?, Platform Text(100)?, PlatformVersion Text(50)?,
    HardwareId Text(200)?, Badge Number?, LocationEnabled Boolean, TimeZone Text(50)?, Source Text(100)?,
    Status Text(50)?
_PushTag:
    DeviceID Text(200), TagName Text(128), CreatedDate Date, ModifiedDate Date, Source Text(100)?, Active Boolean
_Coupon:
    Name Text(128), ExternalKey Text(36), Description Text?, BeginDate Date, ExpirationDate Date
_SocialNetworkImpressions:
    JobID Number, ListID Number, RegionTitle Text, RegionDescription Text?, RegionHTML Text, ContentRegionID Number,
    SocialSharingSiteID Number, SiteName Text, CountryCode Text(10), ReferringURL Text?, IPAddress Text(50)?,
    TransactionTime Date, PublishedSocialContentStatusID Text, ShortCode Text, PublishTime Date
_SocialNetworkTracking:
    SubscriberID Number, SubscriberKey Text(254), ListID Number, BatchID Number, SocialSharingSiteID Number,
    SiteName Text, CountryCode Text(10), PublishedSocialContentID Text, RegionTitle Text, RegionDescription Text?,
    RegionHTML Text?, ContentRegionID Text?, OYBMemberID Number?, TransactionTime Date, IsUnique Boolean,
    Domain Text, PublishedSocialContentStatusID Text, ShortCode Text, PublishTime Date
_FTAF:
    AccountID Number, OYBAccountID Number?, JobID Number, ListID Number, BatchID Number, SubscriberID Number,
    SubscriberKey Text(254), TransactionTime Date, Domain Text(128), IsUnique Boolean,
    TriggererSendDefinitionObjectID Text(36)?, TriggeredSendCustomerKey Text(36)?
_SurveyResponse:
    AccountID Number, OYBAccountID Number?, JobID Number, ListID Number, BatchID Number, SubscriberID Number,
    SubscriberKey Text(254), Domain Text(128), TriggererSendDefinitionObjectID Text(36)?,
    TriggeredSendCustomerKey Text(36)?, SurveyID Number, SurveyName Text(100), IsUnique Boolean, QuestionID Number,
    QuestionName Text(50), Question Text(4000), AnswerID Number, AnswerName Text(4000)?, Answer Text(4000)?,
    AnswerData Text?
"""


@lru_cache(maxsize=1)
def data_views() -> dict[str, tuple[Field, ...]]:
    """All data views by name, with their columns in order."""
    views: dict[str, tuple[Field, ...]] = {}
    for view, columns in re.findall(r"^(_\w+):\n((?:    .*\n)+)", _COLUMNS, re.MULTILINE):
        views[view] = tuple(_column(written.strip()) for written in columns.replace("\n", " ").split(","))
    return views


def _column(written: str) -> Field:
    name, kind = written.removesuffix("?").split()
    bare, _, length = kind.rstrip(")").partition("(")
    limit = int(length) if length else FIXED_LENGTHS.get(bare)
    return Field(name, bare, limit, is_nullable=written.endswith("?"))


def make_missing_views(org: Org) -> None:
    """An empty SQL view for each data view that no room makes."""
    there = {row["name"] for row in org.rows("SELECT name FROM sqlite_schema WHERE type = 'view'")}
    for view, columns in data_views().items():
        if view not in there:
            nulls = ", ".join(f"NULL AS {quoted(column.name)}" for column in columns)
            org.run(f"CREATE VIEW {quoted(view)} AS SELECT {nulls} WHERE 0")
