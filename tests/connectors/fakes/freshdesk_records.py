"""The records of the fake Freshdesk, made by number."""

from datetime import UTC, datetime, timedelta

from connectors import JsonValue
from tests.connectors.fake_vendor import Record

_FIRST = datetime(2025, 12, 2, 9, tzinfo=UTC)
_SOURCES = (1, 2, 3, 7, 13)
_STATUSES = (5, 4, 2, 3, 7)
_CODES = (103, 102, 101, 100, -101, -102, -103)

GROUPS: list[Record] = [{"id": 91, "name": "Front desk"}, {"id": 92, "name": "Workshop"}]


def iso(moment: datetime) -> str:
    """Write an instant as Freshdesk does."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def tickets() -> list[Record]:
    """Return 100 tickets. 40 to 74 changed in the same second; 90 to 92 are in the trash, 93 is spam."""
    made = [_ticket(number) for number in range(1, 101)]
    for one in made[39:74]:
        one["updated_at"] = "2026-02-20T12:00:00Z"
    for one in made[89:92]:
        one |= {"deleted": True, "updated_at": "2026-03-26T08:00:00Z"}
    made[92] |= {"spam": True, "updated_at": "2026-03-26T09:00:00Z"}
    return made


def _ticket(number: int) -> Record:
    created = _FIRST + timedelta(hours=26 * number)
    status = _STATUSES[number % 5]
    is_solved = status in (4, 5)
    replied = created + timedelta(minutes=10 + number) if number % 6 else None
    solved = created + timedelta(hours=3) if is_solved else None
    reopened = created + timedelta(hours=2) if number % 10 == 0 else None
    moments: dict[str, datetime | None] = {
        "agent_responded_at": replied,
        "requester_responded_at": None,
        "first_responded_at": replied,
        "status_updated_at": solved or created,
        "reopened_at": reopened,
        "resolved_at": solved,
        "closed_at": None if solved is None or status != 5 else solved + timedelta(hours=1),
        "pending_since": None,
    }
    stats: Record = {name: None if moment is None else iso(moment) for name, moment in moments.items()}
    return {
        "id": number,
        "subject": f"Order {2000 + number}",
        "status": status,
        "priority": 1 + number % 4,
        "source": _SOURCES[number % 5],
        "type": ("Question", "Problem", None)[number % 3],
        "tags": ["vip", "billing"] if number % 2 else [],
        "requester_id": 500 + number % 30,
        "responder_id": None if number % 8 == 0 else 801 + number % 4,
        "company_id": None if number % 9 == 0 else 300 + number % 35,
        "group_id": None if number % 8 == 0 else 91 + number % 2,
        "created_at": iso(created),
        "updated_at": iso(created + timedelta(hours=5)),
        "due_by": iso(created + timedelta(hours=2 if number % 7 == 0 else 48)),
        "fr_due_by": iso(created + timedelta(hours=1)),
        "is_escalated": number % 7 == 0,
        "fr_escalated": False,
        "spam": False,
        "custom_fields": {"cf_order": str(2000 + number), "cf_topic": "Returns" if number % 3 == 0 else None},
        "stats": stats,
    }


def companies() -> list[Record]:
    """Return 35 companies."""
    return [
        {
            "id": 300 + number,
            "name": f"Customer {number}",
            "domains": [f"Customer{number}.example"] if number % 3 else [],
            "industry": "Retail" if number % 2 else None,
            "account_tier": "Premium" if number % 2 else "Basic",
            "health_score": "Happy",
            "renewal_date": "2026-11-30T00:00:00Z" if number % 4 == 0 else None,
            "created_at": iso(_FIRST + timedelta(hours=number)),
            "updated_at": iso(_FIRST + timedelta(hours=3 * number)),
        }
        for number in range(35)
    ]


def contacts() -> list[Record]:
    """Return 40 contacts; 510 was deleted."""
    made: list[Record] = []
    for number in range(40):
        changed = _FIRST + timedelta(days=2 * number)
        made.append(
            {
                "id": 500 + number,
                "name": f"Person {number}",
                "email": f"Person{number}@customer.example",
                "company_id": 300 + number % 35,
                "job_title": "Buyer" if number % 2 else None,
                "language": "en",
                "active": True,
                "created_at": iso(_FIRST + timedelta(hours=number)),
                "updated_at": iso(changed),
            }
        )
    made[10] |= {"deleted": True, "updated_at": "2026-03-20T08:00:00Z"}
    return made


def agents() -> list[Record]:
    """Return 5 agents; 805 is a collaborator."""
    return [
        {
            "id": 800 + number,
            "type": "collaborator" if number == 5 else "support_agent",
            "occasional": False,
            "group_ids": [91 + number % 2],
            "contact": {"name": f"Agent {number}", "email": f"Agent{number}@harbour.example", "active": True},
            "created_at": iso(_FIRST - timedelta(days=100 - number)),
            "updated_at": iso(_FIRST + timedelta(days=number)),
        }
        for number in range(1, 6)
    ]


def ratings() -> list[Record]:
    """Return 45 ratings with every code."""
    made: list[Record] = []
    for number in range(1, 46):
        moment = _FIRST + timedelta(hours=26 * number + 7)
        answers: dict[str, JsonValue] = {"default_question": _CODES[number % 7]}
        if number % 5 == 0:
            answers["question_7001"] = 103
        made.append(
            {
                "id": 40000 + number,
                "survey_id": 21,
                "user_id": 500 + number % 30,
                "agent_id": 801 + number % 4,
                "group_id": 91,
                "ticket_id": number,
                "feedback": "Thank you" if number % 2 else "",
                "ratings": answers,
                "created_at": iso(moment),
                "updated_at": iso(moment),
            }
        )
    return made
