"""Health of accounts: components from facts, the weighted score with missing parts, bands, ranks and changes."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.warehouse.conftest import Rows
from tests.warehouse.rows_source import NOW, sync_rows
from warehouse import WorkspaceDatabase
from warehouse.build_files import statements

TODAY = NOW.date()
FACTS = (
    "client_account_id", "account_id", "snapshot_on", "is_snapshot", "is_month_end", "today", "ended_on",
    "days_since_activity", "activity_days", "kinds_used", "days_since_use", "used_days", "days_since_touch",
    "has_tickets", "open_tickets", "breached_tickets", "open_complaints", "reopened", "escalated", "last_nps",
    "satisfaction", "has_invoices", "days_overdue", "overdue_amount", "overdue_amount_base", "mrr", "mrr_base",
    "goals_met",
)  # fmt: skip
# Facts that give the components of vector V2.
USAGE_80 = {"days_since_use": 0, "used_days": 12}
SUPPORT_60 = {"has_tickets": True, "breached_tickets": 1, "reopened": 1, "escalated": 1}
PAYMENT_100 = {"has_invoices": True, "days_overdue": 0}
SATISFACTION_50 = {"satisfaction": 50.0}


def known(account: str, start: str = "2023-01-01", **more: object) -> dict[str, object]:
    return {"source_id": account, "account": account, "acquired_on": start} | more


def ago(days: int) -> str:
    return str(TODAY - timedelta(days=days))


@pytest.fixture
def score(database: WorkspaceDatabase) -> object:
    """Score accounts from facts that a test spells out; each is (account, day, facts)."""

    def run(
        facts: list[tuple[str, date, Mapping[str, object]]], columns: str, weights: str = ""
    ) -> list[tuple[object, ...]]:
        with database.writing() as cursor:
            cursor.execute("begin")
            cursor.execute("drop table if exists normalised.health_fact")
            cursor.execute(
                "create table normalised.health_fact as select null::varchar as client_account_id, "
                "null::varchar as account_id, null::date as snapshot_on, null::boolean as is_snapshot, "
                "null::boolean as is_month_end, null::date as today, null::date as ended_on, "
                + ", ".join(f"null::bigint as {name}" for name in FACTS[7:13])
                + ", false as has_tickets, "
                + ", ".join(f"null::bigint as {name}" for name in FACTS[14:19])
                + ", null::double as last_nps, null::double as satisfaction, false as has_invoices, "
                "0 as days_overdue, null::bigint as overdue_amount, null::bigint as overdue_amount_base, "
                "null::bigint as mrr, null::bigint as mrr_base, null::double as goals_met where false"
            )
            for account, day, given in facts:
                row = {
                    "client_account_id": "c1", "account_id": account, "snapshot_on": day, "is_snapshot": True,
                    "today": TODAY, "has_tickets": False, "breached_tickets": 0, "reopened": 0, "escalated": 0,
                    "has_invoices": False, "days_overdue": 0,
                } | dict(given)  # fmt: skip
                names = ", ".join(row)
                places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
                cursor.execute(f"insert into normalised.health_fact ({names}) values ({places})", list(row.values()))
            if weights:
                cursor.execute(weights)
            (select,) = statements("health_snapshot")
            found = cursor.execute(f"select {columns} from ({select}) order by account_id, snapshot_on").fetchall()
            cursor.execute("rollback")
            return found

    return run


def test_vector_v2_missing_parts(score: object) -> None:
    assert callable(score)
    facts = [
        ("a", TODAY, USAGE_80 | SUPPORT_60 | PAYMENT_100),
        ("b", TODAY, USAGE_80 | SATISFACTION_50),
        ("c", TODAY, USAGE_80),
        ("d", TODAY, {}),
    ]
    assert score(facts, "round(score, 2), health_band, missing_components, weights_version") == [
        (78.46, "green", "relationship, satisfaction", "default-1"),
        (68.0, "amber", "payment, relationship, support", "default-1"),  # exactly half of the weight is enough
        (None, "not enough data", "payment, relationship, satisfaction, support", "default-1"),
        (None, "not enough data", "payment, relationship, satisfaction, support, usage", "default-1"),
    ]


def test_bands_are_half_open(score: object) -> None:
    assert callable(score)
    scores = {"a": 39.9, "b": 40.0, "c": 69.9, "d": 70.0, "e": 100.0, "f": 0.0}
    weights = (
        "insert into normalised.health_weight_set (client_account_id, source_id, valid_from, weights_version, "
        f"weight_satisfaction, is_listed) values ('c1', 'w', '{ago(10)}', 'only satisfaction', 1, true)"
    )
    facts = [(account, TODAY, {"satisfaction": value}) for account, value in scores.items()]
    found = score(facts, "account_id, score, health_band, weights_version, missing_components", weights)
    bands = ["red", "amber", "amber", "green", "green", "red"]
    assert found == [
        (account, value, band, "only satisfaction", None)
        for (account, value), band in zip(scores.items(), bands, strict=True)
    ]


def test_weights_hold_from_their_day_on(score: object) -> None:
    assert callable(score)
    weights = (
        "insert into normalised.health_weight_set (client_account_id, source_id, valid_from, weights_version, "
        "weight_usage, weight_support, red_below, green_from, is_listed) values "
        f"('c1', 'w1', '{ago(20)}', 'v1', 1, 1, 50, 75, true), ('c1', 'w2', '{ago(10)}', 'v2', 3, 1, 40, 70, true), "
        f"('c1', 'w3', '{ago(5)}', 'gone', 1, 0, 40, 70, false), ('c2', 'w4', '{ago(5)}', 'other', 1, 0, 40, 70, true)"
    )
    facts = [("a", TODAY - timedelta(days=days), USAGE_80 | SUPPORT_60 | PAYMENT_100) for days in (21, 20, 10, 0)]
    found = score(facts, "weights_version, round(score, 2), health_band", weights)
    assert found == [("default-1", 78.46, "green"), ("v1", 70.0, "amber"), ("v2", 75.0, "green"), ("v2", 75.0, "green")]


def test_rank_change_reason_and_money_of_a_score(score: object) -> None:
    assert callable(score)
    month_ago = TODAY - timedelta(days=30)
    facts = [
        ("a", month_ago, USAGE_80 | SUPPORT_60 | {"is_snapshot": False}),
        ("a", TODAY, USAGE_80 | {"has_tickets": True, "mrr": 1_000, "mrr_base": 1_100}),
        ("b", TODAY, {"days_since_use": 40, "used_days": 0, "has_tickets": True, "mrr": 500}),
        ("c", TODAY, USAGE_80 | {"mrr": 300}),
        ("d", TODAY, USAGE_80 | {"has_tickets": True}),
        ("e", TODAY, {"days_since_use": 40, "used_days": 0, "has_tickets": True, "breached_tickets": 5, "mrr": 70}),
    ]
    columns = ("account_id", "round(score, 2)", "rank_in_client", "round(change_30d, 2)", "risk_reason", "mrr_red",
               "mrr_scored", "score_by_mrr")  # fmt: skip
    assert score(facts, ", ".join(columns)) == [
        ("a", 88.0, 1, 16.0, "usage", 0, 1_000, 88_000.0),
        ("b", 40.0, 3, None, "usage", 0, 500, 20_000.0),
        ("c", None, None, None, None, None, None, None),
        ("d", 88.0, 1, None, "usage", None, None, None),
        ("e", 0.0, 4, None, "usage", 70, 70, 0.0),
    ]


def test_churn_within_90_days_is_known_90_days_after_a_month_end(score: object) -> None:
    assert callable(score)
    end = TODAY - timedelta(days=90)
    facts = [
        ("a", end, {"is_month_end": True, "ended_on": end + timedelta(days=90)}),
        ("b", end, {"is_month_end": True, "ended_on": end + timedelta(days=91)}),
        ("c", end, {"is_month_end": True}),
        ("d", end, {"is_month_end": False, "ended_on": end + timedelta(days=1)}),
        ("e", end + timedelta(days=1), {"is_month_end": True, "ended_on": end + timedelta(days=2)}),
    ]
    assert [row[0] for row in score(facts, "churned_within_90d")] == [True, False, False, None, None]


def test_components_from_what_happened(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    at: dict[str, object] = {"account_id": "a"}
    used = [at | {"kind": "login", "occurred_at": f"{ago(days)} 08:00:00"} for days in (3, 4, 4, 29, 400)]
    tables: dict[str, list[dict[str, object]]] = {
        "account": [known("a"), known("quiet"), known("gone", churned_on=ago(5)), known("late", ago(2))],
        "activity": [*used, at | {"kind": "call", "occurred_at": f"{ago(52)} 08:00:00"}],
        "ticket": [
            at | {"created_at": f"{ago(8)} 08:00:00", "due_at": f"{ago(3)} 08:00:00", "ticket_status": "open",
                  "is_complaint": True},
            at | {"created_at": f"{ago(89)} 08:00:00", "solved_at": f"{ago(80)} 08:00:00", "reopen_count": 1},
            at | {"created_at": f"{ago(95)} 08:00:00", "solved_at": f"{ago(80)} 08:00:00", "is_escalated": True},
        ],
        "survey_response": [
            at | {"kind": "nps", "raw_value": 10, "responded_at": f"{ago(90)} 08:00:00"},
            at | {"kind": "nps", "raw_value": 0, "responded_at": f"{ago(91)} 08:00:00"},
            at | {"kind": "csat", "raw_value": 1, "scale_min": 1, "scale_max": 5,
                  "responded_at": f"{ago(45)} 08:00:00"},
            at | {"kind": "ces", "raw_value": 1, "scale_min": 1, "scale_max": 5, "higher_is_better": True,
                  "responded_at": f"{ago(180)} 08:00:00"},
        ],
        "invoice": [
            at | {"kind": "invoice", "invoice_status": "open", "issued_on": ago(45), "due_on": ago(15),
                  "total_original": 9_000, "amount_due_original": 9_000, "currency_original": "EUR"},
        ],
    }  # fmt: skip
    report = sync_rows(database, tmp_path, tables)
    assert report.build_problems == ()
    found = rows(
        f"""select account_id, component_usage, component_support, component_satisfaction, component_payment,
                   component_relationship, round(score, 3), health_band, open_tickets, open_complaints, overdue_amount,
                   last_nps, days_since_last_activity
            from normalised.health_snapshot where snapshot_on = '{TODAY}' order by 1"""
    )
    usage = ((100 - 100 * 3 / 30) + 100 * 2 / 20) / 2  # three days ago; two days of use in 28
    support = 100 - 20 - 10  # one promise broken, one of 90 days reopened; the escalated one is older
    satisfaction = ((50 + 50 * 0.5) + (50 - 50 * 0.75)) / 2  # the last NPS fades, CSAT less so, CES is too old
    payment, relationship = 100 - 100 * 15 / 60, 100 * (90 - 52) / 76
    score = (30 * usage + 20 * support + 20 * satisfaction + 15 * payment + 15 * relationship) / 100
    assert found == [
        ("a", usage, support, satisfaction, payment, relationship, round(score, 3), "amber", 1, 1, 9_000, 10.0, 3),
        ("late", None, None, None, None, None, None, "not enough data", 0, 0, 0, None, None),
        ("quiet", None, None, None, None, None, None, "not enough data", 0, 0, 0, None, None),
    ]


def test_days_that_are_kept(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    sync_rows(database, tmp_path, {"account": [known("a", "2021-01-01")]})
    kept = {row[0] for row in rows("select snapshot_on from normalised.health_snapshot")}
    first = date(2022, 6, 15)
    every = [first + timedelta(days=number) for number in range((TODAY - first).days + 1)]
    expected = {
        day for day in every if (TODAY - day).days < 90 or day.isoweekday() == 7 or (day + timedelta(days=1)).day == 1
    }
    assert kept == expected
    ends = rows("select count(*) from normalised.health_snapshot where is_month_end")
    assert ends == [(sum((day + timedelta(days=1)).day == 1 for day in every),)]


def test_goals_of_the_account_count_for_the_relationship(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    goal: dict[str, object] = {
        "account_id": "a",
        "metric_id": "tickets_created",
        "period_grain": "month",
        "goal_direction": "down",
    }
    tables: dict[str, list[dict[str, object]]] = {
        "account": [known("a")],
        "ticket": [{"account_id": "a", "created_at": "2025-04-10 08:00:00", "ticket_status": "open"}],
        "goal": [
            goal | {"period_start": "2025-04-01", "target": 1},
            goal | {"period_start": "2025-05-01", "target": -1},
            goal | {"period_start": "2025-06-01", "target": 5},  # not decided yet
            goal | {"period_start": "2025-04-01", "target": 5, "account_id": "b"},
            goal | {"period_start": "2025-04-01", "target": 5, "metric_id": "health_score"},
        ],
    }
    report = sync_rows(database, tmp_path, tables)
    assert report.build_problems == ()
    found = rows(
        """select snapshot_on::varchar, component_relationship from normalised.health_snapshot
           where account_id = 'a' and snapshot_on in ('2025-04-30', '2025-05-01', '2025-06-01') order by 1"""
    )
    # In May there was no ticket at all, which is more than the target of less than nothing.
    assert found == [("2025-04-30", None), ("2025-05-01", 100.0), ("2025-06-01", 50.0)]


def test_building_twice_gives_the_same_rows(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    tables: dict[str, list[dict[str, object]]] = {
        "account": [known("a"), known("b", ago(70))],
        "activity": [
            {"account_id": account, "kind": "login", "occurred_at": f"{ago(3 * days)} 08:00:00"}
            for account in "ab"
            for days in range(30)
        ],
    }
    sync_rows(database, tmp_path, tables)
    everything = "select * from normalised.health_snapshot order by all"
    before, version = rows(everything), database.data_version()
    with database.writing() as cursor:
        cursor.execute("delete from state.builds")
    sync_rows(database, tmp_path, tables)
    assert (rows(everything), database.data_version()) == (before, version)
