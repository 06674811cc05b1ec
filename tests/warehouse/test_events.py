"""Events of tickets and deals, touches and uses, visits: what is derived from them at load and after it."""

from pathlib import Path

from tests.warehouse.conftest import Rows
from tests.warehouse.rows_source import CLIENT, Row, sync_rows
from warehouse import ClientAccount, WorkspaceDatabase

DAY = "2025-05-0"


def event(ticket: str, kind: str, at: str, **more: object) -> Row:
    return {"source_id": f"{ticket}-{kind}-{at}", "ticket_id": ticket, "kind": kind, "occurred_at": DAY + at} | more


def test_only_the_last_solve_of_a_ticket_that_stayed_solved_is_final(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    events = [
        event("t1", "solved", "1 10:00:00"),
        event("t2", "solved", "1 10:00:00"),
        event("t2", "reopened", "2 10:00:00"),
        event("t2", "solved", "3 10:00:00"),
        event("t3", "solved", "1 10:00:00"),
        event("t3", "reopened", "2 10:00:00"),
        event("t4", "solved", "1 10:00:00"),
        event("t4", "solved", "1 11:00:00"),
        event("t5", "solved", "1 10:00:00", is_deleted=True),
    ]
    report = sync_rows(database, tmp_path, {"ticket_event": events})
    assert report.build_problems == ()
    final = "select source_id from normalised.ticket_event where is_final_solve order by 1"
    assert rows(final) == [("t1-solved-1 10:00:00",), ("t2-solved-3 10:00:00",), ("t4-solved-1 11:00:00",)]
    sync_rows(database, tmp_path, {"ticket_event": [event("t1", "reopened", "4 10:00:00")]}, name="later")
    assert rows(final)[0] == ("t1-solved-1 10:00:00",)  # another source's ticket may have the same id
    sync_rows(database, tmp_path, {"ticket_event": [event("t1", "reopened", "4 10:00:00")]})
    assert rows(final) == [("t2-solved-3 10:00:00",), ("t4-solved-1 11:00:00",)]


def test_days_and_hours_of_events_are_the_client_accounts(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    client = ClientAccount("c1", CLIENT.slug, "One", timezone="America/New_York")
    sync_rows(database, tmp_path, {"ticket_event": [event("t1", "created", "2 03:30:00")]}, clients=(client,))
    found = rows("select occurred_on::varchar, occurred_hour::varchar from normalised.ticket_event")
    assert found == [("2025-05-01", "2025-05-01 23:00:00")]


def test_a_reply_belongs_to_its_writer_and_the_rest_to_the_assignee(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    agents = [
        {"source_id": "a1", "agent": "Ada", "team": "North"},
        {"source_id": "a2", "agent": "Bob", "team": "South"},
    ]
    tickets = [{"source_id": "t1", "created_at": DAY + "1 08:00:00", "assignee_id": "a1", "channel": "chat"}]
    events = [
        event("t1", "public_reply", "1 09:00:00", actor_id="a2", actor_type="agent"),
        event("t1", "public_reply", "1 09:30:00", actor_id="bot", actor_type="bot"),
        event("t1", "solved", "1 10:00:00", actor_id="a2", actor_type="agent"),
    ]
    sync_rows(database, tmp_path, {"user_agent": agents, "ticket": tickets, "ticket_event": events})
    assert rows("select kind, agent, team, channel from normalised.ticket_event order by occurred_at") == [
        ("public_reply", "Bob", "South", "chat"),
        ("public_reply", "Ada", "North", "chat"),
        ("solved", "Ada", "North", "chat"),
    ]


def test_a_stage_is_left_behind_by_a_later_one_or_by_winning(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    deals = [
        {"source_id": name, "created_at": DAY + "1 08:00:00", "deal_status": status}
        for name, status in (("forward", "open"), ("back", "lost"), ("won", "won"))
    ]
    stages = [
        ("forward", 1, "1"), ("forward", 2, "2"), ("back", 3, "1"), ("back", 1, "2"), ("won", 1, "1"),
        ("unknown", None, "1"),
    ]  # fmt: skip
    entered = [
        {"source_id": f"{deal}{order}", "deal_id": deal, "stage_order": order, "entered_at": f"{DAY}{on} 09:00:00"}
        for deal, order, on in stages
    ]
    sync_rows(database, tmp_path, {"deal": deals, "deal_stage_event": entered})
    assert rows("select source_id, is_advanced from normalised.deal_stage_event order by 1") == [
        ("back1", False),
        ("back3", False),
        ("forward1", True),
        ("forward2", False),
        ("unknownNone", None),
        ("won1", True),
    ]
    sync_rows(database, tmp_path, {"deal": [deals[0] | {"deal_status": "won"}]})
    assert rows("select is_advanced from normalised.deal_stage_event where source_id = 'forward2'") == [(True,)]


def test_a_deal_is_closed_when_it_is_won_or_lost(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    deal = {"created_at": DAY + "1 00:00:00", "closed_at": DAY + "3 12:00:00", "currency_original": "EUR"}
    deals = [
        deal | {"deal_status": "Won", "amount_original": 10_001, "probability": 1},
        deal | {"deal_status": "lost", "probability": 0},
        deal
        | {"deal_status": "open", "amount_original": 10_001, "probability": 0.25},  # an expected close, not a real one
        {"created_at": DAY + "1 00:00:00", "deal_status": "won", "amount_original": 500},
        deal | {"deal_status": "won", "is_deleted": True},
        {"created_at": DAY + "1 00:00:00", "amount_original": 500},
    ]
    sync_rows(database, tmp_path, {"deal": deals})
    assert rows(
        """select deal_status, closed_on::varchar, cycle_days, is_closed, weighted_amount
           from normalised.deal order by source_id"""
    ) == [
        ("won", "2025-05-03", 2.5, True, 10_001),
        ("lost", "2025-05-03", 2.5, True, None),
        ("open", None, None, False, 2_500),
        ("won", None, None, False, None),
        ("won", "2025-05-03", 2.5, False, None),
        (None, None, None, False, None),
    ]


def test_touches_and_uses(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    kinds = ("call", "visit", "Meeting", "mail", "document", "login", "feature_use", None)
    sync_rows(database, tmp_path, {"activity": [{"kind": kind, "occurred_at": DAY + "1 08:00:00"} for kind in kinds]})
    assert rows("select kind, is_touch, is_use from normalised.activity order by source_id") == [
        ("call", True, False),
        ("visit", True, False),
        ("meeting", True, False),
        ("mail", True, False),
        ("document", False, False),
        ("login", False, True),
        ("feature_use", False, True),
        (None, False, False),
    ]


def test_source_and_medium_of_a_visit(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    visit = {"visited_on": "2025-05-01"}
    visits = [visit | {"traffic_source": "google", "traffic_medium": "cpc"}, visit | {"traffic_source": "google"}]
    sync_rows(database, tmp_path, {"web_session_day": visits})
    assert rows("select source_medium from normalised.web_session_day order by source_id") == [
        ("google / cpc",),
        (None,),
    ]


def test_a_budget_is_spread_over_its_days(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    budgets = [
        {"starts_on": "2025-05-01", "amount_original": 31_000, "currency_original": "EUR", "platform": "Search"},
        {"starts_on": "2025-05-30", "ends_on": "2025-06-01", "amount_original": 100, "currency_original": "EUR"},
        {"starts_on": "2025-05-30", "ends_on": "2025-05-01", "amount_original": 100},
    ]
    ads = [{"performed_on": "2025-05-03", "spend_original": 1}]
    report = sync_rows(database, tmp_path, {"budget_entry": budgets, "ad_performance_day": ads})
    assert report.build_problems == ()
    assert rows(
        """select budget_entry_id, count(*), min(budget_on)::varchar, max(budget_on)::varchar, round(sum(amount), 6),
                  count(*) filter (is_elapsed), round(max(amount), 6)
           from normalised.budget group by 1 order by 1"""
    ) == [
        ("rows|1", 31, "2025-05-01", "2025-05-31", 31_000.0, 3, 1_000.0),
        ("rows|2", 3, "2025-05-30", "2025-06-01", 100.0, 0, 33.333333),
    ]


def test_a_finding_takes_the_label_of_its_metric(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    found: list[Row] = [
        {"opened_on": "2025-05-01", "metric_id": "nps_score"},
        {"opened_on": "2025-05-01", "metric_id": "nps_score", "metric_label": "Their own words"},
        {"opened_on": "2025-05-01", "metric_id": "not_ours"},
        {"opened_on": "2025-05-01"},
    ]
    labels = "select metric_label from normalised.insight order by source_id"
    for _ in range(2):
        sync_rows(database, tmp_path, {"insight": found})
        assert rows(labels) == [(database.model.metrics["nps_score"].label,), ("Their own words",), (None,), (None,)]
        found[0] = {**found[0], "insight_text": "The same row in a later version"}
