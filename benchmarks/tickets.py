"""Generates NDJSON tickets of 36 fields, ten of them nested, about a kilobyte each."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import orjson

_STATUSES = ("new", "open", "pending", "solved", "closed")
_PRIORITIES = ("low", "normal", "high", "urgent")
_CHANNELS = ("email", "chat", "phone", "web", "social")
_START = datetime(2024, 1, 1)  # noqa: DTZ001
_SPAN = 730 * 86_400

MAPPING = """
entity: ticket
source: bench
key: [id]
columns:
  source_id: id
  source_url: url
  subject: subject
  ticket_status: status
  priority: priority
  ticket_type: type
  channel: channel
  category: category
  subcategory: subcategory
  created_at: created_at
  source_updated_at: updated_at
  first_reply_at: first_reply_at
  solved_at: solved_at
  due_at: due_at
  assignee_id: assignee_id
  agent: assignee
  team: team
  agent_group: group_name
  public_agent_replies: replies
  bot_replies: bot_replies
  reopen_count: reopens
  assignee_count: assignee_count
  handle_seconds: handle_seconds
  country: country
  city: city
"""


def write_tickets(path: Path, rows: int, seed: int = 1) -> None:
    """Write tickets into a new file."""
    with path.open("wb") as out:
        for record in _records(rows, seed):
            out.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))


def _records(rows: int, seed: int) -> Iterator[dict[str, object]]:
    chance = random.Random(seed)
    for number in range(rows):
        created = _START + timedelta(seconds=int(chance.random() * _SPAN))
        solved = created + timedelta(seconds=int(chance.random() * 400_000))
        replied = created + timedelta(seconds=int(chance.random() * 9_000))
        pick = int(chance.random() * 1_000)
        yield {
            "id": 1_000_000 + number,
            "url": f"https://desk.example/tickets/{1_000_000 + number}",
            "external_id": None,
            "subject": f"Question about order {pick} and its invoice",
            "status": _STATUSES[pick % 5],
            "priority": _PRIORITIES[pick % 4],
            "type": "question",
            "channel": _CHANNELS[pick % 5],
            "category": f"category {pick % 20}",
            "subcategory": f"subcategory {pick % 50}",
            "created_at": f"{created.isoformat()}Z",
            "updated_at": f"{solved.isoformat()}Z",
            "first_reply_at": f"{replied.isoformat()}Z",
            "solved_at": f"{solved.isoformat()}Z" if pick % 5 else None,
            "due_at": None,
            "assignee_id": pick,
            "assignee": f"Agent {pick % 60}",
            "team": f"Team {pick % 6}",
            "group_name": f"Group {pick % 9}",
            "replies": pick % 6,
            "bot_replies": pick % 2,
            "reopens": pick % 3 if pick % 7 == 0 else 0,
            "assignee_count": 1 + pick % 2,
            "handle_seconds": pick * 3.5,
            "country": "GR",
            "city": f"City {pick % 40}",
            "via": {
                "channel": _CHANNELS[pick % 5],
                "source": {"address": f"user{pick}@desk.example", "name": f"User {pick}"},
            },
            "requester": {"id": pick * 7, "name": f"User {pick}", "locale": "en"},
            "organization": {"id": pick % 300, "name": f"Organisation {pick % 300}"},
            "tags": ["vip", "order", f"t{pick % 30}"],
            "custom_fields": [{"id": 1, "value": "a"}, {"id": 2, "value": pick}],
            "satisfaction": {"score": "good"},
            "metric_set": {"reopens": 0, "replies": pick % 6, "wait": {"calendar": pick, "business": pick // 2}},
            "collaborators": [1, 2, 3],
            "sharing": [],
            "brand": {"id": 1, "name": "Main"},
        }
