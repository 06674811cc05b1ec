"""All built entities together: every one has rules, gives the columns of its entity, and comes out the same again."""

from datetime import timedelta
from pathlib import Path

from schemas import SemanticModel
from tests.warehouse.conftest import Rows
from tests.warehouse.rows_source import NOW, Row, sync_rows
from warehouse import WorkspaceDatabase
from warehouse.build_files import affected, has_file, inputs, statements
from warehouse.builders import BUILDERS
from warehouse.parameters import named

TODAY = NOW.date()
EUR = {"currency_original": "EUR"}


def on(days: int) -> str:
    return str(TODAY - timedelta(days=days))


def at(days: int, hour: int = 8) -> str:
    return f"{on(days)} {hour:02}:00:00"


def small_world() -> dict[str, list[Row]]:
    accounts: list[Row] = [
        {"source_id": name, "account": name.title(), "acquired_on": on(700 - 50 * place), "segment": "SMB"}
        for place, name in enumerate(("acme", "bolt", "cove"))
    ]
    tickets: list[Row] = [
        {"source_id": str(day), "created_at": at(day), "first_reply_at": at(day, 9), "bot_replies": 0,
         "handle_seconds": 60, "public_agent_replies": 1, "assignee_count": 1,
         "solved_at": at(day, 10) if day % 7 else None,
         "account_id": ("acme", "bolt")[day % 2], "assignee_id": "ada", "vendor_frt_seconds": 3_500,
         "due_at": at(day - 1), "ticket_status": "solved" if day % 7 else "open"}
        for day in range(1, 90)
    ]  # fmt: skip
    return {
        "account": accounts,
        "user_agent": [{"source_id": "ada", "agent": "Ada", "staff_role": "agent", "active_from": on(400)}],
        "ticket": tickets,
        "ticket_event": [
            {"source_id": f"s{day}", "ticket_id": str(day), "kind": "solved", "occurred_at": at(day, 10)}
            for day in range(1, 90)
            if day % 7
        ],
        "survey_response": [
            {"kind": "nps", "raw_value": day % 11, "responded_at": at(day, 11), "sent_at": at(day, 10),
             "ticket_id": str(day)}
            for day in range(1, 60)
        ],
        "activity": [
            {"kind": ("login", "call")[day % 2], "occurred_at": at(3 * day), "account_id": "acme"} for day in range(30)
        ],
        "subscription_item": [
            EUR | {"account_id": name, "valid_from": on(600), "unit_amount_original": 10_000,
                   "billing_interval": "month"}
            for name in ("acme", "bolt")
        ],
        "invoice": [
            EUR | {"source_id": f"i{month}", "kind": "invoice", "invoice_status": "open", "issued_on": on(30 * month),
                   "due_on": on(30 * month - 14), "account_id": "acme", "subtotal_original": 10_000,
                   "total_original": 10_000, "amount_due_original": 5_000, "amount_paid_original": 5_000,
                   "paid_on": on(30 * month - 10)}
            for month in range(1, 8)
        ],
        "payment": [
            EUR | {"invoice_id": f"i{month}", "paid_at": at(30 * month - 10), "kind": "payment",
                   "payment_status": "succeeded", "amount_original": 5_000}
            for month in range(1, 8)
        ],
        "deal": [
            EUR | {"created_at": at(30 * month + 9), "closed_at": at(30 * month), "deal_status": "won",
                   "amount_original": 9_500}
            for month in range(1, 8)
        ],
        "lead": [{"created_at": at(2 * day)} for day in range(40)],
        "cost_entry": [EUR | {"starts_on": on(60), "ends_on": on(31), "amount_original": 900, "cost_scope": "service"}],
        "budget_entry": [EUR | {"starts_on": on(60), "ends_on": on(31), "amount_original": 1_000}],
        "ad_performance_day": [
            EUR | {"performed_on": on(day), "spend_original": 100 + day, "conversions": 3, "impressions": 1_000}
            for day in range(1, 70)
        ],
        "web_session_day": [
            {"visited_on": on(day), "sessions": 50 + day % 7, "key_events": 4, "traffic_medium": "cpc"}
            for day in range(1, 70)
        ],
        "goal": [
            {"metric_id": "tickets_created", "period_grain": "month", "period_start": on(40), "target": 30},
            {"metric_id": "nps_score", "period_grain": "month", "period_start": on(40), "target": 10,
             "account_id": "acme"},
        ],
    }  # fmt: skip


def test_every_built_entity_has_rules(model: SemanticModel) -> None:
    built = {name for name, entity in model.entities.items() if entity.is_built}
    assert {name for name in built if name not in BUILDERS and not has_file(name)} == set()
    assert built <= inputs().keys()
    for name, listed in inputs().items():
        known = {item.rstrip("?") for item in listed} - inputs().keys() - model.entities.keys()
        assert known <= {"client_account", "fx_rate"}, f"{name} reads {known}"


def test_what_a_new_day_or_a_ticket_moves() -> None:
    assert {"ticket_backlog_day", "health_snapshot", "metric_snapshot", "goal_period", "forecast_point"} <= affected(
        inputs(), ["ticket"]
    )
    assert "health_snapshot" not in affected(inputs(), ["web_session_day"])


def test_files_give_no_column_that_their_entity_lacks(database: WorkspaceDatabase, model: SemanticModel) -> None:
    with database.writing() as cursor:
        for name in ("ticket_backlog_day", "budget"):
            *before, select = statements(name)
            values = {"now": NOW.replace(tzinfo=None)}
            for statement in before:
                cursor.execute(statement, named(statement, values))
            given = {row[0] for row in cursor.execute(f"describe {select}", named(select, values)).fetchall()}
            assert given <= model.entities[name].columns.keys()


def test_everything_is_built_and_built_again_the_same(
    database: WorkspaceDatabase, model: SemanticModel, tmp_path: Path, rows: Rows
) -> None:
    world = small_world()
    report = sync_rows(database, tmp_path, world)
    assert report.build_problems == ()
    built = sorted(name for name, entity in model.entities.items() if entity.is_built)
    tables = {name: f'select * from normalised."{model.entities[name].table}" order by all' for name in built}
    empty = {name for name, select in tables.items() if not rows(select)}
    assert empty == set()
    before = {name: rows(select) for name, select in tables.items() if name != "sync_run"}
    version = database.data_version()
    with database.writing() as cursor:
        cursor.execute("delete from state.builds")
    sync_rows(database, tmp_path, world)
    for name, found in before.items():
        assert rows(tables[name]) == found, name
    assert database.data_version() == version
