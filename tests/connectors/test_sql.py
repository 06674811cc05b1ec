"""Databases as sources, against a real PostgreSQL and a real MariaDB: every row once, typed, read-only, and guarded."""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors import Batch, Context, Cursor, JsonValue, MissingScopeError, StopError, TokenRevokedError
from connectors.access import Access
from connectors.auth import FixedCredentials
from connectors.errors import SourceDownError, UnexpectedSchemaError
from connectors.http import VendorHttp
from connectors.network import open_client
from connectors.sql import link, pages
from connectors.sql.settings import SqlSettings
from connectors.sql.source import SqlSource
from schemas import load_model
from tests.connectors.database_servers import PASSWORD, Server, mariadb, postgresql
from tests.warehouse.empty_workspace import open_empty
from warehouse import ClientAccount, ImportFileError, StreamReport, SyncOptions, Warehouse, WorkspaceDatabase, run_sync

NOW = datetime(2026, 3, 30, 15, tzinfo=UTC)
CLIENT = ClientAccount("c-one", "one", "One", timezone="Europe/Athens", report_currency="EUR")
DEALS = {
    "table": "deals",
    "entity": "deal",
    "key": ["id"],
    "cursor": "changed",
    "timezone": "Europe/Athens",
    "columns": {
        "stage": "title",
        "created_at": "opened",
        "source_updated_at": "changed",
        "amount_original": "amount",
        "currency_original": "currency",
        "deal_status": {"from": "Stage Name", "values": {"w": "won", "l": "lost"}},
    },
}
SCHEMA = {
    "postgresql": """create table if not exists deals (id bigint primary key, title text, opened timestamp,
        changed timestamptz, amount numeric(14, 4), currency text, "Stage Name" text, secret bytea)""",
    "mysql": """create table if not exists deals (id bigint primary key, title text, opened datetime(6),
        changed timestamp(6) null, amount decimal(14, 4), currency char(3), `Stage Name` text, secret blob)""",
}


@pytest.fixture(scope="module", params=["postgresql", "mariadb"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A real server with the database `shop`, which `reader` may read."""
    start = postgresql if request.param == "postgresql" else mariadb
    # Folders of pytest are closed to the user that the server runs as.
    with tempfile.TemporaryDirectory(prefix="belvedere-db-") as folder, start(Path(folder)) as running:
        yield running


@pytest.fixture(autouse=True)
def _own_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELVEDERE_ALLOWED_PRIVATE_NETS", "127.0.0.0/8, ::1")


@pytest.fixture
def deals(server: Server) -> Server:
    """The server with twelve deals, half of which changed at the same moment."""
    server.run(
        "drop view if exists open_deals",
        "drop view if exists slow",
        "drop table if exists deals",
        SCHEMA[server.dialect],
    )
    for number in range(1, 13):
        _put(server, number, f"Deal {number}", f"2026-03-{1 + number // 2:02d} 08:00:00")
    return server


def _put(server: Server, number: int, title: str, changed: str | None, amount: str = "10.1050") -> None:
    opened = "'2026-01-05 10:00:00'"
    moment = "null" if changed is None else f"'{changed}+00:00'"
    if server.dialect == "mysql":
        moment = "null" if changed is None else f"convert_tz('{changed}', '+00:00', @@session.time_zone)"
        server.run(
            f"replace into deals values ({number}, '{title}', {opened}, {moment}, {amount}, 'EUR', 'w', x'00ff')"
        )
        return
    server.run(
        f"insert into deals values ({number}, '{title}', {opened}, {moment}, {amount}, 'EUR', 'w', '\\x00ff') "
        "on conflict (id) do update set title = excluded.title, changed = excluded.changed, amount = excluded.amount"
    )


def config_of(server: Server, *tables: Mapping[str, object], **more: JsonValue) -> dict[str, JsonValue]:
    """Return the settings of a connection to the server."""
    given = {"dialect": server.dialect, "host": "localhost", "port": server.port, "database": "shop", "user": "reader"}
    settings = SqlSettings.model_validate({**given, "tls": "off", "tables": tables or (DEALS,), **more})
    return settings.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def read(
    config: Mapping[str, JsonValue],
    cursor: Cursor | None = None,
    password: str = PASSWORD,
    most: int = 1_000,
    since: datetime | None = None,
) -> list[Batch]:
    """Read the first table of a connection; stop after so many batches, as a crash does."""
    source = SqlSource()

    async def collect() -> list[Batch]:
        async with open_client() as client:
            api = VendorHttp(
                client, source.vendor, source.auths[0], FixedCredentials({"password": password}), lambda _: ""
            )
            context = Context("connection", config, NOW, since, api)
            found = []
            async for batch in source.read(context, source.streams(context)[0], cursor or Cursor()):
                found.append(batch)
                if len(found) == most:
                    break
            return found

    return asyncio.run(collect())


def look(config: Mapping[str, JsonValue], password: str = PASSWORD) -> str:
    """Return the name of the account that the connection finds."""
    source = SqlSource()

    async def ask() -> str:
        async with open_client() as client:
            api = VendorHttp(
                client, source.vendor, source.auths[0], FixedCredentials({"password": password}), lambda _: ""
            )
            return (await source.accounts(Context("connection", config, NOW, http=api)))[0].name

    return asyncio.run(ask())


def ids(batches: list[Batch]) -> list[int]:
    """Return the ids that came, in their order."""
    return [int(str(record["id"])) for batch in batches for record in batch.records]


class TestReading:
    """Which rows come, and when."""

    def test_every_row_comes_once_whatever_the_size_of_pages(
        self, deals: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for size in (1, 2, 5, 12, 13):
            monkeypatch.setattr(pages, "CHUNK_ROWS", size)
            monkeypatch.setattr(pages.TableReading.__init__, "__defaults__", (None, size))
            batches = read(config_of(deals))
            assert ids(batches) == list(range(1, 13))
            assert [one.done for one in batches] == [False] * (len(batches) - 1) + [True]

    def test_an_increment_brings_what_changed(self, deals: Server) -> None:
        cursor = read(config_of(deals))[-1].cursor
        assert ids(read(config_of(deals), cursor)) == [12]  # the overlap
        _put(deals, 3, "Changed", "2026-03-20 09:00:00")
        _put(deals, 13, "New", "2026-03-20 09:00:00")
        assert ids(read(config_of(deals), cursor)) == [12, 3, 13]

    def test_history_begins_where_the_connection_says(self, deals: Server) -> None:
        assert ids(read(config_of(deals), since=datetime(2026, 3, 6, tzinfo=UTC))) == [10, 11, 12]

    def test_what_was_committed_late_is_in_the_overlap(self, deals: Server) -> None:
        cursor = read(config_of(deals))[-1].cursor
        _put(deals, 14, "Late", "2026-03-07 07:55:00")
        assert 14 in ids(read(config_of(deals), cursor))

    def test_a_crash_after_any_batch_loses_nothing(self, deals: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pages, "CHUNK_ROWS", 2)
        for reached in range(1, 6):
            before = read(config_of(deals), most=reached)
            rest = read(config_of(deals), before[-1].cursor)
            assert set(ids(before)) | set(ids(rest)) == set(range(1, 13))
            assert len(ids(rest)) < 12 - 2 * (reached - 1) + 2

    def test_rows_without_a_cursor_value_come_each_time(self, deals: Server) -> None:
        _put(deals, 40, "Undated", None)
        first = read(config_of(deals))
        assert ids(first)[-1] == 40
        assert 40 in ids(read(config_of(deals), first[-1].cursor))

    def test_a_time_in_the_future_does_not_hide_what_comes(self, deals: Server) -> None:
        _put(deals, 50, "From 2037", "2037-01-01 00:00:00")
        cursor = read(config_of(deals))[-1].cursor
        _put(deals, 51, "From today", "2026-03-30 14:00:00")
        assert {50, 51} <= set(ids(read(config_of(deals), cursor)))

    def test_a_number_may_be_the_cursor(self, deals: Server) -> None:
        config = config_of(deals, {**DEALS, "cursor": "id", "overlap": 2})
        cursor = read(config)[-1].cursor
        _put(deals, 60, "New", "2026-01-01 00:00:00")
        assert ids(read(config, cursor)) == [10, 11, 12, 60]

    def test_an_exact_number_may_be_the_cursor(self, deals: Server) -> None:
        for number in range(1, 13):
            _put(deals, number, f"Deal {number}", "2026-03-01 08:00:00", f"{number}.1050")
        cursor = read(config_of(deals, {**DEALS, "cursor": "amount"}))[-1].cursor
        assert ids(read(config_of(deals, {**DEALS, "cursor": "amount"}), cursor)) == [12]

    def test_a_view_without_a_cursor_is_read_whole(self, deals: Server) -> None:
        deals.run("create or replace view open_deals as select * from deals where id <= 5")
        if deals.dialect == "postgresql":
            deals.run("grant select on open_deals to reader")
        config = config_of(deals, {**DEALS, "table": "open_deals", "cursor": None})
        cursor = read(config)[-1].cursor
        assert ids(read(config, cursor)) == [1, 2, 3, 4, 5]

    def test_a_key_of_two_columns_keeps_apart(self, deals: Server) -> None:
        config = config_of(deals, {**DEALS, "key": ["currency", "id"], "cursor": None})
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pages.TableReading.__init__, "__defaults__", (None, 3))
            assert ids(read(config)) == list(range(1, 13))

    def test_a_key_that_some_rows_lack_is_refused(self, deals: Server) -> None:
        deals.run("update deals set currency = null where id = 7")
        with pytest.raises(StopError, match="rows with nothing in currency"):
            read(config_of(deals, {**DEALS, "key": ["currency", "id"]}))


class TestLoading:
    """The rows as they are in the warehouse."""

    def test_rows_become_deals(self, deals: Server, tmp_path: Path) -> None:
        with Warehouse(tmp_path / "data", load_model(), threads=2) as warehouse:
            database = open_empty(warehouse)
            assert load(database, config_of(deals)).rows_new == 12
            assert _rows(database, "where source_id = '3'") == [
                ("Deal 3", "2026-01-05 08:00:00", 1011, "EUR", "won", "2026-03-02 08:00:00", "sql"),
            ]
            assert load(database, config_of(deals), apart=True).rows_new == 0
            deals.run("update deals set title = 'Renamed', changed = '2026-03-29 10:00:00' where id = 3")
            assert load(database, config_of(deals), apart=True).rows_changed == 1
            assert _rows(database, "where source_id = '3'")[0][0] == "Renamed"

    def test_rows_that_are_gone_are_marked_when_all_is_read(self, deals: Server, tmp_path: Path) -> None:
        config = config_of(deals, {**DEALS, "cursor": None, "source": "shop"})
        with Warehouse(tmp_path / "data", load_model(), threads=2) as warehouse:
            database = open_empty(warehouse)
            load(database, config)
            deals.run("delete from deals where id in (2, 5)")
            load(database, config)
            with database.reading() as cursor:
                gone = cursor.execute(
                    "select source_id, source_system from normalised.deal where is_deleted order by 1"
                ).fetchall()
            assert gone == [("2", "shop"), ("5", "shop")]

    def test_a_mapping_to_a_column_that_does_not_exist_is_refused(self, deals: Server, tmp_path: Path) -> None:
        config = config_of(deals, {**DEALS, "columns": {"stagee": "title", "created_at": "opened"}})
        with (
            Warehouse(tmp_path / "data", load_model(), threads=2) as warehouse,
            pytest.raises(ImportFileError, match="'stagee' is not a column that a file can give"),
        ):
            load(open_empty(warehouse), config)

    def test_a_mapping_to_what_no_row_can_be_is_refused(self, deals: Server, tmp_path: Path) -> None:
        for entity, said in (("deels", "Did you mean deal"), ("tickets", "rows are of the entity 'ticket'")):
            config = config_of(deals, {**DEALS, "entity": entity})
            with (
                Warehouse(tmp_path / entity, load_model(), threads=2) as warehouse,
                pytest.raises(ImportFileError, match=said),
            ):
                load(open_empty(warehouse), config)


class TestGuards:
    """What must not happen."""

    def test_rows_come_through_a_cursor_of_the_server(self, deals: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        if deals.dialect != "postgresql":
            pytest.skip("MySQL sends the rows as they are asked for, without a cursor that its log would show")
        monkeypatch.setattr(pages, "CHUNK_ROWS", 5)
        before = len(deals.log.read_text())
        read(config_of(deals))
        said = deals.log.read_text()[before:]
        assert "DECLARE" in said
        assert said.count("FETCH FORWARD 5") >= 2
        assert "set transaction read only" in said

    def test_a_statement_may_not_take_for_ever(self, deals: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(link, "STATEMENT_SECONDS", 1)
        monkeypatch.setattr(link, "_POSTGRESQL_READS", link._POSTGRESQL_READS.replace("300s", "500ms"))
        pause = "pg_sleep(9)::text" if deals.dialect == "postgresql" else "sleep(9)"
        deals.run("drop view if exists slow", f"create view slow as select id, opened, {pause} as title from deals")
        table = {**DEALS, "table": "slow", "cursor": None, "columns": {"stage": "title", "created_at": "opened"}}
        with pytest.raises(StopError, match="took too long"):
            read(config_of(deals, table))

    def test_nothing_can_be_written(self, deals: Server) -> None:
        grant = (
            "grant all on deals to reader"
            if deals.dialect == "postgresql"
            else "grant all on shop.* to reader@localhost"
        )
        deals.run(grant)
        opened = link.Link(SqlSettings.model_validate(config_of(deals)), PASSWORD, ["127.0.0.1"])
        try:
            with pytest.raises(StopError), opened.reading("Writing") as connection:
                connection.exec_driver_sql("delete from deals")
        finally:
            opened.close()
        assert len(ids(read(config_of(deals)))) == 12

    def test_names_are_quoted(self, deals: Server) -> None:
        odd = 'x"; drop table deals; -- `'
        with pytest.raises(UnexpectedSchemaError, match="no column"):
            read(config_of(deals, {**DEALS, "cursor": odd}))
        with pytest.raises(StopError, match="no table or view"):
            read(config_of(deals, {**DEALS, "table": odd}))
        quoted = (
            '"' + odd.replace('"', '""') + '"' if deals.dialect == "postgresql" else "`" + odd.replace("`", "``") + "`"
        )
        deals.run(f"alter table deals add column {quoted} int")
        assert len(ids(read(config_of(deals, {**DEALS, "columns": {"stage": odd, "created_at": "opened"}})))) == 12

    def test_private_addresses_need_the_operator(self, deals: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("BELVEDERE_ALLOWED_PRIVATE_NETS")
        with pytest.raises(StopError, match="not a public address"):
            read(config_of(deals))

    def test_a_host_cannot_smuggle_more(self, deals: Server) -> None:
        for host in ("/var/run/postgresql", "a,b", "a b", "host=x", "", "-x"):
            with pytest.raises(ValueError, match="host"):
                config_of(deals, host=host)

    def test_tls_is_checked_by_name_and_authority(self, deals: Server) -> None:
        assert len(ids(read(config_of(deals, tls="verify-full", ca=deals.ca)))) == 12
        assert len(ids(read(config_of(deals, tls="require")))) == 12
        with pytest.raises(StopError, match="certificate does not fit"):
            read(config_of(deals, tls="verify-full"))
        with pytest.raises(StopError, match="certificate does not fit"):
            read(config_of(deals, tls="verify-full", ca=deals.ca, host="127.0.0.1"))


class TestFailures:
    """What a person is told."""

    def test_a_look_names_the_database(self, deals: Server) -> None:
        assert look(config_of(deals)) == "shop at localhost"

    def test_a_wrong_password_asks_for_a_person(self, deals: Server) -> None:
        with pytest.raises(TokenRevokedError, match="does not let 'reader' in") as caught:
            look(config_of(deals), "not-the-password")
        assert "not-the-password" not in repr(caught.value)

    def test_a_table_that_may_not_be_read_is_a_missing_permission(self, deals: Server) -> None:
        deals.run("drop table if exists hidden", "create table hidden (id int primary key, title text, opened date)")
        if deals.dialect == "postgresql":
            deals.run("revoke select on hidden from reader")
            config = config_of(deals, {**DEALS, "table": "hidden", "columns": {"created_at": "opened"}, "cursor": None})
            with pytest.raises(MissingScopeError, match="Grant it select"):
                read(config)
        else:
            config = config_of(
                deals,
                {
                    **DEALS,
                    "table": "user",
                    "schema": "mysql",
                    "key": ["User"],
                    "cursor": None,
                    "columns": {"stage": "User"},
                },
            )
            with pytest.raises(MissingScopeError, match="Grant it select"):
                read(config)

    def test_a_missing_table_or_column_has_neighbours(self, deals: Server) -> None:
        with pytest.raises(StopError, match=r"'deal' \(did you mean deals"):
            look(config_of(deals, {**DEALS, "table": "deal"}))
        with pytest.raises(UnexpectedSchemaError, match=r"'titel' \(did you mean title"):
            look(config_of(deals, {**DEALS, "columns": {"stage": "titel", "created_at": "opened"}}))

    def test_a_database_that_does_not_answer_is_down(self, deals: Server) -> None:
        with pytest.raises(SourceDownError):
            look(config_of(deals, port=1))

    def test_no_such_database(self, deals: Server) -> None:
        with pytest.raises((StopError, MissingScopeError)):
            look(config_of(deals, database="shop2"))


def _rows(database: WorkspaceDatabase, where: str) -> list[tuple[object, ...]]:
    with database.reading() as cursor:
        return cursor.execute(
            "select stage, created_at::varchar, amount_original, currency_original, deal_status, "
            f"source_updated_at::varchar, source_system from normalised.deal {where}"
        ).fetchall()


def load(database: WorkspaceDatabase, config: Mapping[str, JsonValue], *, apart: bool = False) -> StreamReport:
    """Sync the connection into a workspace and return the report of its stream; `apart` in a process of its own."""
    source = SqlSource()
    access = Access(source.auths[0], FixedCredentials({"password": PASSWORD}))
    options = SyncOptions("connection", "Shop", (CLIENT,), config, NOW, access=access, apart=apart)
    return run_sync(database, source, options).streams[0]
