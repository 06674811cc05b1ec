"""Business seconds: vector V7, whose schedule holds, and random pairs against counting by hand."""

import json
import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.warehouse.conftest import ATHENS, Load, Rows
from warehouse import ImportFileError, Schedule, WorkspaceDatabase, WorkspaceSettings, load_hours, parse_hours

MAPPING = """
entity: ticket
source: hours
key: [id]
columns:
  source_id: id
  created_at: created
  first_reply_at: replied
  solved_at: solved
  team: team
  frt_business_seconds: given
"""
OFFICE = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-18:00")
SECONDS = "select frt_business_seconds, resolution_business_seconds from normalised.ticket order by source_id::integer"


def schedules(*given: dict[str, object]) -> tuple[Schedule, ...]:
    return parse_hours({"schedules": [{"timezone": "Europe/Athens", "hours": OFFICE} | one for one in given]})


def put(database: WorkspaceDatabase, hours: tuple[Schedule, ...]) -> None:
    database.put_settings(WorkspaceSettings(), [ATHENS], hours)


def tickets(*given: Mapping[str, object]) -> str:
    empty = dict.fromkeys(("created", "replied", "solved", "team", "given"))
    return "".join(json.dumps({"id": n, **empty, **one}) + "\n" for n, one in enumerate(given, start=1))


def local(text: str) -> str:
    """Return a moment of Athens as UTC."""
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Athens"))
    return moment.astimezone(UTC).isoformat()


def test_a_weekend_vector_v7(load: Load, rows: Rows, database: WorkspaceDatabase) -> None:
    put(database, schedules({}))
    spans = [("2026-10-16 17:30", "2026-10-19 09:45"), ("2026-10-23 17:30", "2026-10-26 09:45")]
    weekend = ("2026-10-17 12:00", "2026-10-18 12:00")
    load(
        tickets(*({"created": local(start), "replied": local(end)} for start, end in [*spans, weekend])),
        MAPPING,
        name="t.ndjson",
    )
    assert rows("select frt_business_seconds, frt_seconds from normalised.ticket order by source_id") == [
        (4_500.0, 231_300.0),
        (4_500.0, 234_900.0),
        (0.0, 86_400.0),
    ]


def test_a_holiday_is_not_counted(load: Load, rows: Rows, database: WorkspaceDatabase) -> None:
    put(database, schedules({"holidays": ["2026-10-28"]}))
    load(tickets({"created": local("2026-10-27 17:00"), "solved": local("2026-10-29 10:00")}), MAPPING, name="t.ndjson")
    assert rows(SECONDS) == [(None, 7_200.0)]


def test_the_nearest_schedule_holds(load: Load, rows: Rows, database: WorkspaceDatabase) -> None:
    def hour(number: int) -> dict[str, str]:
        return {"wednesday": f"09:00-{9 + number:02}:00"}

    put(
        database,
        schedules(
            {"hours": hour(1)},
            {"hours": hour(2), "client": "athens"},
            {"hours": hour(3), "team": "Night"},
            {"hours": hour(4), "team": "Night", "client": "athens"},
            {"hours": hour(5), "client": "elsewhere"},
            {"hours": hour(6), "team": "Day", "client": "elsewhere"},
            {"hours": hour(7), "team": "Weekend"},
        ),
    )
    span: dict[str, object] = {"created": local("2026-10-14 00:00"), "replied": local("2026-10-15 00:00")}
    teams = (None, "Night", "Day", "Weekend")
    load(tickets(*(span | {"team": team} for team in teams)), MAPPING, name="t.ndjson")
    assert [row[0] for row in rows(SECONDS)] == [7_200.0, 14_400.0, 7_200.0, 25_200.0]


def test_what_the_source_gave_holds_only_without_a_schedule(
    load: Load, rows: Rows, database: WorkspaceDatabase
) -> None:
    given = tickets({"created": local("2026-10-14 09:00"), "replied": local("2026-10-14 09:10"), "given": 77})
    load(given, MAPPING, name="t.ndjson")
    assert rows(SECONDS) == [(77.0, None)]
    version = database.data_version()
    put(database, schedules({}))
    assert rows(SECONDS) == [(600.0, None)]
    assert database.data_version() > version
    put(database, schedules({"client": "elsewhere"}))
    assert rows(SECONDS) == [(600.0, None)]  # what was given is known again once the file is loaded again


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("Europe/Athens", OFFICE),
        ("America/New_York", {"sunday": ["00:00-02:15", "02:45-24:00"], "monday": "10:00-10:01"}),
        ("America/Sao_Paulo", {"saturday": "00:00-24:00", "sunday": "00:00-24:00"}),
        ("Asia/Kathmandu", {"friday": "20:00-04:30", "tuesday": ["08:00-12:00", "13:00-17:00"]}),
    ],
)  # fmt: skip
def test_random_pairs_are_what_counting_by_hand_gives(
    load: Load, rows: Rows, database: WorkspaceDatabase, zone: str, hours: dict[str, object]
) -> None:
    chance = random.Random(zone)
    # Years with clock changes at midnight in São Paulo, at two in New York, at three in Athens.
    start = datetime(2017, 9, 1, tzinfo=UTC)
    holidays = sorted({date(2017, 9, 1) + timedelta(days=chance.randrange(500)) for _ in range(40)})
    (schedule,) = schedules({"timezone": zone, "hours": hours, "holidays": holidays})
    put(database, (schedule,))
    pairs = []
    for _ in range(300):
        first = start + timedelta(seconds=chance.randrange(450 * 86_400))
        pairs.append(
            (first, first + timedelta(seconds=chance.choice([0, 1, 3_600, 86_400]) + chance.randrange(900_000)))
        )
    lines = tickets(*({"created": first.isoformat(), "solved": last.isoformat()} for first, last in pairs))
    load(lines, MAPPING, name="t.ndjson")
    spans = opened(schedule, date(2017, 8, 25), 520)
    expected = [sum(max(0.0, (min(b, d) - max(a, c)).total_seconds()) for c, d in spans) for a, b in pairs]
    assert [row[1] for row in rows(SECONDS)] == pytest.approx(expected, abs=1e-5)
    assert sum(expected) > 0


def opened(schedule: Schedule, first: date, days: int) -> list[tuple[datetime, datetime]]:
    """Return the open spans day by day, with Python's own time zones."""
    zone, found = ZoneInfo(schedule.timezone), []
    for day in (first + timedelta(days=number) for number in range(days)):
        if day in schedule.holidays:
            continue
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall clock until the zone is known
        for start, end in schedule.spans:
            if start // 1_440 == day.weekday():
                shift = timedelta(days=day.weekday())
                moments = [midnight + timedelta(minutes=minute) - shift for minute in (start, end)]
                opens, closes = (moment.replace(tzinfo=zone).astimezone(UTC) for moment in moments)
                found.append((opens, max(opens, closes)))
    return found


HOURS_FILE = """
schedules:
  - timezone: Europe/Athens
    hours:
      monday: 09:00-18:00
      tuesday: [09:00-12:00, 13:00-18:00]
    holidays: [2026-12-25, 2027-01-01]
  - team: Night shift
    timezone: Europe/Athens
    hours: {friday: 22:00-06:00}
"""


def test_the_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "business-hours.yaml"
    path.write_text(HOURS_FILE)
    day, night = load_hours(path)
    assert day.spans == [(540, 1_080), (1_980, 2_160), (2_220, 2_520)]
    assert (night.whose, night.spans) == ("team 'Night shift'", [(4 * 1_440 + 1_320, 4 * 1_440 + 1_800)])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"timezone": "Athens"}, "not a time zone"),
        ({"hours": {"monday": "9-18"}}, "written as 09:00-18:00"),
        ({"hours": {"monday": "09:00-24:30"}}, "24:00"),
        ({"hours": {"montag": "09:00-18:00"}}, "hours.montag"),
        ({"hours": {"monday": ["09:00-12:00", "11:00-18:00"]}}, "overlap"),
        ({"hours": {"sunday": "22:00-06:00", "monday": "05:00-09:00"}}, "overlap"),
        ({"hours": {"monday": []}}, "no day has"),
        ({"holidays": ["Christmas"]}, "holidays"),
        ({"town": "Athens"}, "town"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, change: dict[str, object], words: str) -> None:
    path = tmp_path / "hours.yaml"
    path.write_text(json.dumps({"schedules": [{"timezone": "UTC", "hours": OFFICE} | change]}))
    with pytest.raises(ImportFileError, match=words):
        load_hours(path)


def test_two_schedules_for_one_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "hours.yaml"
    path.write_text(json.dumps({"schedules": [{"timezone": "UTC", "hours": OFFICE, "team": "A"}] * 2}))
    with pytest.raises(ImportFileError, match="two schedules for team 'A'"):
        load_hours(path)
