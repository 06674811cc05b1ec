"""Goals: what was reached, attainment in each direction, status and pace; frozen values and benchmarks."""

from datetime import UTC, datetime
from pathlib import Path

from tests.warehouse.conftest import Rows
from tests.warehouse.rows_source import NOW, Row, sync_rows
from warehouse import ClientAccount, WorkspaceDatabase

GOALS = """select goal_id, actual, round(attainment, 2), goal_status from normalised.goal_period order by 1"""


def ticket(created: str, **more: object) -> Row:
    return {"created_at": f"2025-{created} 08:00:00", "ticket_status": "open"} | more


def answered(created: str, seconds: int) -> Row:
    return ticket(created, first_reply_at=f"2025-{created} 08:{seconds // 60:02}:{seconds % 60:02}", bot_replies=0)


def goal(name: str, metric: str, start: str, **more: object) -> Row:
    return {"source_id": name, "metric_id": metric, "period_grain": "month", "period_start": f"2025-{start}"} | more


def test_vector_v14_a_target_to_stay_below(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    speed = {"target": 120, "near_share": 0.15, "goal_direction": "down"}
    tables = {
        "ticket": [answered("02-10", 100), answered("03-10", 130), answered("04-10", 150)],
        "goal": [goal(f"g{month}", "frt_avg_seconds", f"0{month}-01", **speed) for month in (2, 3, 4, 5)],
    }
    report = sync_rows(database, tmp_path, tables)
    assert report.build_problems == ()
    assert rows(GOALS) == [
        ("rows|g2", 100.0, 1.2, "good"),
        ("rows|g3", 130.0, 0.92, "watch"),
        ("rows|g4", 150.0, 0.8, "bad"),
        ("rows|g5", None, None, None),  # an average of nothing is unknown, not zero
    ]
    assert rows("select distinct goal_direction, is_closed, pace from normalised.goal_period") == [("down", True, None)]


def test_counts_bands_and_goals_without_a_target(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    band = {"goal_direction": "band", "target_min": 4, "target_max": 8}
    tables = {
        "ticket": [ticket(f"05-{day:02}") for day in range(1, 7)] + [ticket("03-01")],
        "goal": [
            goal("a", "tickets_created", "05-01", goal_direction="up", target=8, near_share=0.25),
            goal("b", "tickets_created", "05-15", goal_direction="up", target=3),  # any day of the month means it
            goal("c", "tickets_created", "04-01", goal_direction="up", target=3, near_share=0.5),
            goal("d", "tickets_created", "05-01", **band),
            goal("e", "tickets_created", "05-01", **band | {"target_min": 7}, near_share=0.2),
            goal("f", "tickets_created", "05-01", **band | {"target_max": 5}),
            goal("g", "tickets_created", "05-01"),
            goal("h", "no_such_metric", "05-01", target=3),
            goal("i", "leads", "05-01", target=3),
            goal("j", "tickets_created", "05-01", target=3, is_deleted=True),
        ],
    }
    sync_rows(database, tmp_path, tables)
    assert rows(GOALS) == [
        ("rows|a", 6.0, 0.75, "watch"),
        ("rows|b", 6.0, 2.0, "good"),
        ("rows|c", 0.0, 0.0, "bad"),
        ("rows|d", 6.0, 1.0, "good"),
        ("rows|e", 6.0, 0.86, "watch"),
        ("rows|f", 6.0, 0.83, "bad"),
        ("rows|g", 6.0, None, "no goal"),
        ("rows|h", None, None, None),
        ("rows|i", None, None, None),  # nobody has connected anything that knows of leads
    ]


def test_an_open_period_of_a_count_is_judged_by_its_days_so_far(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    # The build runs on 15 June: half of the month.
    tables = {
        "ticket": [ticket(f"06-{day:02}") for day in range(1, 11)],
        "goal": [
            goal("a", "tickets_created", "06-01", goal_direction="up", target=20),
            goal("b", "tickets_created", "06-01", goal_direction="up", target=21),
            goal("c", "tickets_created", "06-01", goal_direction="down", target=19),
            goal("d", "tickets_created", "05-01", goal_direction="up", target=10),
            goal("e", "tickets_created", "07-01", goal_direction="up", target=10),
        ],
    }
    sync_rows(database, tmp_path, tables)
    found = rows("select goal_id, round(pace, 4), goal_status, is_closed from normalised.goal_period order by 1")
    assert found == [
        ("rows|a", 1.0, "good", False),
        ("rows|b", round(20 / 21, 4), "bad", False),
        ("rows|c", round(20 / 19, 4), "bad", False),
        ("rows|d", 0.0, "bad", True),
        ("rows|e", None, None, False),
    ]


def test_goals_of_an_account_a_channel_a_week_or_a_year(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    tables = {
        "ticket": [
            ticket("05-05", account_id="acme", channel="chat"),
            ticket("05-11", account_id="acme", channel="email"),
            ticket("05-12", account_id="other", channel="chat"),
        ],
        "goal": [
            goal("account", "tickets_created", "05-01", account_id="acme", target=1),
            goal("both", "tickets_created", "05-01", account_id="acme", target=1, filter_field="channel",
                 filter_value="chat"),
            goal("channel", "tickets_created", "05-01", filter_field="channel", filter_value="chat", target=1),
            goal("unfit", "tickets_created", "05-01", filter_field="invoice_kind", filter_value="bill", target=1),
            goal("week", "tickets_created", "05-08", period_grain="week", target=1),
            goal("year", "tickets_created", "01-01", period_grain="year", target=1),
        ],
    }  # fmt: skip
    report = sync_rows(database, tmp_path, tables)
    assert report.build_problems == ()
    assert rows(
        "select goal_id, actual, period_start::varchar, period_end::varchar from normalised.goal_period order by 1"
    ) == [
        ("rows|account", 2.0, "2025-05-01", "2025-05-31"),
        ("rows|both", 1.0, "2025-05-01", "2025-05-31"),
        ("rows|channel", 2.0, "2025-05-01", "2025-05-31"),
        ("rows|unfit", None, "2025-05-01", "2025-05-31"),
        ("rows|week", 2.0, "2025-05-05", "2025-05-11"),
        ("rows|year", 3.0, "2025-01-01", "2025-12-31"),
    ]


def test_a_closed_value_stands_until_its_rows_are_restated(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    frozen = """select period_start::varchar, metric_value, frozen_at from normalised.metric_snapshot
                where metric_id = 'tickets_created' and period_grain = 'month' order by 1"""
    tickets = [ticket("04-10", source_id="a"), ticket("06-01", source_id="b")]
    sync_rows(database, tmp_path, {"ticket": tickets})
    first = NOW.replace(tzinfo=None)
    # In May there was an open ticket but no new one.
    assert rows(frozen) == [("2025-04-01", 1.0, first), ("2025-05-01", 0.0, first), ("2025-06-01", 1.0, None)]
    next_day = datetime(2025, 6, 16, 12, tzinfo=UTC)
    sync_rows(database, tmp_path, {"ticket": [*tickets, ticket("06-16", source_id="c")]}, now=next_day)
    assert rows(frozen) == [("2025-04-01", 1.0, first), ("2025-05-01", 0.0, first), ("2025-06-01", 2.0, None)]
    later = datetime(2025, 7, 2, 12, tzinfo=UTC)
    sync_rows(database, tmp_path, {"ticket": [*tickets, ticket("04-20", source_id="d")]}, now=later)
    moment = later.replace(tzinfo=None)
    assert rows(frozen)[:3] == [("2025-04-01", 2.0, moment), ("2025-05-01", 0.0, first), ("2025-06-01", 2.0, moment)]
    versions = (
        "select count(distinct definition_version) from normalised.metric_snapshot where metric_id = 'tickets_created'"
    )
    assert rows(versions) == [(1,)]


def test_the_value_of_a_period_is_the_same_by_month_quarter_and_year(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    speeds = [("01-10", 60), ("02-10", 120), ("02-11", 180), ("05-01", 600)]
    sync_rows(database, tmp_path, {"ticket": [answered(*speed) for speed in speeds]})
    found = rows(
        """select period_grain, period_start::varchar, metric_value from normalised.metric_snapshot
           where metric_id = 'frt_median_seconds' order by 1, 2"""
    )
    assert found == [
        ("month", "2025-01-01", 60.0),
        ("month", "2025-02-01", 150.0),
        ("month", "2025-05-01", 600.0),
        ("quarter", "2025-01-01", 120.0),  # of the quarter's tickets, not a mean of its months
        ("quarter", "2025-04-01", 600.0),
        ("year", "2025-01-01", 150.0),
    ]


def test_benchmarks_need_five_client_accounts(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    clients = [ClientAccount(f"c{number}", f"s{number}", f"C{number}") for number in range(1, 6)]
    for number, client in enumerate(clients, start=1):
        tickets = [ticket(f"04-{day:02}", client=client.slug) for day in range(1, 2 * number)]
        late = [dict(answered("05-01", 60), client=client.slug)] if number > 1 else []
        sync_rows(database, tmp_path, {"ticket": [*tickets, *late]}, name=f"s{number}", clients=(client,))
    found = rows(
        """select client_account_id, metric_id, benchmark_median, benchmark_p25, benchmark_p75, benchmark_n
           from normalised.benchmark_point where (metric_id, period_start) in
               (('tickets_created', date '2025-04-01'), ('frt_avg_seconds', date '2025-05-01')) order by 1, 2 desc"""
    )
    assert found == [
        row
        for client in clients
        for row in (
            (client.id, "tickets_created", 5.0, 3.0, 7.0, 5),  # of 1, 3, 5, 7, 9
            (client.id, "frt_avg_seconds", None, None, None, None),  # four of them answered a ticket
        )
    ]
    assert rows("select count(*) from normalised.benchmark_point where metric_id = 'leads'") == [(0,)]
