"""Individual, contact points, their consents, purposes, and RecordType; standard.py says how to read the lines.

source: Object Reference, "Individual", "ContactPointEmail", "ContactPointPhone", "ContactPointTypeConsent",
"DataUsePurpose", "RecordType". Their names are plain texts here.
"""

_CAPTURES = "Email|MailingAddress|Phone|Social|Web"

INDIVIDUAL = """
LastName                string(80)  required
FirstName               string(40)
Salutation              picklist(40) values="Mr.|Ms.|Mrs.|Dr.|Prof."
Name                    string(121) label="Full Name" computed="trim(coalesce(FirstName || ' ', '') || coalesce(LastName, ''))"
BirthDate               date
IndividualsAge          picklist(40) values="13 or Older|16 or Older"
HasOptedOutTracking     boolean     label="Don't Track"
HasOptedOutProfiling    boolean     label="Don't Profile"
HasOptedOutProcessing   boolean     label="Don't Process"
HasOptedOutSolicit      boolean     label="Don't Market"
HasOptedOutGeoTracking  boolean     label="Block Geolocation Tracking"
ShouldForget            boolean     label="Forget this Individual"
SendIndividualData      boolean     label="Export Individual's Data"
CanStorePiiElsewhere    boolean     label="OK to Store PII Data Elsewhere"
MasterRecordId          id          readonly
OwnerId                 reference(User)
"""  # noqa: E501 (a table)

CONTACT_POINT_EMAIL = """
ParentId                reference(Individual|Account) label="Parent ID" cascade
Name                    string(255) default=$Id
EmailAddress            email(254)  required
EmailDomain             string(255)
IsPrimary               boolean
ActiveFromDate          date
ActiveToDate            date
OwnerId                 reference(User)
"""

CONTACT_POINT_PHONE = """
ParentId                reference(Individual|Account) label="Parent ID" cascade
Name                    string(255) default=$Id
TelephoneNumber         phone(40)   required
IsSmsCapable            boolean
IsPrimary               boolean
ActiveFromDate          date
ActiveToDate            date
OwnerId                 reference(User)
"""

DATA_USE_PURPOSE = """
Name                    string(255) required
Description             textarea(32000)
CanDataSubjectOptOut    boolean     default=true
OwnerId                 reference(User)
"""

CONTACT_POINT_TYPE_CONSENT = f"""
Name                    string(255) default=$Id
PartyId                 reference(Individual) required rel=Party cascade
ContactPointType        picklist    required restricted values="{_CAPTURES}"
DataUsePurposeId        reference(DataUsePurpose) rel=DataUsePurpose
PrivacyConsentStatus    picklist    required restricted values="NotSeen|Seen|OptIn|OptOut"
EffectiveFrom           datetime
EffectiveTo             datetime
CaptureDate             datetime
CaptureContactPointType picklist    restricted values="{_CAPTURES}"
CaptureSource           string(255)
DoubleConsentCaptureDate datetime
OwnerId                 reference(User)
"""

RECORD_TYPE = """
Name                    string(80)  required label="Record Type Name"
DeveloperName           string(80)  required
SobjectType             picklist(40) required label="Object Type"
Description             string(255)
IsActive                boolean     default=true label=Active
IsPersonType            boolean
"""

# Key prefixes: Individual and RecordType as documented; no page found for the others.
PRIVACY = (
    ("Individual", "0PK", "Individual", "Individuals", INDIVIDUAL),
    ("ContactPointEmail", "9Vl", "Contact Point Email", "Contact Point Emails", CONTACT_POINT_EMAIL),
    ("ContactPointPhone", "0Zl", "Contact Point Phone", "Contact Point Phones", CONTACT_POINT_PHONE),
    ("DataUsePurpose", "0ZW", "Data Use Purpose", "Data Use Purposes", DATA_USE_PURPOSE),
    ("ContactPointTypeConsent", "0ZX", "Contact Point Type Consent", "Contact Point Type Consents",
     CONTACT_POINT_TYPE_CONSENT),
    ("RecordType", "012", "Record Type", "Record Types", RECORD_TYPE),
)  # fmt: skip
