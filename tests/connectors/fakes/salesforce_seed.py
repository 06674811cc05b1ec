"""What the fake Salesforce organisation holds at first, as the API gives it."""

from datetime import UTC, datetime, timedelta

from connectors import JsonValue

Record = dict[str, JsonValue]

START = datetime(2025, 12, 1, 8, tzinfo=UTC)
STAGES = ("Prospecting", "Proposal", "Closed Won", "Closed Lost")
_CURRENCIES = ("EUR", "JPY", "KWD")


def stamp(moment: datetime) -> str:
    """Return a moment as Salesforce writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}+0000"


def moment(number: int, hours: float = 0) -> str:
    """Return the hour of a record's number."""
    return stamp(START + timedelta(hours=9 * number + hours))


def key(prefix: str, number: int) -> str:
    """Return an id of 18 signs."""
    return f"{prefix}{number:015d}"


def user(number: int) -> Record:
    """Return a user; the third has left."""
    return {
        "Id": key("005", number),
        "Name": f"User {number}",
        "Email": f"User{number}@agency.example",
        "IsActive": number != 3,
        "UserType": "Standard",
        "Department": "Sales",
        "Division": None,
        "UserRole": {"attributes": {"type": "UserRole"}, "Name": "Manager"} if number % 2 else None,
        "Manager": None,
        "LastModifiedDate": moment(number, 24),
        "CreatedDate": moment(0),
        "SystemModstamp": moment(number, 24),
    }


def account(number: int) -> Record:
    """Return an account. Many were imported at once and have one and the same time."""
    return {
        "Id": key("001", number),
        "Name": f"Account {number}",
        "Website": f"https://www.Account{number}.example/home" if number % 2 else f"account{number}.example",
        "Industry": "Retail",
        "NumberOfEmployees": 10 * number,
        "Type": ("Customer - Direct", "Prospect", None)[number % 3],
        "AccountSource": "Web",
        "BillingCountry": "Greece",
        "BillingState": None,
        "BillingCity": "Volos",
        "Owner": {"attributes": {"type": "User"}, "Name": f"User {1 + number % 3}"},
        "MasterRecordId": None,
        "IsDeleted": False,
        "CreatedDate": moment(number),
        "SystemModstamp": moment(20) if 20 <= number < 80 else moment(number),
    }


def contact(number: int) -> Record:
    """Return a contact of an account."""
    return {
        "Id": key("003", number),
        "AccountId": key("001", number % 100),
        "Name": f"Person {number}",
        "Email": f"Person{number}@account{number % 100}.example",
        "Title": "Buyer",
        "MailingCountry": "Greece",
        "HasOptedOutOfEmail": number % 10 == 0,
        "MasterRecordId": None,
        "IsDeleted": False,
        "CreatedDate": moment(number),
        "SystemModstamp": moment(number, 1),
    }


def opportunity(number: int) -> Record:
    """Return an opportunity: open, proposed, won or lost by its number."""
    place = number % 4
    return {
        "Id": key("006", number),
        "Name": f"Opportunity {number}",
        "AccountId": key("001", number % 100),
        "ContactId": key("003", number % 100),
        "OwnerId": key("005", 1 + number % 3),
        "Amount": 1000.55 * number if number % 10 else None,
        "CurrencyIsoCode": _CURRENCIES[number % 3],
        "StageName": STAGES[place],
        "Probability": (10.0, 60.0, 100.0, 0.0)[place],
        "IsClosed": place >= 2,
        "IsWon": place == 2,
        "CloseDate": "2026-02-20",
        "Type": ("New Customer", "Existing Customer - Upgrade", None)[number % 3],
        "LeadSource": "Web",
        "CampaignId": None,
        "RecordType": {"attributes": {"type": "RecordType"}, "Name": "Direct"},
        "IsDeleted": False,
        "CreatedDate": moment(number),
        "SystemModstamp": moment(number, 50),
    }


def history(number: int) -> list[Record]:
    """Return the history of an opportunity; its amount changed once while it was in the first stage."""
    place = number % 4
    went = [STAGES[0], STAGES[0], *STAGES[1 : min(place, 1) + 1], *STAGES[place : place + 1 if place >= 2 else place]]
    return [
        {"Id": key("008", 10 * number + step), "StageName": stage, "CreatedDate": moment(number, step)}
        for step, stage in enumerate(went)
    ]


def lead(number: int) -> Record:
    """Return a lead; every third is converted."""
    is_converted = number % 3 == 0
    return {
        "Id": key("00Q", number),
        "Status": "Closed - Converted" if is_converted else "Open - Not Contacted",
        "LeadSource": "Partner",
        "IsConverted": is_converted,
        "ConvertedDate": "2026-01-15" if is_converted else None,
        "ConvertedAccountId": key("001", number) if is_converted else None,
        "ConvertedContactId": key("003", number) if is_converted else None,
        "MasterRecordId": None,
        "IsDeleted": False,
        "CreatedDate": moment(number),
        "SystemModstamp": moment(number, 1),
    }


def case(number: int) -> Record:
    """Return a case: every other one is closed; every fifth lies in a queue."""
    is_closed = number % 2 == 0
    in_queue = number % 5 == 0
    return {
        "Id": key("500", number),
        "CaseNumber": f"{number:08d}",
        "Subject": f"Case {number}",
        "Status": "Closed" if is_closed else ("New", "Working", "On Hold")[number % 3],
        "Priority": "High",
        "Origin": ("Phone", "Email", "Web")[number % 3],
        "Type": "Question",
        "Reason": "Billing",
        "IsClosed": is_closed,
        "IsEscalated": number % 7 == 0,
        "ClosedDate": moment(number, 4) if is_closed else None,
        "AccountId": key("001", number % 100),
        "ContactId": key("003", number % 100),
        "OwnerId": key("00G", 1) if in_queue else key("005", 1 + number % 3),
        "Owner": {"attributes": {"type": "Name"}, "Name": "Billing queue" if in_queue else f"User {1 + number % 3}"},
        "MasterRecordId": None,
        "IsDeleted": False,
        "CreatedDate": moment(number),
        "SystemModstamp": moment(number, 4),
    }
