"""What is read of each Salesforce object. Fields that an organisation lacks, or hides from the user, are left out."""

from dataclasses import dataclass
from datetime import timedelta

from connectors.source import DeleteSignal, Stream

LATE = timedelta(minutes=15)  # SystemModstamp is taken when a transaction begins to write, which may commit later
WINDOW = timedelta(days=90)


@dataclass(frozen=True)
class SObject:
    """One object. A field such as `Owner.Name` is one of the record that `OwnerId` names."""

    name: str
    stream: Stream
    fields: tuple[str, ...]
    binned: bool = True  # deleted records stay in the bin for 15 days, where a query may find them
    has_stages: bool = False


def _stream(name: str, *entities: str, reads: str, window: timedelta | None = None, deletes: bool = True) -> Stream:
    return Stream(
        name,
        ("Id",),
        entities,
        version_field="SystemModstamp",
        deletes=DeleteSignal.FLAG if deletes else DeleteSignal.NONE,
        lookback=LATE,
        window=window,
        reads=reads,
    )


def _fields(*lines: str) -> tuple[str, ...]:
    return ("Id", *" ".join(lines).split(), "CreatedDate", "SystemModstamp")


# People and companies are read from their beginning, since recent deals and cases may belong to old ones.
OBJECTS = (
    SObject(
        "User",
        _stream("users", "user_agent", reads="Users: name, role, department, manager", deletes=False),
        _fields("Name Email IsActive UserType Department Division UserRole.Name Manager.Name LastModifiedDate"),
        binned=False,
    ),
    SObject(
        "Account",
        _stream("accounts", "account", reads="Accounts: name, website, industry, size, place, owner"),
        _fields(
            "Name Website Industry NumberOfEmployees Type AccountSource BillingCountry BillingState BillingCity",
            "Owner.Name MasterRecordId IsDeleted",
        ),
    ),
    SObject(
        "Contact",
        _stream("contacts", "contact", reads="Contacts: name, e-mail, title, account"),
        _fields("AccountId Name Email Title MailingCountry HasOptedOutOfEmail MasterRecordId IsDeleted"),
    ),
    SObject(
        "Opportunity",
        _stream(
            "opportunities",
            "deal",
            "deal_stage_event",
            reads="Opportunities: amount, stages, dates, owner",
            window=WINDOW,
        ),
        _fields(
            "Name AccountId ContactId OwnerId Amount CurrencyIsoCode StageName Probability IsClosed IsWon CloseDate",
            "Type LeadSource CampaignId RecordType.Name IsDeleted",
        ),
        has_stages=True,
    ),
    SObject(
        "Lead",
        _stream("leads", "lead", reads="Leads: source, status, conversion", window=WINDOW),
        _fields(
            "Status LeadSource IsConverted ConvertedDate ConvertedAccountId ConvertedContactId MasterRecordId IsDeleted"
        ),
    ),
    SObject(
        "Case",
        _stream("cases", "ticket", reads="Cases: subject, status, priority, origin, times, owner", window=WINDOW),
        _fields(
            "CaseNumber Subject Status Priority Origin Type Reason IsClosed IsEscalated ClosedDate AccountId ContactId",
            "OwnerId Owner.Name MasterRecordId IsDeleted",
        ),
    ),
)
