"""A client account leaves a workspace's file: no byte of it stays, or nothing but it goes along."""

import threading
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.conftest import SIMPLE, to_mapping
from tests.warehouse.rows_source import NOW, RowsSource
from warehouse import (
    ClientAccount,
    Holdings,
    ImportOptions,
    SyncOptions,
    WorkspaceBusyError,
    WorkspaceDatabase,
    WorkspaceSettings,
    forget_client,
    hand_over_client,
    parse_hours,
    publish,
    run_sync,
)
from warehouse.doors import Doors

# Long enough to be found in compressed blocks as well, and in every place where text of a client account can lie.
ZEBRA = ClientAccount("c-zebra0marker", "zebra0marker", "Zebra0marker Ltd", account_owner="zebra0marker person")
OTTER = ClientAccount("c-otter0marker", "otter0marker", "Otter0marker Ltd")
BOTH = (ZEBRA, OTTER)
FILE = "id,created,solved,channel,seconds,{m} column\n" + "".join(
    f"{{m}}-{number},2025-03-01 10:00:00,2025-03-01 11:00:00,{{m}} channel {number},{number * 10}x,{{m}} cell\n"
    for number in range(50)
)


def _filled(database: WorkspaceDatabase, folder: Path) -> Holdings:
    """Load files, a connection of each client account and a connection that both share."""
    database.put_settings(WorkspaceSettings(), BOTH, parse_hours({"schedules": [_hours(one.slug) for one in BOTH]}))
    for client in BOTH:
        path = folder / f"{client.slug}.csv"
        path.write_text(FILE.format(m=client.slug))
        database.import_file(path, ImportOptions(to_mapping(SIMPLE), client, defer=True))
        rows = [{"account": f"{client.slug} account {number}", "client": client.slug} for number in range(40)]
        own = RowsSource(folder, database.model, {"account": rows}, f"own_{client.slug[:5]}")
        run_sync(database, own, SyncOptions(f"conn-{client.slug}", f"own {client.slug}", (client,), now=NOW))
    named = [
        {"source_id": f"{slug}-{number}", "client": slug, "account": f"{slug} shared {number}"}
        for slug in ("zebra0marker", "otter0marker", "stranger")
        for number in range(40)
    ]
    shared = RowsSource(folder, database.model, {"account": named}, "shared")
    options = SyncOptions("conn-shared", "shared by both", BOTH, now=NOW)
    run_sync(database, shared, options)
    return Holdings(ZEBRA, frozenset({f"conn-{ZEBRA.slug}"}), ((shared, options),))


def _hours(slug: str) -> dict[str, object]:
    return {"client": slug, "timezone": "UTC", "hours": {"monday": ["09:00-17:00"]}}


def _texts(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return all that is in every table of a file as text, with the names of its columns."""
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where schema_name not in ('main', 'temp') order by all"
    ).fetchall()
    found = {}
    for schema, table in tables:
        rows = connection.execute(f'select * from "{schema}"."{table}"')
        names = [column[0] for column in rows.description or ()]
        found[f"{schema}.{table}"] = f"{names} {rows.fetchall()}".lower()
    return found


def test_a_client_takes_its_own_rows_along_and_no_byte_of_it_stays(database: WorkspaceDatabase, tmp_path: Path) -> None:
    holdings, target = _filled(database, tmp_path), tmp_path / "zebra.duckdb"
    publish(database)
    (database.places.spool("main") / "left.ndjson").write_text("zebra0marker")
    with database.reading() as cursor:
        cursor.execute("checkpoint")
        before = _texts(cursor)
        zebras, otters = (_accounts(cursor, client) for client in BOTH)
    assert len({name for name, text in before.items() if "zebra0marker" in text}) > 10
    assert b"zebra0marker" in database.path.read_bytes().lower()

    taken = hand_over_client(database, holdings, target)

    with duckdb.connect(str(target), read_only=True) as own:
        assert {name for name, text in _texts(own).items() if "otter0marker" in text or "stranger" in text} == set()
        assert _accounts(own, ZEBRA) == zebras
        assert own.execute("select count(*) from normalised.ticket").fetchone() == (50,)
    assert (taken["normalised.account"], taken["raw.shared__account"]) == (80, 40)
    assert b"otter0marker" not in target.read_bytes().lower()
    assert not list(database.places.data_dir.glob("handing-over-*"))
    with database.reading() as cursor:
        assert _texts(cursor) == before  # nothing of the workspace has moved

    counts = forget_client(database, holdings)

    with database.reading() as cursor:
        assert {name for name, text in _texts(cursor).items() if "zebra0marker" in text} == set()
        assert _accounts(cursor, OTTER) == otters
        assert cursor.execute("select distinct _owner, count(*) from raw.shared__account group by all").fetchall() == [
            ("conn-shared", 80)  # the strangers stay: nobody knows whose they are
        ]
    assert len(otters) == 80
    assert [one.id for one in database.client_accounts()] == [OTTER.id]
    assert {name: counts[name] for name in ("normalised.account", "normalised.ticket", "state.files")} == {
        "normalised.account": 80,
        "normalised.ticket": 50,
        "state.files": 1,
    }
    left = [one for one in database.places.data_dir.rglob("*") if one.is_file()]
    assert [one for one in left if b"zebra0marker" in one.read_bytes().lower()] == []
    # The file goes on being used: whoever is left syncs again, and nobody is brought back.
    shared, options = holdings.shared[0]
    run_sync(database, shared, SyncOptions("conn-shared", "shared", (OTTER,), now=options.now, named=True))
    with database.reading() as cursor:
        assert _accounts(cursor, OTTER) == otters


def _accounts(connection: duckdb.DuckDBPyConnection, client: ClientAccount) -> list[tuple[object, ...]]:
    return connection.execute(
        "select client_account_id, source_system, source_id, account, account_owner from normalised.account "
        "where client_account_id = $1 order by all",
        [client.id],
    ).fetchall()


def test_doors_let_readers_finish_and_make_new_ones_wait() -> None:
    doors, heard = Doors(), []
    with doors.open():
        with pytest.raises(WorkspaceBusyError), doors.closed(0.01):
            pass

        def close() -> None:
            with doors.closed(30):
                heard.append("alone")

        closing = threading.Thread(target=close)
        closing.start()
        with doors.open():  # who reads already goes deeper
            heard.append("deeper")
    closing.join(30)
    with doors.open():
        heard.append("after")
    assert heard == ["deeper", "alone", "after"]
