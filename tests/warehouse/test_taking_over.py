"""An account that was removed and linked again, for the same client account or another: its rows count once, there."""

from pathlib import Path

from tests.warehouse.conftest import Rows
from tests.warehouse.rows_source import CLIENT, NOW, Row, RowsSource, Tables
from warehouse import ClientAccount, SyncOptions, WorkspaceDatabase, run_sync, take_along, take_over

OTHER = ClientAccount("c2", "two", "Two", report_currency="EUR")


def ticket(name: str) -> Row:
    return {"source_id": name, "created_at": "2025-03-05 10:00:00", "client": None}


ALL: Tables = {
    "ticket": [ticket(f"t{number}") for number in (1, 2, 3, 4)],
    "contact": [{"source_id": "p1", "contact_name": "Ada", "client": None}],
}
LATER: Tables = {**ALL, "ticket": [ticket("t4"), ticket("t9")]}  # the source has forgotten the oldest since


def sync(
    database: WorkspaceDatabase, folder: Path, tables: Tables, reads: tuple[str, str], client: ClientAccount
) -> bool:
    """Sync a connection that reads an account, as the job does it; return whether it took rows over."""
    connection, account = reads
    source = RowsSource(folder, database.model, tables, "desk")
    options = SyncOptions(connection, f"desk {connection}", (client,), now=NOW)
    taken = take_over(database, source, options, account)
    take_along(database, source, options)
    assert run_sync(database, source, options).build_problems == ()
    assert not take_over(database, source, options, account)
    return taken


def test_rows_go_on_at_the_client_account_that_has_the_account_now(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    database.put_client_accounts([CLIENT, OTHER])

    def tickets() -> list[tuple[object, ...]]:
        return rows("select client_account_id, connection_id, connection, source_id from normalised.ticket order by 4")

    assert not sync(database, tmp_path, ALL, ("first", "x"), CLIENT)
    assert not sync(database, tmp_path, {"ticket": [ticket("t5")]}, ("beside", "another"), CLIENT)
    assert sync(database, tmp_path, LATER, ("second", "x"), OTHER)
    moved = [("c2", "second", "desk second", name) for name in ("t1", "t2", "t3", "t4", "t9")]
    assert tickets() == [*moved[:4], ("c1", "beside", "desk beside", "t5"), moved[4]]
    assert rows("select client_account_id, contact_name from normalised.contact") == [("c2", "Ada")]
    # Back at the first client account, under a third connection; nothing is left behind, in raw either.
    assert sync(database, tmp_path, LATER, ("third", "x"), CLIENT)
    assert {row[:2] for row in tickets()} == {("c1", "third"), ("c1", "beside")}
    assert rows("select _owner, count(*) from raw.desk__ticket group by 1 order by 1") == [("beside", 1), ("third", 5)]
