"""User, Account, Contact and Lead; standard.py says how to read the lines."""

_PERSON_NAME = "trim(coalesce(FirstName || ' ', '') || coalesce(LastName, ''))"
_INDUSTRIES = (
    "Agriculture|Apparel|Banking|Biotechnology|Chemicals|Communications|Construction|Consulting|Education|Electronics"
    "|Energy|Engineering|Entertainment|Environmental|Finance|Food & Beverage|Government|Healthcare|Hospitality"
    "|Insurance|Machinery|Manufacturing|Media|Not For Profit|Recreation|Retail|Shipping|Technology"
    "|Telecommunications|Transportation|Utilities|Other"
)
_SOURCES = "Web|Phone Inquiry|Partner Referral|Purchased List|Other"


def _address(prefix: str) -> str:
    """The parts of a compound address. source: Object Reference, "Address Compound Fields"."""
    return f"""{prefix}Street       textarea(255)
{prefix}City              string(40)
{prefix}State             string(80)  label="{prefix} State/Province"
{prefix}PostalCode        string(20)  label="{prefix} Zip/Postal Code"
{prefix}Country           string(80)
{prefix}Latitude          double(18,15)
{prefix}Longitude         double(18,15)
{prefix}GeocodeAccuracy   picklist"""


USER = f"""
Username            string(80)    required unique
LastName            string(80)    required
FirstName           string(40)
Name                string(121)   label="Full Name" computed="{_PERSON_NAME}"
CompanyName         string(80)
Division            string(80)
Department          string(80)
Title               string(80)
{_address("")}
Email               email(128)    required
Phone               phone(40)
Fax                 phone(40)
MobilePhone         phone(40)
Extension           phone(40)
Alias               string(8)
CommunityNickname   string(40)    label=Nickname
IsActive            boolean       default=true label=Active
TimeZoneSidKey      picklist(40)  default=GMT label="Time Zone"
LocaleSidKey        picklist(40)  default=en_US label=Locale
EmailEncodingKey    picklist(40)  default=UTF-8 label="Email Encoding"
LanguageLocaleKey   picklist(40)  default=en_US label=Language
UserType            picklist(40)  default=Standard
ReceivesInfoEmails       boolean
ReceivesAdminInfoEmails  boolean
ProfileId           id
UserRoleId          id            label="Role ID"
ManagerId           reference(User)
EmployeeNumber      string(20)
FederationIdentifier string(512)  label="SAML Federation ID"
ContactId           reference(Contact)
AccountId           reference(Account)
LastLoginDate       datetime      readonly
AboutMe             textarea(1000)
"""

ACCOUNT = f"""
Name                string(255)   required label="Account Name"
Type                picklist      label="Account Type" values="Prospect|Customer - Direct|Customer - Channel|Channel Partner / Reseller|Installation Partner|Technology Partner|Other"
MasterRecordId      id            readonly
ParentId            reference(Account) label="Parent Account ID"
{_address("Billing")}
{_address("Shipping")}
Phone               phone(40)     label="Account Phone"
Fax                 phone(40)     label="Account Fax"
AccountNumber       string(40)
Website             url(255)
PhotoUrl            url(255)      readonly
Sic                 string(20)    label="SIC Code"
Industry            picklist      values="{_INDUSTRIES}"
AnnualRevenue       currency(18,0)
NumberOfEmployees   int(8)        label=Employees
Ownership           picklist      values="Public|Private|Subsidiary|Other"
TickerSymbol        string(20)
Description         textarea(32000) label="Account Description"
Rating              picklist      label="Account Rating" values="Hot|Warm|Cold"
Site                string(80)    label="Account Site"
OwnerId             reference(User)
LastActivityDate    date          readonly
Jigsaw              string(20)    label="Data.com Key"
AccountSource       picklist      values="{_SOURCES}"
SicDesc             string(80)    label="SIC Description"
NaicsCode           string(8)
NaicsDesc           string(120)
DunsNumber          string(9)     label="D-U-N-S Number"
Tradestyle          string(255)
YearStarted         string(4)
RecordTypeId        reference(RecordType)
"""  # noqa: E501 (a table)

CONTACT = f"""
MasterRecordId      id            readonly
AccountId           reference(Account) cascade
LastName            string(80)    required
FirstName           string(40)
Salutation          picklist(40)  values="Mr.|Ms.|Mrs.|Dr.|Prof."
Name                string(121)   label="Full Name" computed="{_PERSON_NAME}"
{_address("Other")}
{_address("Mailing")}
Phone               phone(40)     label="Business Phone"
Fax                 phone(40)     label="Business Fax"
MobilePhone         phone(40)
HomePhone           phone(40)
OtherPhone          phone(40)
AssistantPhone      phone(40)     label="Asst. Phone"
ReportsToId         reference(Contact)
Email               email(80)
Title               string(128)
Department          string(80)
AssistantName       string(40)
LeadSource          picklist      values="{_SOURCES}"
Birthdate           date
Description         textarea(32000) label="Contact Description"
OwnerId             reference(User)
HasOptedOutOfEmail  boolean       label="Email Opt Out"
HasOptedOutOfFax    boolean       label="Fax Opt Out"
DoNotCall           boolean
LastActivityDate    date          readonly
EmailBouncedReason  string(255)
EmailBouncedDate    datetime
Jigsaw              string(20)    label="Data.com Key"
IndividualId        reference(Individual)
RecordTypeId        reference(RecordType)
"""

LEAD = f"""
MasterRecordId      id            readonly
LastName            string(80)    required
FirstName           string(40)
Salutation          picklist(40)  values="Mr.|Ms.|Mrs.|Dr.|Prof."
Name                string(121)   label="Full Name" computed="{_PERSON_NAME}"
Title               string(128)
Company             string(255)   required
{_address("")}
Phone               phone(40)
MobilePhone         phone(40)
Fax                 phone(40)
Email               email(80)
Website             url(255)
Description         textarea(32000)
LeadSource          picklist      values="{_SOURCES}"
Status              picklist      default="Open - Not Contacted" values="Open - Not Contacted|Working - Contacted|Closed - Converted|Closed - Not Converted"
Industry            picklist      values="{_INDUSTRIES}"
Rating              picklist      values="Hot|Warm|Cold"
AnnualRevenue       currency(18,0)
NumberOfEmployees   int(8)        label=Employees
OwnerId             reference(User)
HasOptedOutOfEmail  boolean       label="Email Opt Out"
HasOptedOutOfFax    boolean       label="Fax Opt Out"
DoNotCall           boolean
IsConverted         boolean       readonly label=Converted
ConvertedDate       date          readonly
ConvertedAccountId  reference(Account)     readonly
ConvertedContactId  reference(Contact)     readonly
ConvertedOpportunityId reference(Opportunity) readonly
IsUnreadByOwner     boolean
LastActivityDate    date          readonly
EmailBouncedReason  string(255)
EmailBouncedDate    datetime
Jigsaw              string(20)    label="Data.com Key"
IndividualId        reference(Individual)
RecordTypeId        reference(RecordType)
"""  # noqa: E501 (a table)

PEOPLE = (
    ("User", "005", "User", "Users", USER),
    ("Account", "001", "Account", "Accounts", ACCOUNT),
    ("Contact", "003", "Contact", "Contacts", CONTACT),
    ("Lead", "00Q", "Lead", "Leads", LEAD),
)
