"""The drill with sources of real vendors: disturbed in every way, a sync ends where an undisturbed one ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors import Access, Context, LinkedSource, find_source
from connectors.auth import FixedCredentials, OAuth2
from schemas import SemanticModel
from tests.connectors.fake_vendor import FakeVendor, Fault
from tests.connectors.fakes.stripe import FakeStripe
from tests.connectors.fakes.zendesk import FakeZendesk
from tests.connectors.reading import Renewing
from tests.warehouse.sync_drill.drilling import killing, spread
from warehouse import ClientAccount, SyncOptions, SyncReport, Warehouse, WorkspaceDatabase, attempt_sync

CLIENT = ClientAccount("c1", "one", "One", timezone="Europe/Athens")
FAKES: dict[str, type[FakeVendor]] = {"zendesk": FakeZendesk, "stripe": FakeStripe}
BREAKS = (Fault.TOO_MANY, Fault.TOO_MANY_DATE, Fault.DOWN, Fault.DROP, Fault.TRUNCATE, Fault.SLOW)


@pytest.fixture(params=FAKES)
def source(request: pytest.FixtureRequest) -> LinkedSource:
    """One of the sources."""
    found = find_source(str(request.param))
    assert isinstance(found, LinkedSource)
    return found


@pytest.fixture
def vendor(source: LinkedSource, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeVendor]:
    """Its vendor's fake, serving."""
    with FAKES[source.id]() as fake:
        for name, value in fake.environment.items():
            monkeypatch.setenv(name, value)
        yield fake


def sync(
    database: WorkspaceDatabase, source: LinkedSource, fake: FakeVendor, *, apart: bool
) -> tuple[SyncReport, Exception | None]:
    """Sync the source, by a token that can be renewed."""
    first = source.auths[0]
    renewed = (
        Renewing(fake.credentials, fake.renewed) if isinstance(first, OAuth2) else FixedCredentials(fake.credentials)
    )
    access = Access(first, renewed)
    options = SyncOptions(
        "real", source.label, (CLIENT,), fake.config, fake.now, since=fake.since, access=access, apart=apart
    )
    return attempt_sync(database, source, options)


def records(database: WorkspaceDatabase, source: LinkedSource, fake: FakeVendor) -> dict[str, list[tuple[object, ...]]]:
    """Return the records of every stream as they landed, without what tells when they did."""
    found = {}
    for stream in source.streams(Context("real", fake.config, fake.now)):
        table = f"{source.id}__{stream.name}"
        with database.reading() as cursor:
            names = cursor.execute(
                "select list(column_name order by column_name) from duckdb_columns() where schema_name = 'raw' "
                "and table_name = $1 and column_name not in ('_line', '_seq', '_synced_at')",
                [table],
            ).fetchone()
            assert names is not None
            listed = ", ".join(f'"{name}"' for name in names[0] or [])
            found[stream.name] = (
                cursor.execute(f"select {listed} from raw.{table} order by _key").fetchall() if listed else []
            )
    return found


def test_a_disturbed_sync_ends_where_an_undisturbed_one_ends(
    source: LinkedSource, vendor: FakeVendor, tmp_path: Path, model: SemanticModel
) -> None:
    with Warehouse(tmp_path / "data", model, threads=2) as warehouse:
        calm, disturbed = warehouse.workspace("calm", create=True), warehouse.workspace("disturbed", create=True)
        _, error = sync(calm, source, vendor, apart=False)
        assert error is None
        truth = records(calm, source, vendor)
        assert all(truth.values()), "a stream is empty, which shows nothing"
        requests, faults = len(vendor.asked), list(BREAKS)
        if isinstance(source.auths[0], OAuth2):
            faults.append(Fault.EXPIRED)
        with killing(vendor, len(vendor.asked) + 4) as killed:
            spread(vendor, faults, every=3)
            report, error = sync(disturbed, source, vendor, apart=True)
        assert error is None
        assert killed
        assert len(faults) <= 1  # a short list of requests may not meet them all
        assert records(disturbed, source, vendor) == truth
        assert vendor.faults.waiting == 0
        assert vendor.faults.early == []
        wasted = sum(one.wasted for one in report.streams)
        assert wasted >= len(BREAKS) - 2
        assert len(vendor.asked) - requests >= requests
        _check_keys(disturbed, source, vendor)


def _check_keys(database: WorkspaceDatabase, source: LinkedSource, fake: FakeVendor) -> None:
    """Every record that the vendor has is here once, and no other."""
    for stream in source.streams(Context("real", fake.config, fake.now)):
        expected = {tuple(str(record[part]) for part in stream.primary_key) for record in fake.truth(stream.name)}
        with database.reading() as cursor:
            listed = ", ".join(f'"{name}"' for name in stream.primary_key)
            rows = cursor.execute(f"select {listed} from raw.{source.id}__{stream.name} where not _deleted").fetchall()
        assert len(rows) == len(expected)
        assert {tuple(str(cell) for cell in row) for row in rows} == expected
