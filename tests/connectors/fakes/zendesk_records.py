"""The records of the fake Zendesk: made by number, the first few tickets by hand."""

from datetime import UTC, datetime, timedelta

from connectors import JsonValue
from tests.connectors.fake_vendor import Record

_FIRST = datetime(2025, 12, 3, 9, tzinfo=UTC)
_CHANNELS = ("email", "web", "native_messaging", "voice", "api")
_PRIORITIES: tuple[JsonValue, ...] = (None, "low", "normal", "high", "urgent")
_STATUSES = ("closed", "solved", "open", "pending", "hold", "new")

GROUPS: list[Record] = [
    {"id": 7001, "name": "Front desk", "deleted": False},
    {"id": 7002, "name": "Workshop", "deleted": False},
    {"id": 7003, "name": "Accounts", "deleted": False},
]


def iso(moment: datetime) -> str:
    """Write an instant as Zendesk does."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(moment: datetime) -> int:
    """Return an instant in seconds."""
    return int(moment.timestamp())


def tickets() -> list[Record]:
    """Return 110 tickets; number 4 lost a merge, number 5 is deleted."""
    made = [_ticket(number) for number in range(1, 111)]
    by_hand: dict[int, Record] = {
        4: {"status": "closed", "tags": ["billing", "closed_by_merge"]},
        5: {"status": "deleted"},
    }
    for number, values in by_hand.items():
        made[number - 1] |= values
    return made


def _ticket(number: int) -> Record:
    created = _FIRST + timedelta(hours=25 * number, minutes=7 * number % 50)
    status = _STATUSES[(number - 1) % 6]
    is_solved = status in ("solved", "closed")
    replied = number % 7 != 0
    changed = created + timedelta(minutes=90 if is_solved else 20, hours=number % 3)
    return {
        "id": number,
        "url": f"https://tideline.zendesk.com/api/v2/tickets/{number}.json",
        "created_at": iso(created),
        "updated_at": iso(changed),
        "generated_timestamp": seconds(changed) + 2,
        "type": ("question", "problem", "incident", "task")[number % 4],
        "subject": f"Order {1000 + number}",
        "priority": _PRIORITIES[number % 5],
        "status": status,
        "custom_status_id": 31,
        "requester_id": 5000 + number % 40 + 6,
        "assignee_id": None if status == "new" else 5001 + number % 5,
        "organization_id": None if number % 9 == 0 else 3000 + number % 30,
        "group_id": None if status == "new" else 7001 + number % 3,
        "brand_id": 11,
        "due_at": None,
        "custom_fields": [{"id": 4401, "value": None}, {"id": 4402, "value": ("delivery", "returns")[number % 2]}],
        "tags": ["vip", "billing"] if number % 2 else [],
        "via": {"channel": _CHANNELS[number % 5], "source": {"rel": None}},
        "satisfaction_rating": {"score": "unoffered"},
        "metric_set": _metrics(number, created, changed, is_solved=is_solved, replied=replied),
    }


def _metrics(number: int, created: datetime, changed: datetime, *, is_solved: bool, replied: bool) -> Record:
    reply = 5 + number % 30 if replied else None
    solved = 60 + number % 3 * 60 if is_solved else None
    return {
        "id": 880000 + number,
        "ticket_id": number,
        "created_at": iso(created),
        "updated_at": iso(changed),
        "group_stations": 1 + number % 2,
        "assignee_stations": 1,
        "reopens": 1 if number % 11 == 0 else 0,
        "replies": 1 + number % 3 if replied else 0,
        "assignee_updated_at": iso(created + timedelta(minutes=3)),
        "requester_updated_at": iso(created),
        "status_updated_at": iso(changed),
        "initially_assigned_at": iso(created + timedelta(minutes=3)),
        "assigned_at": iso(created + timedelta(minutes=3)),
        "solved_at": None if solved is None else iso(created + timedelta(minutes=solved)),
        "latest_comment_added_at": iso(changed),
        "reply_time_in_minutes": _both(reply),
        "first_resolution_time_in_minutes": _both(solved),
        "full_resolution_time_in_minutes": _both(solved),
        "agent_wait_time_in_minutes": _both(10 if is_solved else None),
        "requester_wait_time_in_minutes": _both(45 if is_solved else None),
        "on_hold_time_in_minutes": _both(0),
    }


def _both(minutes: int | None) -> Record:
    return {"calendar": minutes, "business": None if minutes is None else minutes // 2}


def users() -> list[Record]:
    """Return 5 agents and 40 people who write; agent 5 has left, person 12 is deleted."""
    made: list[Record] = []
    for number in range(1, 46):
        staff = number <= 5
        created = datetime(2025, 12, 2, 8, tzinfo=UTC) + timedelta(hours=13 * number)
        made.append(
            {
                "id": 5000 + number,
                "name": f"{'Agent' if staff else 'Person'} {number}",
                "email": f"{'Agent' if staff else 'Person'}{number}@{'tideline' if staff else 'customer'}.example",
                "role": "admin" if number == 1 else "agent" if staff else "end-user",
                "role_type": 1 if number == 4 else 0 if staff else None,
                "active": number not in (5, 12),
                "locale": "en-GB",
                "organization_id": None if staff else 3000 + number % 30,
                "default_group_id": 7001 + number % 3 if staff else None,
                "created_at": iso(created),
                "updated_at": iso(created + timedelta(days=2)),
            }
        )
    return made


def organizations() -> list[Record]:
    """Return 70 organisations, many changed in the same second; number 3002 is deleted."""
    made: list[Record] = []
    for number in range(70):
        created = datetime(2025, 12, 2, 8, tzinfo=UTC) + timedelta(hours=4 * (number // 3))
        made.append(
            {
                "id": 3000 + number,
                "name": f"Customer {number}",
                "external_id": f"C-{number}" if number % 2 else None,
                "domain_names": [f"Customer{number}.example", f"c{number}.example"] if number % 3 else [],
                "created_at": iso(created),
                "updated_at": iso(created + timedelta(days=1)),
                "deleted_at": iso(created + timedelta(days=1)) if number == 2 else None,
            }
        )
    return made


def ratings() -> list[Record]:
    """Return 60 ratings: good, bad, and offered without an answer."""
    made: list[Record] = []
    for number in range(1, 61):
        created = _FIRST + timedelta(hours=25 * number + 4)
        score = ("good", "bad", "offered")[number % 3 - 1]
        made.append(
            {
                "id": 62000 + number,
                "url": f"https://tideline.zendesk.com/api/v2/satisfaction_ratings/{62000 + number}.json",
                "ticket_id": number,
                "requester_id": 5000 + number % 40 + 6,
                "assignee_id": 5001 + number % 5,
                "group_id": 7001 + number % 3,
                "score": score,
                "comment": "Quick, thank you" if score == "good" else None,
                "reason": "The issue took too long to resolve" if score == "bad" else None,
                "created_at": iso(created),
                "updated_at": iso(created if score == "offered" else created + timedelta(hours=6)),
            }
        )
    return made
