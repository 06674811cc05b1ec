"""The records of the fake Intercom, made by number; instants are seconds."""

from datetime import UTC, datetime

from connectors import JsonValue
from tests.connectors.fake_vendor import Record

_FIRST = int(datetime(2025, 12, 2, 9, tzinfo=UTC).timestamp())
HOUR, DAY = 3600, 86400
_KINDS = ("conversation", "email", "phone_call", "facebook", "whatsapp")
_STATES = ("closed", "open", "closed", "snoozed")

TEAMS: list[Record] = [
    {"type": "team", "id": "601", "name": "Front desk", "admin_ids": [701, 702]},
    {"type": "team", "id": "602", "name": "Workshop", "admin_ids": [703]},
]


def conversations() -> list[Record]:
    """Return 95 conversations; 30 to 35 changed in the same second, 95 has nothing that is optional."""
    made = [_conversation(number) for number in range(1, 96)]
    for one in made[29:35]:
        one["updated_at"] = _FIRST + 60 * DAY
    made[94] |= {"statistics": None, "conversation_rating": None, "admin_assignee_id": None, "title": None}
    return made


def _conversation(number: int) -> Record:
    created, state = _FIRST + number * 27 * HOUR, _STATES[number % 4]
    replied = created + 600 + number if number % 5 else None
    closed = created + 2 * HOUR if state == "closed" else None
    return {
        "type": "conversation",
        "id": str(9000 + number),
        "created_at": created,
        "updated_at": created + 3 * HOUR,
        "waiting_since": None,
        "snoozed_until": created + 5 * DAY if state == "snoozed" else None,
        "title": f"Order {3000 + number}" if number % 2 else None,
        "source": {
            "type": _KINDS[number % 5],
            "id": str(80000 + number),
            "delivered_as": "customer_initiated",
            "subject": "" if number % 2 else f"<p>Parcel {number}</p>",
            "author": {"type": "user", "id": _contact(number)},
        },
        "state": state,
        "custom_attributes": {"Topic": "Delivery"} if number % 2 else {},
        "open": state == "open",
        "priority": "priority" if number % 6 == 0 else "not_priority",
        "admin_assignee_id": 0 if number % 7 == 0 else 701 + number % 4,
        "team_assignee_id": None if number % 7 == 0 else 601 + number % 2,
        "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": _contact(number)}]},
        "company": {"type": "company", "id": _company(number)} if number % 3 else None,
        "tags": {"type": "tag.list", "tags": [{"name": "vip"}, {"name": "billing"}] if number % 2 else []},
        "statistics": _statistics(created, replied, closed, number),
        "conversation_rating": _rating(closed, number),
        "ai_agent_participated": number % 10 == 0,
        "sla_applied": {"sla_name": "Gold", "sla_status": "hit" if number % 8 else "missed"} if number % 4 else None,
    }


def _statistics(created: int, replied: int | None, closed: int | None, number: int) -> Record:
    return {
        "type": "conversation_statistics",
        "time_to_assignment": 60,
        "time_to_admin_reply": None if replied is None else replied - created - 30,
        "time_to_first_close": None if closed is None else closed - created - 100,
        "time_to_last_close": None if closed is None else closed - created - 60,
        "first_assignment_at": created + 60,
        "first_admin_reply_at": replied,
        "first_close_at": None if closed is None else closed - 40,
        "last_close_at": closed,
        "count_reopens": 1 if number % 9 == 0 else 0,
        "count_assignments": 1 + number % 2,
        "count_conversation_parts": 4,
        "handling_time": 300 + number,
    }


def _rating(closed: int | None, number: int) -> JsonValue:
    if closed is None or number % 3 == 0:
        return None
    answered = number % 5 != 0
    return {
        "rating": 1 + number % 5 if answered else None,
        "remark": "Lovely" if answered and number % 2 else None,
        "created_at": closed + 60,
        "updated_at": closed + 120,
        "contact": {"type": "contact", "id": _contact(number)},
        "teammate": {"type": "admin", "id": str(701 + number % 4)},
    }


def _contact(number: int) -> str:
    return f"6500000000000000000{number % 40:05d}"


def _company(number: int) -> str:
    return f"6600000000000000000{number % 50:05d}"


def contacts() -> list[Record]:
    """Return 40 contacts."""
    return [
        {
            "type": "contact",
            "id": _contact(number),
            "external_id": str(number),
            "role": "lead" if number % 4 == 0 else "user",
            "name": f"Person {number}",
            "email": f"Person{number}@customer.example",
            "unsubscribed_from_emails": number == 3,
            "language_override": "en",
            "location": {"type": "location", "country": "Greece", "city": "Athens"},
            "companies": {"type": "list", "data": [{"id": _company(number)}] if number % 3 else [], "total_count": 1},
            "created_at": _FIRST + number * HOUR,
            "updated_at": _FIRST + number * DAY,
        }
        for number in range(40)
    ]


def companies() -> list[Record]:
    """Return 50 companies."""
    return [
        {
            "type": "company",
            "id": _company(number),
            "company_id": f"crm-{number}",
            "name": f"Customer {number}",
            "website": f"https://www.Customer{number}.example/shop" if number % 2 else None,
            "industry": "Retail",
            "size": 20 + number,
            "plan": {"type": "plan", "id": "1", "name": "Pro"} if number % 2 else {},
            "monthly_spend": 0,
            "user_count": 4,
            "created_at": _FIRST + number * HOUR,
            "updated_at": _FIRST + number * DAY,
        }
        for number in range(50)
    ]


def admins() -> list[Record]:
    """Return 4 teammates, 704 without a seat in the inbox."""
    return [
        {
            "type": "admin",
            "id": str(700 + number),
            "name": f"Teammate {number}",
            "email": f"Teammate{number}@quayside.example",
            "has_inbox_seat": number != 4,
            "team_ids": [601 + number // 3] if number != 4 else [],
        }
        for number in range(1, 5)
    ]
