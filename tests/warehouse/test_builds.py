"""Built entities: rebuilt when what they read has changed, all together, and never half when one fails."""

from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from schemas import SemanticModel
from tests.warehouse.conftest import ATHENS, Load, Rows, to_mapping
from tests.warehouse.rows_source import CLIENT, NOW, Fields, RowsSource, day, sync_rows
from warehouse import ImportFileError, ImportOptions, SyncOptions, WorkspaceDatabase, build_files, builders, run_sync
from warehouse.build_context import BuildContext
from warehouse.builds import build_failures, run_builds
from warehouse.finish import finish_load
from warehouse.parameters import named, written_out

ITEM: Fields = {
    "account_id": "A",
    "valid_from": day("01-01"),
    "unit_amount_original": 5_000,
    "billing_interval": "month",
    "currency_original": "EUR",
}
TABLES = ("account_span", "account_day", "account_period", "account_cohort_month", "subscription", "mrr_movement",
          "invoice_balance_day", "cost")  # fmt: skip
WORLD: dict[str, list[Fields]] = {
    "account": [{"source_id": name, "account": f"Account {name}", "acquired_on": day("2024-03-01")} for name in "ABC"],
    "subscription_item": [ITEM, ITEM | {"account_id": "B", "ended_on": day("03-10")}],
    "invoice": [{"source_id": "i1", "account_id": "A", "issued_on": day("05-01"), "total_original": 900}],
    "payment": [{"invoice_id": "i1", "paid_at": "2025-05-10 10:00:00", "amount_original": 300}],
    "cost_entry": [{"starts_on": day("05-01"), "ends_on": day("05-31"), "cost_scope": "sales", "amount_original": 310}],
}  # fmt: skip


def contents(rows: Rows) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of the built tables, in a fixed order."""
    return {name: rows(f"select * from normalised.{name} order by all") for name in TABLES}


def test_every_build_has_its_rules_and_its_inputs(model: SemanticModel) -> None:
    declared = build_files.inputs()
    tables = {*model.entities, *declared}
    named_files = {path.name.split(".")[0] for path in build_files.FOLDER.glob("*.sql")}
    assert named_files | set(builders.BUILDERS) == set(declared)
    assert {name for name, entity in model.entities.items() if entity.is_built} <= set(declared)
    for name, read in declared.items():
        assert set(read) <= {*tables, "client_account", "fx_rate", "run"}, name
    order = build_files.ordered(declared)
    assert all(order.index(item) < order.index(name) for name in order for item in declared[name] if item in declared)


def test_builds_that_need_each_other_are_refused() -> None:
    with pytest.raises(AssertionError, match="need each other: a, b"):
        build_files.ordered({"a": ("b",), "b": ("a",)})


def test_what_is_loaded_in_parts_is_built_like_what_is_loaded_at_once(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    for name, table in reversed(list(WORLD.items())):
        sync_rows(database, tmp_path, {name: table[:1]})
    for name, table in WORLD.items():
        sync_rows(database, tmp_path, {name: table})
    in_parts = contents(rows)
    assert all(in_parts.values())
    with database.writing() as cursor:
        cursor.execute("delete from state.builds")
        for name in ("account_span", "subscription", "mrr_movement", "cost", "period_value", "invoice_open_span"):
            cursor.execute(f"delete from normalised.{name}")
        report = run_builds(cursor, database.model, NOW)
    assert set(report.moved) >= {"account_span", "subscription", "mrr_movement", "cost"}
    assert contents(rows) == in_parts


def test_a_build_runs_again_only_when_something_has_changed(database: WorkspaceDatabase, tmp_path: Path) -> None:
    sync_rows(database, tmp_path, WORLD)
    with database.writing() as cursor:
        assert run_builds(cursor, database.model, NOW).moved == ()
        built = "select built_at from state.builds where entity = 'cost'"
        before = cursor.execute(built).fetchall()
        run_builds(cursor, database.model, NOW + timedelta(hours=1))
        assert cursor.execute(built).fetchall() == before
    sync_rows(database, tmp_path, {"invoice": [*WORLD["invoice"], {"source_id": "i2", "issued_on": day("06-01")}]})
    with database.reading() as cursor:
        assert cursor.execute(built).fetchall() == before


def test_a_build_runs_when_what_it_reads_has_moved_not_when_it_has_only_run(
    database: WorkspaceDatabase, tmp_path: Path
) -> None:
    sync_rows(database, tmp_path, WORLD)
    bills = [WORLD["invoice"][0] | {"total_original": 800}]
    sync_rows(database, tmp_path, {"invoice": bills}, now=NOW + timedelta(hours=1))
    # The accounts' health was looked at and is what it was, so nothing that reads it ran.
    assert _built_since(database, NOW) == {
        "invoice_open_span",
        "invoice_balance_day",
        "account_goal",
        "health_fact",
        "metric_snapshot",
        "triangulation_point",
        "missing_rate",
    }


def test_what_was_left_out_when_another_build_failed_catches_up(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the one that failed then gives the rows that it had: what was touched meanwhile is noted no more."""

    def fails(context: BuildContext) -> str:
        del context
        return "select * from normalised.nowhere"

    sync_rows(database, tmp_path, WORLD)
    spans = rows("select * from normalised.invoice_open_span order by all")
    monkeypatch.setitem(builders.BUILDERS, "invoice_open_span", fails)
    bills = [*WORLD["invoice"], {"source_id": "i2", "account_id": "A", "issued_on": day("05-02"), "total_original": 0}]
    source, later = RowsSource(tmp_path, database.model, {"invoice": bills}), NOW + timedelta(hours=1)
    report = run_sync(database, source, SyncOptions("conn-rows", "rows", (CLIENT,), now=later))
    assert [one.entity for one in report.build_problems] == ["invoice_open_span"]
    assert "metric_snapshot" not in _built_since(database, NOW)
    monkeypatch.undo()
    with database.writing() as cursor:
        finish_load(cursor, database.model, NOW + timedelta(hours=2))
    assert rows("select * from normalised.invoice_open_span order by all") == spans
    assert {"metric_snapshot", "health_fact"} <= _built_since(database, later)


def _built_since(database: WorkspaceDatabase, moment: datetime) -> set[str]:
    with database.reading() as cursor:
        found = cursor.execute("select entity from state.builds where built_at > $1", [moment.replace(tzinfo=None)])
        return {name for (name,) in found.fetchall()}


def test_a_new_day_moves_what_goes_on(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    sync_rows(database, tmp_path, WORLD)
    version = database.data_version()
    sync_rows(database, tmp_path, WORLD, now=NOW + timedelta(days=1))
    assert rows("select max(active_on)::varchar from normalised.account_day") == [("2025-06-16",)]
    assert rows("select max(snapshot_on)::varchar from normalised.invoice_balance_day") == [("2025-06-16",)]
    assert database.data_version() > version


def test_a_build_that_fails_keeps_its_rows_and_those_that_read_it_and_says_so(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync_rows(database, tmp_path, WORLD)
    before = contents(rows)

    def fails(context: BuildContext) -> str:
        del context
        return "select * from normalised.nowhere"

    monkeypatch.setitem(builders.BUILDERS, "subscription", fails)
    more = {
        "subscription_item": [*WORLD["subscription_item"], ITEM | {"account_id": "C"}],
        "cost_entry": [*WORLD["cost_entry"], WORLD["cost_entry"][0]],
    }
    source = RowsSource(tmp_path, database.model, more)
    report = run_sync(database, source, SyncOptions("conn-rows", "rows", (CLIENT,), now=NOW))
    assert [(one.entity, "nowhere" in one.message) for one in report.build_problems] == [("subscription", True)]
    after = contents(rows)
    assert after["mrr_movement"] == before["mrr_movement"]
    assert len(after["cost"]) == 2 * len(before["cost"])
    assert rows("select account_id from normalised.account_span where account_id = 'C'") == [("C",)]
    with database.reading() as cursor:
        assert [one.entity for one in build_failures(cursor)] == ["subscription"]
    monkeypatch.undo()
    database.keep_up()  # what an idle server does
    assert rows("select count(*) from normalised.mrr_movement where account_id = 'C'") != [(0,)]
    with database.reading() as cursor:
        assert build_failures(cursor) == ()


def test_a_build_that_is_stopped_has_not_failed_and_is_made_up_for(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_stopped(context: BuildContext) -> str:
        raise duckdb.InterruptException("INTERRUPT Error: Interrupted!")

    monkeypatch.setitem(builders.BUILDERS, "subscription", is_stopped)
    with pytest.raises(duckdb.InterruptException):
        sync_rows(database, tmp_path, WORLD)
    assert rows("select count(*) from normalised.mrr_movement") == [(0,)]
    with database.reading() as cursor:
        assert build_failures(cursor) == ()
    monkeypatch.undo()
    database.keep_up()
    assert rows("select count(*) from normalised.mrr_movement") != [(0,)]


def test_a_build_with_two_rows_of_one_key_is_refused(
    database: WorkspaceDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubles(context: BuildContext) -> str:
        del context
        return "select 'c1' as client_account_id, 'x' as cost_entry_id, date '2025-01-01' as cost_on from range(2)"

    monkeypatch.setitem(builders.BUILDERS, "cost", doubles)
    source = RowsSource(tmp_path, database.model, WORLD)
    report = run_sync(database, source, SyncOptions("conn-rows", "rows", (CLIENT,), now=NOW))
    (problem,) = report.build_problems
    assert problem.message == (
        "Costs by day: the build gives several rows for client_account_id = c1, cost_entry_id = x, "
        "cost_on = 2025-01-01. It must give one."
    )


def test_values_are_bound_where_they_are_named() -> None:
    values = {"today": day("06-15"), "scope": "it's", "days": 3, "none": None}
    sql = "select $today -- the day's $days\n, '$scope', $scope"
    assert named(sql, values) == {"today": day("06-15"), "scope": "it's"}
    assert written_out("select $today, $scope, $days, $none, $other", values) == (
        "select date '2025-06-15', 'it''s', 3, null, $other"
    )


@pytest.mark.parametrize(
    ("entity", "why"), [("account_span", "made from other entities"), ("cost_lagged", "a second view of 'cost'")]
)
def test_what_is_built_cannot_be_loaded(database: WorkspaceDatabase, tmp_path: Path, entity: str, why: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id\n1\n")
    mapping = to_mapping(f"entity: {entity}\nkey: [id]\ncolumns: {{source_id: id}}")
    with pytest.raises(
        ImportFileError, match=f"'{entity}' cannot be loaded: its rows are {why}. Choose one of: account, "
    ):
        database.import_file(path, ImportOptions(mapping, ATHENS))


def test_files_of_accounts_and_invoices_are_loaded_and_built(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    invoices = tmp_path / "invoices.csv"
    invoices.write_text(
        "number;customer;date;due;net;vat;gross;state\n"
        "R-1;k1;01.03.2025;31.03.2025;1.000,00;240,00;1.240,00;offen\n"
        "R-2;k2;05.03.2025;;50,00;12,00;62,00;bezahlt\n"
        "R-3;k2;soon;;1,00;0,00;1,00;offen\n"
    )
    mapping = to_mapping(
        """
        entity: invoice
        source: books
        key: [number]
        decimal_comma: true
        delimiter: ";"
        columns:
          invoice_number: number
          account_id: customer
          issued_on: {from: date, format: "%d.%m.%Y"}
          due_on: {from: due, format: "%d.%m.%Y"}
          subtotal_original: net
          tax_original: vat
          total_original: gross
          invoice_status: {from: state, values: {offen: open, bezahlt: paid}}
        """
    )
    report = database.import_file(invoices, ImportOptions(mapping, ATHENS))
    assert (report.rows_loaded, report.rows_quarantined, report.build_problems) == (2, 1, ())
    assert (str(report.first_day), str(report.last_day)) == ("2025-03-01", "2025-03-05")
    accounts = tmp_path / "accounts.csv"
    accounts.write_text("id,name,segment,won\nk1,Kappa,Large,2024-01-05\nk2,Lambda,Small,2025-02-01\n")
    columns = "{source_id: id, account: name, segment: segment, acquired_on: won}"
    crm = to_mapping(f"entity: account\nsource: crm\ncolumns: {columns}")
    database.import_file(accounts, ImportOptions(crm, ATHENS))
    assert rows(
        "select invoice_number, account, segment, total, payment_terms_days from normalised.invoice order by 1"
    ) == [
        ("R-1", "Kappa", "Large", 124_000, 30.0),
        ("R-2", "Lambda", "Small", 6_200, None),
    ]
    assert rows("select account_id, account, started_on::varchar from normalised.account_span order by 1") == [
        ("k1", "Kappa", "2024-01-05"),
        ("k2", "Lambda", "2025-02-01"),
    ]
    assert rows(
        """select invoice_id, account, amount_due, aging_bucket from normalised.invoice_balance_day
           where snapshot_on = '2025-04-10'"""
    ) == [("R-1", "Kappa", 124_000, "1–30")]


def test_a_deferred_import_leaves_the_builds_to_the_next(database: WorkspaceDatabase, load: Load, rows: Rows) -> None:
    """Many files in a row are built from once; what the rows say themselves is seen at once."""
    count = "select count(*) from normalised.ticket_backlog_day"
    load("id,created,solved,channel,seconds\n1,2025-01-01 10:00:00,2025-01-05 10:00:00,mail,5\n")
    assert rows("select count(*) from normalised.ticket") == [(1,)]
    assert rows(count) == [(0,)]
    with database.writing() as cursor:
        finish_load(cursor, database.model)
    assert rows(count) != [(0,)]
