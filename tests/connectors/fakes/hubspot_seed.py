"""What the fake HubSpot portal holds at first: every record with every property that it has, as text or null."""

from datetime import UTC, datetime, timedelta

from connectors import JsonValue
from connectors.json_value import at, text_at

Record = dict[str, JsonValue]

START = datetime(2025, 12, 1, 8, tzinfo=UTC)
DEAL_STAGES = ("appointmentscheduled", "qualifiedtobuy", "contractsent", "closedwon", "closedlost")
_SOURCES = ("ORGANIC_SEARCH", "PAID_SEARCH", "DIRECT_TRAFFIC", "PAID_SOCIAL")
_LIFECYCLE = ("subscriber", "lead", "marketingqualifiedlead", "customer")


def stamp(moment: datetime) -> str:
    """Return a moment as HubSpot writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _moment(number: int, hours: float = 0) -> str:
    return stamp(START + timedelta(hours=9 * number + hours))


def record(key: int, properties: Record, created: str, updated: str, modified: str = "hs_lastmodifieddate") -> Record:
    """Return a record in HubSpot's envelope."""
    named: Record = {"hs_object_id": str(key), "createdate": created, modified: updated}
    return {
        "id": str(key),
        "properties": properties | named,
        "createdAt": created,
        "updatedAt": updated,
        "archived": False,
    }


def company(number: int) -> Record:
    """Return a company: every third one is a customer."""
    is_customer = number % 3 == 0
    properties: Record = {
        "name": f"Company {number}",
        "domain": f"Company{number}.example",
        "industry": "RETAIL" if number % 2 else "COMPUTER_SOFTWARE",
        "numberofemployees": str(10 * number),
        "country": "Greece",
        "state": None,
        "city": "Volos",
        "lifecyclestage": "customer" if is_customer else "opportunity",
        "hubspot_owner_id": str(71 + number % 3),
        "hs_analytics_source": _SOURCES[number % 4],
        "hs_lifecyclestage_customer_date": _moment(number, 24) if is_customer else None,
        "hs_v2_date_entered_customer": None,
        "hs_merged_object_ids": None,
    }
    return record(1000 + number, properties, _moment(number), _moment(number, 48))


def contact(number: int) -> Record:
    """Return a contact of a company."""
    stage = _LIFECYCLE[number % 4]
    properties: Record = {
        "email": f"Person{number}@company{number % 120}.example",
        "firstname": f"First{number}",
        "lastname": f"Last{number}",
        "jobtitle": "Buyer",
        "hs_language": "el",
        "country": "Greece",
        "associatedcompanyid": str(1000 + number % 120),
        "hs_email_optout": "true" if number % 10 == 0 else None,
        "lifecyclestage": stage,
        "hs_lead_status": "OPEN" if stage == "lead" else None,
        "hs_analytics_source": _SOURCES[number % 4],
        "hs_analytics_source_data_1": "Spring sale",
        "hs_merged_object_ids": None,
        "hs_lifecyclestage_lead_date": None if stage == "subscriber" else _moment(number, 1),
        "hs_lifecyclestage_marketingqualifiedlead_date": _moment(number, 2) if number % 4 >= 2 else None,
        "hs_lifecyclestage_salesqualifiedlead_date": None,
        "hs_lifecyclestage_customer_date": _moment(number, 30) if stage == "customer" else None,
    }
    return record(20000 + number, properties, _moment(number), _moment(number, 48), "lastmodifieddate")


def deal(number: int) -> Record:
    """Return a deal that has gone through the stages up to its own; every fifth is lost, every fifth is won."""
    place = number % 5
    went = (*DEAL_STAGES[:place], DEAL_STAGES[place]) if place < 4 else (*DEAL_STAGES[:2], DEAL_STAGES[4])
    properties: Record = {
        "dealname": f"Deal {number}",
        "amount": f"{100 * number}.5",
        "deal_currency_code": ("EUR", "JPY", "KWD", None)[number % 4],
        "dealstage": DEAL_STAGES[place],
        "pipeline": "default",
        "dealtype": "newbusiness" if number % 2 else None,
        "closedate": _moment(number, 100),
        "closed_lost_reason": "Price" if place == 4 else None,
        "hs_is_closed": "true" if place >= 3 else "false",
        "hs_is_closed_won": "true" if place == 3 else "false",
        "hs_deal_stage_probability": ("0.2", "0.4", "0.9", "1", "0")[place],
        "hubspot_owner_id": str(71 + number % 3),
        "hs_analytics_source": _SOURCES[number % 4],
        "hs_merged_object_ids": None,
    }
    for stage in DEAL_STAGES:
        for moment in ("entered", "exited"):
            properties |= {f"hs_v2_date_{moment}_{stage}": None, f"hs_date_{moment}_{stage}": None}
    for step, stage in enumerate(went):
        prefix = "hs_date" if number % 7 == 0 else "hs_v2_date"  # portals still have the old names
        properties[f"{prefix}_entered_{stage}"] = _moment(number, step)
        if step + 1 < len(went):
            properties[f"{prefix}_exited_{stage}"] = _moment(number, step + 1)
    return record(300000 + number, properties, _moment(number), _moment(number, 48))


def ticket(number: int) -> Record:
    """Return a ticket: two of three are closed, and those were answered."""
    is_closed = number % 3 != 0
    properties: Record = {
        "subject": f"Ticket {number}",
        "hs_pipeline": "0",
        "hs_pipeline_stage": "4" if is_closed else str(1 + number % 2),
        "hs_ticket_priority": ("LOW", "MEDIUM", "HIGH")[number % 3],
        "hs_ticket_category": "BILLING_ISSUE;GENERAL_INQUIRY" if number % 2 else None,
        "source_type": ("CHAT", "EMAIL", "FORM", "PHONE")[number % 4],
        "closed_date": _moment(number, 5) if is_closed else None,
        "first_agent_reply_date": _moment(number, 1) if is_closed else None,
        "time_to_first_agent_reply": "3600000" if is_closed else None,
        "time_to_close": "18000000" if is_closed else None,
        "hubspot_owner_id": str(71 + number % 3),
        "hs_time_to_close_sla_at": _moment(number, 12),
        "hs_is_closed": "true" if is_closed else "false",
        "hs_merged_object_ids": None,
    }
    return record(4000000 + number, properties, _moment(number), _moment(number, 48))


def feedback(number: int) -> Record:
    """Return an answer to one of four surveys; the CSAT one on HubSpot's old scale is among them."""
    kind = ("NPS", "CSAT", "CES", "CSAT")[number % 4]
    value, sentiment = (("10", "Positive"), ("4", "Positive"), ("7", "Positive"), ("1", "Neutral"))[number % 4]
    properties: Record = {
        "hs_survey_id": str(number % 4),
        "hs_survey_name": f"Survey {number % 4}",
        "hs_survey_type": kind,
        "hs_survey_channel": "EMAIL",
        "hs_value": value,
        "hs_sentiment": sentiment,
        "hs_content": "Fine" if number % 2 else None,
        "hs_submission_timestamp": _moment(number, 1),
        "hs_createdate": _moment(number, 1),
    }
    created, updated = _moment(number, 1), _moment(number, 2)
    made = record(5000000 + number, properties, created, updated)
    named: Record = {"hs_object_id": made["id"], "hs_lastmodifieddate": updated}  # these have no createdate
    return made | {"properties": properties | named}


def owner(number: int, *, archived: bool = False) -> Record:
    """Return an owner of the first or second team."""
    return {
        "id": str(number),
        "email": f"Owner{number}@agency.example",
        "firstName": f"Owner{number}",
        "lastName": "Smithson",
        "userId": 9000 + number,
        "createdAt": _moment(0),
        "updatedAt": _moment(number % 70, 48),
        "archived": archived,
        "teams": [{"id": "1", "name": "Other", "primary": False}, {"id": "2", "name": "Sales", "primary": True}],
    }


PIPELINES: dict[str, list[Record]] = {
    "deals": [
        {
            "id": "default",
            "label": "Sales pipeline",
            "displayOrder": 0,
            "stages": [
                {
                    "id": stage,
                    "label": label,
                    "displayOrder": 4 - place if place < 3 else 2 * place,  # neither sorted nor without gaps
                    "metadata": {"isClosed": closed, "probability": probability},
                }
                for place, (stage, label, closed, probability) in enumerate(
                    (
                        (DEAL_STAGES[2], "Contract sent", "false", "0.9"),
                        (DEAL_STAGES[1], "Qualified to buy", "false", "0.4"),
                        (DEAL_STAGES[0], "Appointment scheduled", "false", "0.2"),
                        (DEAL_STAGES[3], "Closed won", "true", "1.0"),
                        (DEAL_STAGES[4], "Closed lost", "true", "0.0"),
                    )
                )
            ],
        }
    ],
    "tickets": [
        {
            "id": "0",
            "label": "Support pipeline",
            "displayOrder": 0,
            "stages": [
                {"id": "1", "label": "New", "displayOrder": 0, "metadata": {"ticketState": "OPEN"}},
                {"id": "2", "label": "Waiting on contact", "displayOrder": 1, "metadata": {"ticketState": "OPEN"}},
                {"id": "4", "label": "Closed", "displayOrder": 3, "metadata": {"ticketState": "CLOSED"}},
            ],
        }
    ],
}


def number_of(value: object) -> float:
    """Return a property as the search compares it."""
    text = str(value)
    return float(text) if text.isdigit() else datetime.fromisoformat(text).timestamp()


def passes(one: Record, body: Record) -> bool:
    """Say whether a record meets all conditions of a search."""
    filters = at(body, "filterGroups", 0, "filters")
    assert isinstance(filters, list)
    for condition in filters:
        value = at(one, "properties", text_at(condition, "propertyName"))
        if value is None:
            return False
        # Filters want epoch milliseconds, records have text with milliseconds.
        text, asked = str(value), int(text_at(condition, "value"))
        own = int(text) if text.isdigit() else round(datetime.fromisoformat(text).timestamp() * 1000)
        passes = {"GTE": own >= asked, "GT": own > asked, "EQ": own == asked, "LT": own < asked}
        if not passes[text_at(condition, "operator")]:
            return False
    return True
