"""Two sources of one figure side by side: values, tolerance, reasons; and what each load brought."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas import Query, Scope, compile_query
from tests.warehouse.conftest import Load, Rows
from tests.warehouse.rows_source import CLIENT, NOW, Row, RowsSource, sync_rows
from warehouse import ClientAccount, SyncOptions, WorkspaceDatabase, run_sync

POINTS = """select triangulation_pair, compared_on::varchar, round(value_a, 4), round(value_b, 4), tolerance_status,
                   difference_reason from normalised.triangulation_point order by 1, 2"""
EUR: dict[str, object] = {"currency_original": "EUR"}


def test_our_first_reply_against_the_sources_own(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    def ticket(on: str, seconds: int, vendor: int | None) -> dict[str, object]:
        return {"created_at": f"2025-05-{on} 08:00:00", "first_reply_at": f"2025-05-{on} 08:{seconds // 60:02}:00",
                "bot_replies": 0, "vendor_frt_seconds": vendor}  # fmt: skip

    tickets = [
        ticket("01", 600, 600), ticket("01", 1200, 1300), ticket("01", 60, None),
        ticket("02", 600, 635), ticket("03", 600, None),
        {"created_at": "2025-05-04 08:00:00", "vendor_frt_seconds": 60},
        ticket("05", 1200, 600) | {"frt_business_seconds": 610},
    ]  # fmt: skip
    report = sync_rows(database, tmp_path, {"ticket": tickets})
    assert report.build_problems == ()
    assert rows(POINTS) == [
        ("first reply", "2025-05-01", 900.0, 950.0, "outside", "unexplained"),
        ("first reply", "2025-05-02", 600.0, 635.0, "outside", "unexplained"),
        ("first reply", "2025-05-05", 1200.0, 600.0, "outside", "the source counts business hours"),
    ]
    sync_rows(database, tmp_path, {"ticket": [ticket("01", 600, 610)] * 2 + tickets[2:]})
    assert rows(POINTS)[0] == ("first reply", "2025-05-01", 600.0, 610.0, "within", None)
    assert rows(
        "select distinct metric_id, source_a, source_b, length(definition_version) from normalised.triangulation_point"
    ) == [("frt_avg_seconds", "computed from events", "rows", 12)]


def test_money_by_month_in_major_units(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    def won(on: str, account: str | None, **more: object) -> Row:
        return EUR | {"created_at": "2025-01-01 08:00:00", "closed_at": f"2025-{on} 08:00:00", "deal_status": "won",
                      "account_id": account} | more  # fmt: skip

    def invoice(on: str, total: int, **more: object) -> Row:
        return EUR | {"kind": "invoice", "invoice_status": "paid", "issued_on": f"2025-{on}", "total_original": total,
                      "paid_on": f"2025-{on}", "amount_paid_original": total} | more  # fmt: skip

    def payment(on: str, amount: int, **more: object) -> Row:
        return EUR | {"kind": "payment", "payment_status": "succeeded", "paid_at": f"2025-{on} 08:00:00",
                      "amount_original": amount, "invoice_id": "1"} | more  # fmt: skip

    tables = {
        "deal": [
            won("03-02", "a"),
            won("03-30", "b"),
            won("04-01", "c"),
            won("04-02", "d"),
            won("04-03", "d", is_new_business=False),
            won("04-04", None),
            won("05-01", "a"),
            won("06-01", "e"),
        ],
        "invoice": [
            invoice("03-15", 110_000, account_id="b"),
            invoice("04-15", 12_000, account_id="c"),
            invoice("04-01", 900, account_id="a", kind="credit_note"),
            invoice("06-02", 500, account_id="a"),
        ],
        "payment": [payment("03-20", 110_000), payment("04-20", 11_000), payment("04-21", 500, invoice_id=None)],
    }
    report = sync_rows(database, tmp_path, tables)
    assert report.build_problems == ()
    assert rows(POINTS) == [
        ("invoices and payments", "2025-03-01", 1_100.0, 1_100.0, "within", None),
        ("invoices and payments", "2025-04-01", 120.0, 115.0, "outside", "payments without an invoice"),
        ("won and invoiced", "2025-03-01", 2, 2, "within", None),
        ("won and invoiced", "2025-04-01", 2, 1, "outside", "not invoiced yet"),
        ("won and invoiced", "2025-05-01", 1, 1, "within", None),
    ]
    unknown = payment("04-22", 100, currency_original="XCD")
    sync_rows(database, tmp_path, {"payment": [*tables["payment"], unknown]})
    assert rows(POINTS)[1][5] == "missing exchange rate"


def test_revenue_and_spend_of_a_month_in_three_books(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    def ads(on: str, spend: int, value: int | None, **more: object) -> Row:
        return EUR | {"performed_on": f"2025-{on}", "platform": "Search", "is_settled": True, "spend_original": spend,
                      "conversion_value_original": value} | more  # fmt: skip

    def visits(on: str, revenue: int, medium: str = "cpc", **more: object) -> Row:
        return EUR | {"visited_on": f"2025-{on}", "traffic_medium": medium, "is_sampled": False,
                      "purchase_revenue_original": revenue} | more  # fmt: skip

    def invoice(on: str, total: int) -> Row:
        return EUR | {"kind": "invoice", "invoice_status": "open", "issued_on": f"2025-{on}", "total_original": total}

    def cost(on: str, until: str, amount: int, category: str = "ads", **more: object) -> Row:
        return EUR | {"starts_on": f"2025-{on}", "ends_on": f"2025-{until}", "cost_category": category,
                      "amount_original": amount} | more  # fmt: skip

    tables: dict[str, list[Row]] = {
        "ad_performance_day": [
            ads("03-01", 6_000, 50_000), ads("03-31", 4_000, 50_000), ads("04-01", 10_000, None),
            ads("05-01", 10_000, 10_000), ads("06-01", 10_000, 10_000),
        ],
        "web_session_day": [
            visits("03-02", 81_000), visits("03-03", 19_000, "organic"), visits("04-02", 50_000),
            visits("05-02", 5_000, is_sampled=True), visits("06-02", 10_000), visits("02-02", 0),
        ],
        "invoice": [invoice("02-10", 500), invoice("03-10", 95_000), invoice("04-10", 90_000), invoice("05-10", 100)],
        "cost_entry": [
            cost("03-01", "04-30", 61 * 330), cost("03-01", "03-31", 90_000, "salary"),
            cost("05-01", "05-31", 12_000), cost("05-01", "05-31", 12_000, currency_original="XCD"),
        ],
    }  # fmt: skip
    sync_rows(database, tmp_path, tables)
    assert rows(POINTS) == [
        ("ad spend and ad invoices", "2025-03-01", 100.0, 102.3, "within", None),
        ("ad spend and ad invoices", "2025-04-01", 100.0, 99.0, "within", None),
        ("ad spend and ad invoices", "2025-05-01", 100.0, 120.0, "outside", "missing exchange rate"),
        ("ads revenue and web revenue", "2025-03-01", 1_000.0, 810.0, "within", None),
        ("ads revenue and web revenue", "2025-05-01", 100.0, 50.0, "outside", "web data is sampled"),
        ("web revenue and invoices", "2025-03-01", 1_000.0, 950.0, "within", None),
        ("web revenue and invoices", "2025-04-01", 500.0, 900.0, "outside", "sales outside the site"),
        ("web revenue and invoices", "2025-05-01", 50.0, 1.0, "outside", "web data is sampled"),
    ]


def test_satisfaction_and_customers_in_two_systems(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    def answer(on: str, value: int) -> Row:
        return {"kind": "csat", "raw_value": value, "scale_min": 1, "scale_max": 5, "is_completed": True,
                "is_primary": True, "responded_at": f"2025-{on} 08:00:00"}  # fmt: skip

    def customer(number: int, **more: object) -> Row:
        return {"source_id": f"a{number}", "acquired_on": "2025-04-10", "is_customer": True} | more

    def item(number: int, since: str, **more: object) -> Row:
        return EUR | {"account_id": f"a{number}", "valid_from": f"2025-{since}", "unit_amount_original": 5_000,
                      "billing_interval": "month"} | more  # fmt: skip

    desk: dict[str, list[Row]] = {
        "ticket": [{"created_at": "2025-04-01 08:00:00"}],
        "survey_response": [answer("04-02", 5)] * 9 + [answer("04-03", 1)] + [answer("05-02", 5)] * 40,
        "account": [customer(1), customer(2), customer(3, churned_on="2025-05-31"), customer(4, is_customer=False)],
    }
    tool: dict[str, list[Row]] = {
        "survey_response": [answer("04-09", 5), answer("04-09", 2)] + [answer("05-09", 5)] * 39,
        "subscription_item": [item(1, "04-11"), item(2, "05-31"), item(5, "04-01", is_metered=True)],
    }
    sync_rows(database, tmp_path, desk, name="desk")
    assert rows(POINTS) == []
    sync_rows(database, tmp_path, tool, name="tool")
    assert rows(POINTS) == [
        ("customers and subscriptions", "2025-04-01", 3, 1, "outside", "customers without a subscription"),
        ("customers and subscriptions", "2025-05-01", 2, 2, "within", None),
        ("help desk and survey tool", "2025-04-01", 0.9, 0.5, "outside", "few answers"),
        ("help desk and survey tool", "2025-05-01", 1.0, 1.0, "within", None),
    ]
    assert rows("select distinct source_a, source_b from normalised.triangulation_point") == [("desk", "tool")]


def test_conversions_of_ads_against_key_events_of_paid_visits(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    def ads(on: str, conversions: float, **more: object) -> Row:
        return {"performed_on": on, "platform": "Search", "conversions": conversions, "is_settled": True} | more

    def visits(on: str, events: float, **more: object) -> Row:
        return {"visited_on": on, "traffic_medium": "cpc", "key_events": events, "is_sampled": False} | more

    tables = {
        "ad_performance_day": [
            ads("2025-05-01", 6), ads("2025-05-01", 4), ads("2025-05-02", 10), ads("2025-05-03", 10, is_settled=False),
            ads("2025-05-04", 10, source_timezone="UTC"), ads("2025-05-05", 0), ads("2025-05-06", 5),
            ads("2025-05-07", 5),
        ],
        "web_session_day": [
            visits("2025-05-01", 12), visits("2025-05-01", 50, traffic_medium="organic"), visits("2025-05-02", 13),
            visits("2025-05-03", 3), visits("2025-05-04", 3, source_timezone="Asia/Tokyo"), visits("2025-05-05", 1),
            visits("2025-05-06", 1, is_sampled=True), visits("2025-05-08", 1),
        ],
    }  # fmt: skip
    sync_rows(database, tmp_path, tables)
    assert rows(POINTS) == [
        ("ads and web", "2025-05-01", 10.0, 12.0, "within", None),
        ("ads and web", "2025-05-02", 10.0, 13.0, "outside", "attribution differs"),
        ("ads and web", "2025-05-03", 10.0, 3.0, "outside", "conversions are not settled"),
        ("ads and web", "2025-05-04", 10.0, 3.0, "outside", "time zones differ"),
        ("ads and web", "2025-05-05", 0.0, 1.0, "outside", "attribution differs"),
        ("ads and web", "2025-05-06", 5.0, 1.0, "outside", "web data is sampled"),
    ]


RUNS = """select entity_name, client_account_id, sync_state, row_count, restated_rows, sampled_rows, error_count,
                 fx_missing_rows, data_through::varchar, is_latest, error_code
          from normalised.sync_run order by started_at, entity_name, client_account_id"""


def test_what_each_load_brought(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    deal = EUR | {"created_at": "2025-06-01 08:00:00", "deal_status": "open", "amount_original": 100}
    visit = {"visited_on": "2025-06-14", "is_sampled": True}
    tables: dict[str, list[Row]] = {
        "deal": [deal, deal | {"currency_original": "XCD"}, {"deal_status": "open"}],
        "web_session_day": [visit, visit | {"is_sampled": False}],
    }
    sync_rows(database, tmp_path, tables)
    assert rows(RUNS) == [
        ("deal", "c1", "succeeded", 2, 0, None, 1, 1, "2025-06-14", True, None),
        ("web_session_day", "c1", "succeeded", 2, 0, 1, 0, 0, "2025-06-14", True, None),
    ]
    version = database.data_version()
    for hour in (13, 14):  # nothing new: the data version stays, and of such loads the last one of a day
        sync_rows(database, tmp_path, tables, now=datetime(2025, 6, 15, hour, tzinfo=UTC))
    assert database.data_version() == version
    assert [(row[0], row[3], row[9]) for row in rows(RUNS)] == [
        ("deal", 2, False),
        ("web_session_day", 2, False),
        ("deal", 0, True),
        ("web_session_day", 0, True),
    ]
    assert rows("select max(ended_at)::varchar, min(promised_lag_hours) from normalised.sync_run") == [
        ("2025-06-15 14:00:00", 36.0)
    ]
    sync_rows(database, tmp_path, {"deal": [deal | {"stage": "new"}]}, now=datetime(2025, 6, 16, 1, tzinfo=UTC))
    assert rows(
        """select row_count, restated_rows, synced_on::varchar from normalised.sync_run
           where entity_name = 'deal' and is_latest"""
    ) == [(1, 1, "2025-06-16")]


def test_a_load_that_failed_is_remembered(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    source = RowsSource(tmp_path, database.model, {"lead": [{"created_at": "2025-06-01 08:00:00"}]})
    (source.staging / "lead.sql").write_text("select * from no_such_table")
    with pytest.raises(Exception, match="no_such_table"):
        run_sync(database, source, SyncOptions("conn", "Rows", (CLIENT,), now=NOW))
    with database.reading() as cursor:
        found = cursor.execute("select entity, run_state, row_count, error_code from state.runs").fetchall()
    assert found == [("lead", "failed", 0, "UnexpectedSchemaError")]


def test_how_far_behind_a_list_without_changes_is(database: WorkspaceDatabase, tmp_path: Path, load: Load) -> None:
    def behind(now: datetime) -> tuple[object, ...]:
        query = Query("freshness", (), ("data_through", "lag_hours", "sources_stale_count"), Scope(frozenset({"c1"})),
                      now=now)  # fmt: skip
        compiled = compile_query(database.model, query)
        with database.reading() as cursor:
            return cursor.execute(compiled.sql, list(compiled.parameters)).fetchall()[0]

    tables: dict[str, list[Row]] = {
        "user_agent": [{"agent": "Ada", "active_from": "2023-01-01"}],
        "lead": [{"created_at": "2024-06-01 08:00:00"}],
    }
    sync_rows(database, tmp_path, tables)
    noon = datetime(2025, 6, 15, 12)  # noqa: DTZ001 - UTC by definition
    assert behind(noon) == ("20250614", 12.0, 0)
    sync_rows(database, tmp_path, tables, now=NOW + timedelta(days=2))  # nothing new is no delay
    assert behind(noon + timedelta(days=2)) == ("20250616", 12.0, 0)
    assert behind(noon + timedelta(days=4)) == ("20250616", 60.0, 2)
    source = RowsSource(tmp_path, database.model, {"lead": [{"created_at": "2025-06-19 08:00:00"}]})
    (source.staging / "lead.sql").write_text("select * from no_such_table")
    with pytest.raises(Exception, match="no_such_table"):
        run_sync(database, source, SyncOptions("conn-rows", "rows", (CLIENT,), now=NOW + timedelta(days=4)))
    assert behind(noon + timedelta(days=4)) == ("20250616", 60.0, 2)  # a load that fails tells nothing new
    accounts = "entity: account\nsource: crm\nkey: [id]\ncolumns: {source_id: id, account: name, acquired_on: day}"
    load("id,name,day\n1,Acme,2023-04-01\n", accounts, client=CLIENT)
    assert behind(noon + timedelta(days=4)) == ("20250616", 60.0, 2)  # nor does a list from a file


def test_each_client_account_of_a_connection_has_its_own_line(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    clients = (CLIENT, ClientAccount("c2", "two", "Two"))
    leads: list[Row] = [
        {"created_at": "2025-06-01 08:00:00"},
        {"created_at": "2025-06-02 08:00:00", "client": "two"},
        {"created_at": "2025-06-03 08:00:00", "client": "two"},
    ]
    sync_rows(database, tmp_path, {"lead": leads}, clients=clients)
    assert [(row[1], row[3], row[8]) for row in rows(RUNS)] == [("c1", 1, "2025-06-14"), ("c2", 2, "2025-06-14")]
