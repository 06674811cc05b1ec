"""Derived columns: the rules of the semantic model, on rows that go through an import."""

import json

import pytest

from tests.warehouse.conftest import ATHENS, Load, Rows
from warehouse import ClientAccount

FIELDS = (
    "first_reply_at", "first_human_reply_at", "first_solved_at", "solved_at", "due_at", "reopen_count",
    "reopened_within_7d", "public_agent_replies", "bot_replies", "assignee_count", "group_count", "channel",
    "sla_policy", "sla_first_reply_met", "sla_resolution_met", "is_spam", "is_merged", "is_deleted",
    "handle_cost_original", "currency_original", "region",
)  # fmt: skip
MAPPING = "entity: ticket\nsource: rules\ncolumns:\n  source_id: id\n  created_at: created_at\n" + "".join(
    f"  {name}: {name}\n" for name in FIELDS
)
DAY = "2025-01-06T"


def lines(*tickets: dict[str, object]) -> str:
    """Return tickets as NDJSON, every field present, numbered from 1."""
    empty = dict.fromkeys(FIELDS)
    records = (
        {"id": number, "created_at": DAY + "10:00:00Z"} | empty | ticket
        for number, ticket in enumerate(tickets, start=1)
    )
    return "".join(json.dumps(record) + "\n" for record in records)


SOLVED: dict[str, object] = {"solved_at": DAY + "12:00:00Z", "assignee_count": 1, "bot_replies": 0, "channel": "email"}


def test_first_contact_resolution_vector_v6(load: Load, rows: Rows) -> None:
    load(
        lines(
            SOLVED | {"public_agent_replies": 1},
            SOLVED | {"public_agent_replies": 1, "reopen_count": 1, "reopened_within_7d": True},
            SOLVED | {"public_agent_replies": 1, "reopen_count": 1, "reopened_within_7d": False},
            SOLVED | {"public_agent_replies": 2},
            SOLVED | {"public_agent_replies": 0, "channel": "phone"},
            SOLVED | {"public_agent_replies": 0, "bot_replies": 2, "assignee_count": 0},
            SOLVED | {"public_agent_replies": 1, "assignee_count": None},
            {"public_agent_replies": 1, "assignee_count": 1, "channel": "email"},
        ),
        MAPPING,
        name="t.ndjson",
    )
    found = rows("select is_fcr from normalised.ticket order by source_id")
    assert [row[0] for row in found] == [True, False, True, False, True, False, None, None]
    assert rows(
        """select count(*) filter (is_fcr), count(is_fcr), count(*) filter (is_one_agent), count(is_one_agent),
                  count(*) filter (is_bot_resolved), count(*) filter (is_solved) from normalised.ticket"""
    ) == [(3, 6, 5, 6, 1, 7)]


@pytest.mark.parametrize(
    ("ticket", "expected"),
    [
        ({"first_reply_at": DAY + "10:05:00Z", "first_human_reply_at": DAY + "10:05:00Z"}, "human"),
        ({"first_reply_at": DAY + "10:00:05Z", "first_human_reply_at": DAY + "10:05:00Z", "bot_replies": 1}, "bot"),
        ({"first_reply_at": DAY + "10:00:05Z", "bot_replies": 1}, "bot"),
        ({"first_human_reply_at": DAY + "10:05:00Z"}, "human"),
        ({"first_reply_at": DAY + "10:05:00Z"}, "human"),
        ({"public_agent_replies": 0, "bot_replies": 0}, "none"),
        ({}, None),
    ],
)
def test_who_replied_first(load: Load, rows: Rows, ticket: dict[str, object], expected: str | None) -> None:
    load(lines(ticket), MAPPING, name="t.ndjson")
    assert rows("select reply_by from normalised.ticket") == [(expected,)]


@pytest.mark.parametrize(
    ("ticket", "state", "breached"),
    [
        ({}, "none", None),
        ({"sla_policy": "Gold"}, "ok", None),
        ({"sla_first_reply_met": True}, "ok", False),
        ({"sla_first_reply_met": True, "sla_resolution_met": False}, "breached", True),
        ({"due_at": DAY + "11:00:00Z", "solved_at": DAY + "10:30:00Z"}, "ok", False),
        ({"due_at": DAY + "11:00:00Z", "solved_at": DAY + "11:30:00Z"}, "breached", True),
        ({"due_at": DAY + "11:00:00Z"}, "breached", True),
        ({"due_at": "2049-01-01T00:00:00Z"}, "ok", False),
    ],
)
def test_promises(load: Load, rows: Rows, ticket: dict[str, object], state: str, breached: bool | None) -> None:
    load(lines(ticket), MAPPING, name="t.ndjson")
    assert rows("select sla_state, is_sla_breached from normalised.ticket") == [(state, breached)]


def test_what_is_not_listed(load: Load, rows: Rows) -> None:
    load(
        lines({}, {"is_spam": "yes"}, {"is_merged": 1}, {"is_deleted": True}, {"is_spam": "no"}),
        MAPPING,
        name="t.ndjson",
    )
    assert [row[0] for row in rows("select is_listed from normalised.ticket order by source_id")] == [
        True,
        False,
        False,
        False,
        True,
    ]


def test_durations_are_elapsed_across_the_clock_changes(load: Load, rows: Rows) -> None:
    client = ClientAccount("ny", "ny", "New York", timezone="America/New_York")
    local = (
        "id,created,solved,channel,seconds\n"
        "1,2025-03-09 01:30,2025-03-09 03:30,a,1\n2,2025-11-01 12:00,2025-11-02 12:00,a,1\n"
    )
    load(local, client=client)
    assert rows("select resolution_seconds from normalised.ticket order by source_id") == [(3600.0,), (90_000.0,)]


def test_days_and_hours_are_the_client_accounts(load: Load, rows: Rows) -> None:
    ticket = lines({"created_at": "2024-12-31T23:30:00Z"})
    load(ticket, MAPPING, name="t.ndjson")
    load(ticket, MAPPING, name="t.ndjson", client=ClientAccount("ny", "ny", "New York", timezone="America/New_York"))
    found = rows("select created_date::varchar, created_hour::varchar from normalised.ticket order by 1")
    assert found == [("2024-12-31", "2024-12-31 18:00:00"), ("2025-01-01", "2025-01-01 01:00:00")]


def test_money_of_another_currency_is_never_taken_one_to_one(load: Load, rows: Rows) -> None:
    report = load(
        lines(
            {"handle_cost_original": "12.50"},
            {"handle_cost_original": "12.50", "currency_original": "usd"},
            {"handle_cost_original": "900", "currency_original": "JPY"},
        ),
        MAPPING,
        name="t.ndjson",
    )
    assert report.fx_missing == 2
    assert rows(
        """select handle_cost_original, currency_original, handle_cost, handle_cost_base, fx_rate, fx_method
           from normalised.ticket order by source_id"""
    ) == [
        (1250, "EUR", 1250, 1250, 1.0, "same_currency"),
        (1250, "USD", None, None, None, None),
        (900, "JPY", None, None, None, None),
    ]


def test_the_client_account_fills_what_the_row_does_not_say(load: Load, rows: Rows) -> None:
    client = ClientAccount("c", "c", "C", industry="Retail", region="North", service_level="Gold", account_owner="Ada")
    load(lines({}, {"region": "South"}), MAPPING, name="t.ndjson", client=client)
    assert rows(
        "select region, service_level, account_owner, client_industry from normalised.ticket order by source_id"
    ) == [
        ("North", "Gold", "Ada", "Retail"),
        ("South", "Gold", "Ada", "Retail"),
    ]


def test_a_new_name_of_a_client_account_reaches_its_rows(load: Load, rows: Rows, database: object) -> None:
    from warehouse import WorkspaceDatabase

    assert isinstance(database, WorkspaceDatabase)
    load(lines({}), MAPPING, name="t.ndjson")
    before = database.data_version()
    database.put_client_accounts([ATHENS])
    assert database.data_version() == before
    database.put_client_accounts(
        [ClientAccount(ATHENS.id, "athens", "New Name", industry="Food", timezone=ATHENS.timezone)]
    )
    assert database.data_version() > before
    assert rows("select client_account, client_industry from normalised.ticket") == [("New Name", "Food")]
    assert [client.name for client in database.client_accounts()] == ["New Name"]
