"""Dates and times: formats, impossible dates, zones, offsets, both clock changes, and the ends of the calendar."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.warehouse.imports.workbench import ACME, NEW_YORK, Rules, Table, Workbench, mapping_of

TIMES = {"source_id": "id", "created_at": "created", "solved_at": "solved"}


def utc(*parts: int) -> datetime:
    """Return a UTC instant as DuckDB gives it."""
    return datetime(*parts)  # type: ignore[arg-type] # noqa: DTZ001


WITHOUT_FORMAT = [
    ("2025-01-01 10:00:00", utc(2025, 1, 1, 15)),
    ("2025-01-01T10:00:00", utc(2025, 1, 1, 15)),
    ("2025-01-01T10:00:00.123456", utc(2025, 1, 1, 15, 0, 0, 123456)),
    ("2025-01-01 10:00", utc(2025, 1, 1, 15)),
    ("2025-01-01", utc(2025, 1, 1, 5)),
    ("2025-07-01 10:00:00", utc(2025, 7, 1, 14)),
    ("2025-01-01T10:00:00Z", utc(2025, 1, 1, 10)),
    ("2025-01-01T10:00:00.5Z", utc(2025, 1, 1, 10, 0, 0, 500_000)),
    ("2025-01-01T10:00Z", utc(2025, 1, 1, 10)),
    ("2025-01-01T10:00+02:00", utc(2025, 1, 1, 8)),
    ("2025-01-01 10:00:00 +0000", utc(2025, 1, 1, 10)),
    ("2025-01-01 10:00:00+02", utc(2025, 1, 1, 8)),
    ("2025-01-01 10:00:00+02:00", utc(2025, 1, 1, 8)),
    ("2025-01-01 10:00:00-0330", utc(2025, 1, 1, 13, 30)),
    ("2025-01-01T10:00:00 -05:00", utc(2025, 1, 1, 15)),
    ("2025-01-01 10:00:00 Europe/Athens", utc(2025, 1, 1, 8)),
    ("2025-01-01 10:00:00 America/Argentina/Buenos_Aires", utc(2025, 1, 1, 13)),
    ("2025-01-01 10:00:00 UTC", utc(2025, 1, 1, 10)),
    ("2025-01-01 10:00 UTC", utc(2025, 1, 1, 10)),
    ("2025-01-01 10:00:00UTC", utc(2025, 1, 1, 10)),
]
WITH_FORMAT = [
    ("%m/%d/%Y %H:%M", "1/5/2025 9:07", utc(2025, 1, 5, 14, 7)),
    ("%m/%d/%Y %I:%M:%S %p", "03/09/2025 04:00:00 PM", utc(2025, 3, 9, 20)),
    ("%d.%m.%Y %H:%M", "05.01.2025 09:07", utc(2025, 1, 5, 14, 7)),
    ("%d %b %Y", "5 Jan 2025", utc(2025, 1, 5, 5)),
    ("%Y-%m-%dT%H:%M:%S%z", "2025-01-05T09:07:00+0200", utc(2025, 1, 5, 7, 7)),
    ("%d.%m.%Y %H:%M", "2025-01-05 09:07:00", utc(2025, 1, 5, 14, 7)),
    ("unix", "1736086020", utc(2025, 1, 5, 14, 7)),
    ("unix", "1736086020.5", utc(2025, 1, 5, 14, 7, 0, 500_000)),
    ("unix_ms", "1736086020000", utc(2025, 1, 5, 14, 7)),
    (["%d.%m.%Y", "%m/%d/%Y"], "1/5/2025", utc(2025, 1, 5, 5)),
]


def test_instants_without_a_format(bench: Workbench) -> None:
    """A time with an offset is that instant; one without is a time of the client account's zone."""
    rows: Table = [["id", "created"]]
    rows += [[text, text] for text, _ in WITHOUT_FORMAT]
    report = bench.load(bench.write_csv("a.csv", rows), mapping_of(), NEW_YORK)
    assert report.problems == ()
    assert bench.pairs("source_id, created_at") == dict(WITHOUT_FORMAT)


def test_instants_with_a_format(bench: Workbench) -> None:
    """Each format as people write it in mappings; ISO text is always read."""
    for number, (pattern, text, _) in enumerate(WITH_FORMAT):
        rules: Rules = {"source_id": "id", "created_at": {"from": "created", "format": pattern}}
        path = bench.write_csv("a.csv", [["id", "created"], [number, text]])
        assert bench.load(path, mapping_of(rules, source=f"{number}"), NEW_YORK).problems == ()
    expected = {str(number): moment for number, (_, _, moment) in enumerate(WITH_FORMAT)}
    assert bench.pairs("source_id, created_at") == expected


IMPOSSIBLE = ["2025-02-29", "2025-13-01 10:00", "2025-01-32", "2025-01-01 25:00", "2025-01-01 10:60", "yesterday",
              "0", "45658", "--", "infinity", "-infinity", "294247-01-10 04:00:54", "9999-12-31 23:59:59", "epoch",
              "1999-12-31 12:00:00", "2051-01-01 12:00", "2025-01-01 10:00:00 Mars/Olympus",
              "290308-12-22 (BC)", "2025-02-30T10:00:00Z"]  # fmt: skip


def test_impossible_dates(bench: Workbench) -> None:
    """In a required column the row waits in quarantine; in an optional one the row loads without the cell."""
    rows: Table = [["id", "created", "solved"], ["good", "2025-01-01", "2025-01-02"]]
    rows += [[f"required {number}", text, ""] for number, text in enumerate(IMPOSSIBLE)]
    rows += [[f"optional {number}", "2025-01-01", text] for number, text in enumerate(IMPOSSIBLE)]
    path = bench.write_csv("a.csv", rows)
    for client in (ACME, NEW_YORK):
        report = bench.load(path, mapping_of(TIMES), client)
        count = len(IMPOSSIBLE)
        assert (report.rows_new, report.rows_quarantined, report.cells_quarantined) == (count + 1, count, count)
        entries = bench.newest_quarantine(path)
        assert [(entry.line, entry.value) for entry in entries] == list(enumerate([*IMPOSSIBLE, *IMPOSSIBLE], start=3))
        assert {entry.column for entry in entries[:count]} == {"created_at"}
        assert {entry.column for entry in entries[count:]} == {"solved_at"}
        assert all(entry.reason for entry in entries)
    loaded = bench.tickets("source_id, solved_at is not null, is_solved", "client_account_id = 'client-ny'")
    assert loaded[0] == ("good", True, True)
    assert set(loaded[1:]) == {(f"optional {number}", False, False) for number in range(count)}


def test_two_time_zones_in_one_file(bench: Workbench) -> None:
    """A column may have a zone of its own; an offset in a cell wins over both; the file's zone over the client's."""
    rules = {"source_id": "id", "created_at": "created", "first_reply_at": {"from": "reply", "timezone": "Asia/Tokyo"},
             "solved_at": {"from": "solved", "timezone": "UTC"}}  # fmt: skip
    rows: Table = [["id", "created", "reply", "solved"],
            [1, "2025-01-01 10:00", "2025-01-01 18:00", "2025-01-01 11:00"],
            [2, "2025-01-01 10:00+05:00", "2025-01-01 18:00", "2025-01-01 12:00-10:00"]]  # fmt: skip
    report = bench.load(bench.write_csv("a.csv", rows), mapping_of(rules, timezone="Europe/Athens"), NEW_YORK)
    assert report.problems == ()
    assert bench.tickets("created_at, first_reply_at, solved_at, frt_seconds, resolution_seconds") == [
        (utc(2025, 1, 1, 8), utc(2025, 1, 1, 9), utc(2025, 1, 1, 11), 3600, 3 * 3600),
        (utc(2025, 1, 1, 5), utc(2025, 1, 1, 9), utc(2025, 1, 1, 22), 4 * 3600, 17 * 3600),
    ]


def test_both_clock_changes(bench: Workbench) -> None:
    """Durations are elapsed time across a change; days and hours are those of the client account."""
    rows = [["id", "created", "solved"],
            ["spring", "2025-03-08 23:30", "2025-03-09 03:30"],
            ["autumn", "2025-11-01 23:30", "2025-11-02 03:30"],
            ["summer", "2025-07-01 23:30", "2025-07-02 03:30"]]  # fmt: skip
    bench.load(bench.write_csv("a.csv", rows), mapping_of(TIMES), NEW_YORK)
    assert bench.tickets("source_id, created_at, solved_at, resolution_seconds, created_date::text") == [
        ("autumn", utc(2025, 11, 2, 3, 30), utc(2025, 11, 2, 8, 30), 5 * 3600, "2025-11-01"),
        ("spring", utc(2025, 3, 9, 4, 30), utc(2025, 3, 9, 7, 30), 3 * 3600, "2025-03-08"),
        ("summer", utc(2025, 7, 2, 3, 30), utc(2025, 7, 2, 7, 30), 4 * 3600, "2025-07-01"),
    ]


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Lisbon", "Australia/Lord_Howe", "Asia/Kathmandu"])
def test_every_half_hour_around_the_clock_changes(bench: Workbench, zone: str) -> None:
    """Each local time that exists once gives the instant that Python's zone data give."""
    days = {"America/New_York": ((3, 9), (11, 2)), "Europe/Lisbon": ((3, 30), (10, 26)),
            "Australia/Lord_Howe": ((4, 6), (10, 5)), "Asia/Kathmandu": ((3, 30), (10, 26))}  # fmt: skip
    rows: Table = [["id", "created"]]
    expected = {}
    for month, day in days[zone]:
        for half in range(48):
            local = datetime(2025, month, day, half // 2, half % 2 * 30, tzinfo=ZoneInfo(zone))
            back = local.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            if back != local.replace(tzinfo=None) or local.utcoffset() != local.replace(fold=1).utcoffset():
                continue  # The clock skips this time, or shows it twice.
            name = f"{month}-{day} {half:02}"
            rows.append([name, local.strftime("%Y-%m-%d %H:%M")])
            expected[name] = local.astimezone(UTC).replace(tzinfo=None)
    bench.load(bench.write_csv("a.csv", rows), mapping_of(timezone=zone))
    assert bench.pairs("source_id, created_at") == expected
    assert len(expected) > 90


def test_solved_before_created(bench: Workbench) -> None:
    """An end before the beginning is quarantined as a cell; a duration is never negative, zero is fine."""
    rows: Table = [["id", "created", "solved"], [1, "2025-01-02 10:00", "2025-01-02 09:59:59"],
                   [2, "2025-01-02 10:00", "2025-01-02 10:00"],
                   [3, "2025-01-02 10:00+02:00", "2025-01-02 09:00+00:00"]]  # fmt: skip
    path = bench.write_csv("a.csv", rows)
    report = bench.load(path, mapping_of(TIMES))
    assert (report.rows_new, report.cells_quarantined, report.exit_status) == (3, 1, 3)
    (entry,) = bench.newest_quarantine(path)
    assert (entry.line, entry.column, entry.reason) == (2, "solved_at", "is before created_at")
    assert entry.value == "2025-01-02 09:59:59"
    assert bench.tickets("resolution_seconds, is_solved") == [(None, False), (0, True), (3600, True)]


def test_every_ticket_has_a_day_in_the_calendar(bench: Workbench) -> None:
    """At both ends of the calendar a row is either quarantined or on a day that the calendar has, in any zone."""
    rows: Table = [["id", "created"]]
    for number, day in enumerate(("1999-12-31", "2000-01-01", "2050-12-30", "2050-12-31", "2051-01-01")):
        rows += [[f"{number}-{hour:02}", f"{day} {hour:02}:30:00Z"] for hour in range(0, 24, 4)]
    path = bench.write_csv("a.csv", rows)
    for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"):
        bench.load(path, mapping_of(timezone=zone, source=zone), NEW_YORK)
    lost = bench.value(
        "select count(*) from normalised.ticket where created_date not in (select date_day from normalised.calendar)"
    )
    assert lost == 0
    assert bench.value("select count(*) from normalised.ticket where created_date = date '2050-12-31'") != 0


def test_first_and_last_day_of_a_report_are_local(bench: Workbench) -> None:
    """The days that a report shows are those of the client account."""
    rows: Table = [["id", "created"], [1, "2025-01-01T03:00:00Z"], [2, "2025-01-31T12:00:00Z"]]
    report = bench.load(bench.write_csv("a.csv", rows), mapping_of(), NEW_YORK)
    assert (str(report.first_day), str(report.last_day)) == ("2024-12-31", "2025-01-31")
