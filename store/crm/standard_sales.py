"""Campaign with its members and their statuses, Opportunity, Case and Task; standard.py says how to read the lines."""

_SOURCES = "Web|Phone Inquiry|Partner Referral|Purchased List|Other"

CAMPAIGN = """
Name                string(80)    required label="Campaign Name"
ParentId            reference(Campaign) label="Parent Campaign ID"
Type                picklist      values="Conference|Webinar|Trade Show|Public Relations|Partners|Referral Program|Advertisement|Banner Ads|Direct Mail|Email|Telemarketing|Other"
Status              picklist      default=Planned values="Planned|In Progress|Completed|Aborted"
StartDate           date
EndDate             date
ExpectedRevenue     currency(18,0)
BudgetedCost        currency(18,0) label="Budgeted Cost in Campaign"
ActualCost          currency(18,0) label="Actual Cost in Campaign"
ExpectedResponse    percent(10,2)  label="Expected Response (%)"
NumberSent          double(18,0)  label="Num Sent in Campaign"
NumberOfLeads       int(8)        label="Leads in Campaign" rollup="COUNT(CampaignMember VIA CampaignId WHERE NOT(ISBLANK(LeadId)))"
NumberOfConvertedLeads int(8)     label="Converted Leads in Campaign" rollup="COUNT(CampaignMember VIA CampaignId WHERE NOT(ISBLANK(LeadId)) && NOT(ISBLANK(ContactId)))"
NumberOfContacts    int(8)        label="Contacts in Campaign" rollup="COUNT(CampaignMember VIA CampaignId WHERE NOT(ISBLANK(ContactId)))"
NumberOfResponses   int(8)        label="Responses in Campaign" rollup="COUNT(CampaignMember VIA CampaignId WHERE HasResponded)"
NumberOfOpportunities int(8)      label="Opportunities in Campaign" rollup="COUNT(Opportunity VIA CampaignId)"
NumberOfWonOpportunities int(8)   label="Won Opportunities in Campaign" rollup="COUNT(Opportunity VIA CampaignId WHERE IsWon)"
AmountAllOpportunities currency(18,2) label="Value Opportunities in Campaign" rollup="SUM(Opportunity.Amount VIA CampaignId)"
AmountWonOpportunities currency(18,2) label="Value Won Opportunities in Campaign" rollup="SUM(Opportunity.Amount VIA CampaignId WHERE IsWon)"
IsActive            boolean       label=Active
Description         textarea(32000)
OwnerId             reference(User)
LastActivityDate    date          readonly
CampaignMemberRecordTypeId reference(RecordType)
RecordTypeId        reference(RecordType)
"""  # noqa: E501 (a table)

CAMPAIGN_MEMBER = """
CampaignId          reference(Campaign) required cascade
LeadId              reference(Lead)     cascade
ContactId           reference(Contact)  cascade
Status              picklist(40)  default=Sent values="Sent|Responded"
HasResponded        boolean       readonly label=Responded
FirstRespondedDate  date          readonly
LeadOrContactId     id            label="Related Record ID" computed="coalesce(ContactId, LeadId)"
Type                string(40)    label="Member Type" computed="CASE WHEN ContactId IS NULL THEN 'Lead' ELSE 'Contact' END"
"""  # noqa: E501 (a table)

# source: Object Reference, CampaignMemberStatus
CAMPAIGN_MEMBER_STATUS = """
CampaignId          reference(Campaign) required cascade
Label               string(765)   required
HasResponded        boolean       label=Responded
IsDefault           boolean       label="Is Default"
SortOrder           int(9)
"""

OPPORTUNITY = f"""
AccountId           reference(Account)  cascade
IsPrivate           boolean       label=Private
Name                string(120)   required label="Opportunity Name"
Description         textarea(32000)
StageName           picklist      required label=Stage values="Prospecting|Qualification|Needs Analysis|Value Proposition|Id. Decision Makers|Perception Analysis|Proposal/Price Quote|Negotiation/Review|Closed Won|Closed Lost"
Amount              currency(18,2)
Probability         percent(3,0)  label="Probability (%)"
TotalOpportunityQuantity double(18,2) label=Quantity
CloseDate           date          required
Type                picklist      label="Opportunity Type" values="Existing Customer - Upgrade|Existing Customer - Replacement|Existing Customer - Downgrade|New Customer"
NextStep            string(255)
LeadSource          picklist      values="{_SOURCES}"
IsClosed            boolean       label=Closed computed="coalesce(StageName IN ('Closed Won', 'Closed Lost'), 0)"
IsWon               boolean       label=Won computed="coalesce(StageName = 'Closed Won', 0)"
ForecastCategoryName picklist(40) label="Forecast Category" values="Omitted|Pipeline|Best Case|Commit|Closed"
CampaignId          reference(Campaign)
ContactId           reference(Contact)
OwnerId             reference(User)
Pricebook2Id        id            label="Price Book ID"
LastActivityDate    date          readonly
RecordTypeId        reference(RecordType)
"""  # noqa: E501 (a table)

CASE = """
CaseNumber          string(30)    computed="printf('%08d', 1000 + row_id)"
ContactId           reference(Contact)
AccountId           reference(Account)  cascade
ParentId            reference(Case) label="Parent Case ID"
SuppliedName        string(80)    label=Name
SuppliedEmail       email(80)     label="Email Address"
SuppliedPhone       string(40)    label=Phone
SuppliedCompany     string(80)    label=Company
Type                picklist      label="Case Type" values="Mechanical|Electrical|Electronic|Structural|Other"
Status              picklist      default=New values="New|Working|Escalated|Closed"
Reason              picklist      label="Case Reason" values="Installation|Equipment Complexity|Performance|Breakdown|Equipment Design|Feedback|Other"
Origin              picklist      label="Case Origin" values="Phone|Email|Web"
Subject             string(255)
Priority            picklist      default=Medium values="High|Medium|Low"
Description         textarea(32000)
IsClosed            boolean       label=Closed computed="coalesce(Status = 'Closed', 0)"
ClosedDate          datetime      readonly
IsEscalated         boolean       label=Escalated
Comments            textarea(4000) label="Internal Comments"
OwnerId             reference(User)
RecordTypeId        reference(RecordType)
"""  # noqa: E501 (a table)

TASK = """
WhoId               reference(Contact|Lead) rel=Who label="Name ID" cascade
WhatId              reference(Account|Opportunity|Campaign|Case) rel=What label="Related To ID" cascade
Subject             string(255)   values="Call|Email|Send Letter|Send Quote|Other"
ActivityDate        date          label="Due Date Only"
Status              picklist      default="Not Started" values="Not Started|In Progress|Completed|Waiting on someone else|Deferred"
Priority            picklist      default=Normal values="High|Normal|Low"
IsHighPriority      boolean       label="High Priority" computed="coalesce(Priority = 'High', 0)"
OwnerId             reference(User) label="Assigned To ID"
Description         textarea(32000) label="Description/Comments"
Type                picklist      values="Call|Email|Meeting|Other"
IsClosed            boolean       label=Closed computed="coalesce(Status = 'Completed', 0)"
CompletedDateTime   datetime      readonly
CallDurationInSeconds int(8)      label="Call Duration"
CallType            picklist(40)  values="Internal|Inbound|Outbound"
CallDisposition     string(255)   label="Call Result"
CallObject          string(255)   label="Call Object Identifier"
IsReminderSet       boolean       label="Reminder Set"
ReminderDateTime    datetime
TaskSubtype         picklist(40)  default=Task values="Task|Email|List Email|Cadence|Call|LinkedIn"
RecordTypeId        reference(RecordType)
"""  # noqa: E501 (a table)

SALES = (
    ("Campaign", "701", "Campaign", "Campaigns", CAMPAIGN),
    ("CampaignMember", "00v", "Campaign Member", "Campaign Members", CAMPAIGN_MEMBER),
    ("Opportunity", "006", "Opportunity", "Opportunities", OPPORTUNITY),
    ("Case", "500", "Case", "Cases", CASE),
    ("Task", "00T", "Task", "Tasks", TASK),
    ("CampaignMemberStatus", "01Y", "Campaign Member Status", "Campaign Member Statuses", CAMPAIGN_MEMBER_STATUS),
)
