"""Syncs: rows and cursor move together, resume where they stood, and never half."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors import Batch, Context, Cursor, DeleteSignal, JsonValue, SourceDownError, Stream, SyncMode, Window
from warehouse import (
    ClientAccount,
    DuplicateKeyError,
    ImportOptions,
    Mapping,
    SyncOptions,
    Warehouse,
    WorkspaceDatabase,
    renormalise_files,
    renormalise_source,
    run_sync,
)
from warehouse.reports import Progress

CLIENT = ClientAccount("c1", "one", "One", timezone="Europe/Athens")
OTHER = ClientAccount("c2", "two", "Two", timezone="America/New_York")
NOW = datetime(2025, 3, 1, tzinfo=UTC)
Record = dict[str, JsonValue]

STAGING = """
select _line, _key, _key as source_id, client as client_slug, channel,
    try_cast(created as timestamptz)::timestamp as created_at,
    case when try_cast(created as timestamptz) is null then created end as created_at__raw,
    try_cast(seconds as double) as handle_seconds,
    case when try_cast(seconds as double) is null then seconds end as handle_seconds__raw
from records
"""


class ListSource:
    """A real source over lists of records: the cursor counts what was given; it may break at a place."""

    id = "list"
    label = "List"

    def __init__(
        self, staging: Path, batches: list[list[Record]], *, mode: SyncMode = SyncMode.INCREMENTAL,
        deletes: DeleteSignal = DeleteSignal.NONE, breaks_at: int | None = None, tombstones: list[Record] | None = None,
    ) -> None:  # fmt: skip
        self.staging = staging
        self.batches = batches
        self.breaks_at = breaks_at
        self.tombstones = tombstones or []
        self.stream = Stream("tickets", ("id",), ("ticket",), "updated", mode, deletes)

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the one stream."""
        return (self.stream,)

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield the lists that come after the cursor."""
        start = cursor.value.get("done", 0)
        assert isinstance(start, int)
        for number in range(start, len(self.batches)):
            if number == self.breaks_at:
                raise SourceDownError("The list is down.", source=self.id, stream=stream.name)
            done = number == len(self.batches) - 1
            yield Batch(self.batches[number], Cursor({"done": number + 1}), done, self.tombstones if done else [], 4)
        if start >= len(self.batches):
            yield Batch([], cursor, done=True, tombstones=self.tombstones)


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    """A folder with the staging SELECT."""
    folder = tmp_path / "staging"
    folder.mkdir()
    (folder / "ticket.sql").write_text(STAGING)
    return folder


def record(number: int, updated: int = 1, **more: JsonValue) -> Record:
    """Return one record."""
    made: Record = {"id": number, "updated": updated, "client": "one", "channel": "web"}
    made |= {"created": "2025-01-05T23:30:00Z", "seconds": 5}
    return made | more


def options(*clients: ClientAccount) -> SyncOptions:
    """Return what a sync needs."""
    return SyncOptions("conn-1", "My list", clients or (CLIENT,), now=NOW)


def tickets(database: WorkspaceDatabase, columns: str = "source_id, channel") -> list[tuple[object, ...]]:
    """Return the listed tickets."""
    with database.reading() as cursor:
        return cursor.execute(f"select {columns} from normalised.ticket where is_listed order by source_id").fetchall()


def test_new_changed_and_unchanged_records_are_told_apart(database: WorkspaceDatabase, staging: Path) -> None:
    first = run_sync(database, ListSource(staging, [[record(1), record(2)]]), options())
    assert (first.records, first.streams[0].rows_new, first.data_version) == (2, 2, database.data_version())
    source = ListSource(staging, [[], [record(1), record(2, 2, channel="phone"), record(3)]])
    second = run_sync(database, source, options()).streams[0]
    assert (second.rows_new, second.rows_changed, second.rows_unchanged) == (1, 1, 1)
    assert tickets(database) == [("1", "web"), ("2", "phone"), ("3", "web")]


def test_an_older_version_never_wins(database: WorkspaceDatabase, staging: Path) -> None:
    run_sync(database, ListSource(staging, [[record(1, 5, channel="new"), record(1, 4, channel="old")]]), options())
    assert tickets(database) == [("1", "new")]
    run_sync(database, ListSource(staging, [[], [record(1, 3, channel="older")]]), options())
    assert tickets(database) == [("1", "new")]


def test_a_broken_read_keeps_what_was_committed_and_goes_on_from_there(
    database: WorkspaceDatabase, staging: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.extraction.COMMIT_ROWS", 1)
    batches = [[record(1)], [record(2)], [record(3)]]
    with pytest.raises(SourceDownError):
        run_sync(database, ListSource(staging, batches, breaks_at=2), options())
    assert tickets(database) == [("1", "web"), ("2", "web")]
    assert list(database.places.spool("main").iterdir()) == []
    report = run_sync(database, ListSource(staging, batches), options())
    assert report.records == 1
    assert tickets(database) == [("1", "web"), ("2", "web"), ("3", "web")]


def test_nothing_new_moves_nothing(database: WorkspaceDatabase, staging: Path) -> None:
    source = ListSource(staging, [[record(1)]])
    run_sync(database, source, options())
    version = database.data_version()
    run_sync(database, source, options())
    assert database.data_version() == version


def test_bad_cells_and_rows_go_to_the_quarantine(database: WorkspaceDatabase, staging: Path) -> None:
    report = run_sync(
        database, ListSource(staging, [[record(1, seconds="many"), record(2, created="soon"), record(3)]]), options()
    )
    assert (report.streams[0].rows_quarantined, report.streams[0].cells_quarantined) == (1, 1)
    assert tickets(database, "source_id, handle_seconds") == [("1", None), ("3", 5.0)]
    assert [(entry.origin, entry.column, entry.value) for entry in database.quarantine()] == [
        ("My list: tickets", "handle_seconds", "many"),
        ("My list: tickets", "created_at", "soon"),
    ]


def test_records_of_several_client_accounts_follow_their_own_zone(database: WorkspaceDatabase, staging: Path) -> None:
    run_sync(database, ListSource(staging, [[record(1), record(2, client="two")]]), options(CLIENT, OTHER))
    assert tickets(database, "source_id, client_account_id, created_date::varchar") == [
        ("1", "c1", "2025-01-06"),
        ("2", "c2", "2025-01-05"),
    ]


def test_a_record_of_an_unknown_client_account_is_quarantined(database: WorkspaceDatabase, staging: Path) -> None:
    report = run_sync(database, ListSource(staging, [[record(1), record(2, client="three")]]), options(CLIENT, OTHER))
    assert report.streams[0].rows_quarantined == 1
    assert [(entry.column, entry.value) for entry in database.quarantine()] == [("client_slug", "three")]


def test_tombstones_and_full_runs_take_records_from_the_lists(database: WorkspaceDatabase, staging: Path) -> None:
    run_sync(database, ListSource(staging, [[record(1), record(2), record(3)]]), options())
    run_sync(database, ListSource(staging, [[], []], tombstones=[{"id": 2}]), options())
    assert tickets(database) == [("1", "web"), ("3", "web")]
    full = ListSource(staging, [[record(3)]], mode=SyncMode.FULL, deletes=DeleteSignal.FULL_DIFF)
    run_sync(database, full, options())
    assert tickets(database) == [("3", "web")]
    run_sync(database, ListSource(staging, [[]], mode=SyncMode.FULL, deletes=DeleteSignal.FULL_DIFF), options())
    assert tickets(database) == [("3", "web")]
    run_sync(database, ListSource(staging, [[record(1), record(3)]], mode=SyncMode.FULL), options())
    assert tickets(database) == [("1", "web"), ("3", "web")]


def test_new_fields_of_a_source_are_kept_and_logged(database: WorkspaceDatabase, staging: Path) -> None:
    run_sync(database, ListSource(staging, [[record(1)]]), options())
    run_sync(database, ListSource(staging, [[], [record(2, mood="good", ID="other")]]), options())
    with database.reading() as cursor:
        assert cursor.execute("select _key, mood from raw.list__tickets order by _key").fetchall() == [
            ("1", None),
            ("2", "good"),
        ]
        assert cursor.execute("select column_name from state.drift order by 1").fetchall() == [("ID_2",), ("mood",)]


def test_history_follows_a_changed_staging_query_without_fetching(database: WorkspaceDatabase, staging: Path) -> None:
    source = ListSource(staging, [[record(1), record(2, created="soon")]])
    run_sync(database, source, options())
    (staging / "ticket.sql").write_text(
        STAGING.replace("channel,", "upper(channel) as channel,").replace(
            "created as", "replace(created, 'soon', '2025-02-02') as"
        )
    )
    version = database.data_version()
    renormalise_source(database, source, options())
    assert tickets(database) == [("1", "WEB"), ("2", "WEB")]
    assert database.data_version() > version
    again = ListSource(staging, [[], [record(1)]])
    assert run_sync(database, again, options()).streams[0].rows_unchanged == 1


def test_files_follow_a_changed_mapping(database: WorkspaceDatabase, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,created,word\n1,2025-01-05 10:00,a\n2,2025-01-05 10:00,b\n")
    rules: dict[str, object] = {"source_id": "id", "created_at": "created", "channel": "word"}
    database.import_file(path, ImportOptions(Mapping.model_validate({"entity": "ticket", "columns": rules}), CLIENT))
    changed = Mapping.model_validate(
        {"entity": "ticket", "columns": rules | {"channel": {"from": "word", "values": {"a": "phone"}}}}
    )
    report = renormalise_files(database, ImportOptions(changed, CLIENT))
    assert (report.records, report.rows_changed) == (2, 2)
    assert tickets(database) == [("1", "phone"), ("2", "b")]


def test_a_staging_query_that_doubles_rows_stops_the_batch(database: WorkspaceDatabase, staging: Path) -> None:
    (staging / "ticket.sql").write_text(STAGING + " union all " + STAGING)
    with pytest.raises(DuplicateKeyError, match="2 rows for source_id '1'"):
        run_sync(database, ListSource(staging, [[record(1)]]), options())
    assert tickets(database) == []
    with database.reading() as cursor:
        assert cursor.execute("select run_state, error_code from state.runs").fetchall() == [
            ("failed", "DuplicateKeyError")
        ]


def test_progress_knows_the_expected_total(database: WorkspaceDatabase, staging: Path) -> None:
    seen: list[Progress] = []
    run_sync(database, ListSource(staging, [[record(1)], [record(2)]]), options(), seen.append)
    assert [(item.phase, item.done, item.total) for item in seen] == [("tickets", 1, 4), ("tickets", 2, 4)]


def test_a_cursor_survives_a_restart(warehouse: Warehouse, database: WorkspaceDatabase, staging: Path) -> None:
    run_sync(database, ListSource(staging, [[record(1)]]), options())
    data_dir, model = warehouse.data_dir, warehouse.model
    warehouse.close()
    with Warehouse(data_dir, model) as again:
        report = run_sync(again.workspace("main"), ListSource(staging, [[record(1)], [record(2)]]), options())
        assert report.records == 1
