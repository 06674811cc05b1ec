"""What every linked source must do, shown against a faithful fake of its vendor.

    class TestZendesk(SourceContract):
        source, fake = "zendesk", FakeZendesk
        expected = {"ticket": [{"source_id": "35436", "ticket_status": "open", "created_at": "2026-01-05 09:00:00"}]}

The fake says what is true (`truth`), changes records (`change`), spoils one (`spoil`) and loops (`looping`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import ClassVar

import duckdb
import pytest

from connectors import LinkedSource, StopError, Stream, TokenRevokedError, Window, find_source
from schemas import ColumnOrigin, load_model
from tests.connectors.fake_vendor import FakeVendor, Fault, Record
from tests.connectors.reading import (
    Renewing,
    by_key,
    empty_workspace,
    list_accounts,
    list_streams,
    loaded,
    read_all,
    read_later,
    read_whole,
    records_of,
    windows_of,
)
from warehouse.macros import create_macros
from warehouse.stream_load import staging_text

BREAKS = (Fault.TOO_MANY, Fault.TOO_MANY_DATE, Fault.DOWN, Fault.DROP, Fault.TRUNCATE)


class SourceContract:
    """The checks. A vendor's test names its source and its fake, and writes down some rows by hand."""

    source: ClassVar[str]
    fake: ClassVar[type[FakeVendor]]
    expected: ClassVar[Mapping[str, Sequence[Mapping[str, object]]]] = {}  # rows by entity; `source_id` finds them
    repeats: ClassVar[bool] = False  # the vendor repeats records at the seams of pages
    renews: ClassVar[bool] = True  # tokens end, and the fake's `renewed` credentials follow

    @pytest.fixture
    def ours(self) -> LinkedSource:
        """The source."""
        found = find_source(self.source)
        assert isinstance(found, LinkedSource)
        return found

    @pytest.fixture
    def vendor(self) -> Iterator[FakeVendor]:
        """The fake, serving."""
        with self.fake() as fake:
            yield fake

    def test_the_settings_are_a_form(self, ours: LinkedSource, vendor: FakeVendor) -> None:
        given = {name: value for name, value in vendor.config.items() if name in ours.settings.model_fields}
        ours.settings.model_validate(given)
        for field in ours.settings.model_json_schema().get("properties", {}).values():
            assert field["title"]
            assert field["description"]
        assert ours.vendor.name == vendor.vendor
        assert ours.auths

    def test_it_lists_the_accounts(self, ours: LinkedSource, vendor: FakeVendor) -> None:
        accounts = list_accounts(ours, vendor)
        assert accounts
        assert all(one.id and one.name for one in accounts)
        assert len({one.id for one in accounts}) == len(accounts)
        if "account_id" in vendor.config:
            assert vendor.config["account_id"] in {one.id for one in accounts}

    def test_a_complete_read_is_the_truth(self, ours: LinkedSource, vendor: FakeVendor) -> None:
        for stream in list_streams(ours, vendor):
            batches, _ = read_whole(ours, vendor, stream)
            self.assert_true(vendor, stream, records_of(batches))
            json.dumps(dict(batches[-1].cursor.value))
            assert stream.reads, f"{stream.name} does not say what it holds"

    def test_a_second_read_brings_the_overlap_at_most(self, ours: LinkedSource, vendor: FakeVendor) -> None:
        for stream in list_streams(ours, vendor):
            first, cursor = read_whole(ours, vendor, stream)
            again = records_of(read_later(ours, vendor, stream, cursor))
            known = by_key(stream, records_of(first))
            assert by_key(stream, again).items() <= known.items(), f"{stream.name}: a second read brings other records"
            if stream.mode == "incremental" and not stream.lookback:
                assert len(again) <= max(2, len(known) // 2), f"{stream.name}: a second read brings nearly everything"

    def test_an_increment_brings_what_changed(self, ours: LinkedSource, vendor: FakeVendor) -> None:
        for stream in list_streams(ours, vendor):
            first, cursor = read_whole(ours, vendor, stream)
            if not vendor.change(stream.name):
                continue
            news = records_of(read_later(ours, vendor, stream, cursor))
            known = by_key(stream, records_of(first))
            changed = {key for key, record in by_key(stream, news).items() if record != known.get(key)}
            assert changed, f"{stream.name}: nothing of what changed came"
            if stream.deletes != "tombstones" and stream.deletes != "full_diff":
                merged = by_key(stream, records_of(first)) | by_key(stream, news)
                self.assert_true(vendor, stream, list(merged.values()))

    def test_a_crash_after_any_batch_loses_nothing(self, ours: LinkedSource, vendor: FakeVendor) -> None:
        for stream in list_streams(ours, vendor):
            if stream.mode == "full":
                continue  # such a read starts again
            windows: list[Window | None] = [*windows_of(stream, vendor.since, vendor.now)]
            for window in windows or [None]:
                whole = read_all(ours, vendor, stream=stream.name, window=window, since=vendor.since)
                wanted = by_key(stream, records_of(whole)).keys()
                for reached in {0, len(whole) // 2, len(whole) - 2} & set(range(len(whole) - 1)):
                    rest = read_all(
                        ours,
                        vendor,
                        stream=stream.name,
                        cursor=whole[reached].cursor,
                        window=window,
                        since=vendor.since,
                    )
                    both = records_of(whole[: reached + 1]) + records_of(rest)
                    assert by_key(stream, both).keys() == wanted, f"{stream.name}, after batch {reached}"

    @pytest.mark.parametrize("fault", BREAKS, ids=lambda one: one.name.lower())
    def test_it_survives(self, ours: LinkedSource, vendor: FakeVendor, fault: Fault) -> None:
        stream = list_streams(ours, vendor)[0]
        vendor.faults.next(fault, seconds=0.5, times=2)
        batches, _ = read_whole(ours, vendor, stream)
        self.assert_true(vendor, stream, records_of(batches))
        assert vendor.faults.used == 2
        assert vendor.faults.early == [], "a request came before the vendor's pause was over"

    def test_a_token_that_ends_is_renewed_once(self, ours: LinkedSource, vendor: FakeVendor) -> None:
        if not self.renews:
            pytest.skip("what signs this vendor's requests does not end")
        stream = list_streams(ours, vendor)[0]
        read_all(ours, vendor, stream=stream.name, since=vendor.since)
        vendor.faults.next(Fault.EXPIRED)
        tokens = Renewing(vendor.credentials, vendor.renewed)
        batches, _ = read_whole(ours, vendor, stream, credentials=tokens)
        self.assert_true(vendor, stream, records_of(batches))
        assert tokens.renewals == 1

    def test_a_sign_in_that_is_refused_for_good_says_so(self, ours: LinkedSource, vendor: FakeVendor) -> None:
        stream = list_streams(ours, vendor)[0]
        vendor.faults.next(Fault.EXPIRED)
        with pytest.raises(TokenRevokedError) as caught:
            read_all(ours, vendor, stream=stream.name, since=vendor.since)
        for secret in vendor.credentials.values():
            assert secret not in repr(caught.value), "the error tells a secret"

    def test_a_looping_cursor_stops(self, ours: LinkedSource, vendor: FakeVendor) -> None:
        vendor.looping = True
        stopped = 0
        for stream in list_streams(ours, vendor):
            try:
                read_whole(ours, vendor, stream)
            except StopError:
                stopped += 1
        assert stopped, "no stream noticed that its pages loop"

    def test_every_staging_query_gives_columns_of_its_entity(self, ours: LinkedSource, vendor: FakeVendor) -> None:
        for stream in list_streams(ours, vendor):
            assert_staging_is_known(ours, stream, vendor.truth(stream.name))

    def test_the_entities_hold_what_was_written_down(
        self, ours: LinkedSource, vendor: FakeVendor, tmp_path: Path
    ) -> None:
        with loaded(ours, vendor, tmp_path) as workspace:
            for entity in {name for stream in list_streams(ours, vendor) for name in stream.entities}:
                assert workspace.entity(entity, "source_id"), f"no row of {entity}"
            assert workspace.quarantine() == []
            for entity, rows in self.expected.items():
                for row in rows:
                    columns = [name for name in row if name != "source_id"]
                    found = workspace.entity(entity, *columns, where=f"source_id = '{row['source_id']}'")
                    got = [
                        {name: _like(row[name], value) for name, value in zip(columns, one, strict=True)}
                        for one in found
                    ]
                    assert got == [{name: row[name] for name in columns}], f"{entity} {row['source_id']}"

    def test_a_record_that_makes_no_sense_stops_nothing(
        self, ours: LinkedSource, vendor: FakeVendor, tmp_path: Path
    ) -> None:
        streams = [one for one in list_streams(ours, vendor) if vendor.spoil(one.name)]
        if not streams:
            pytest.skip("the fake spoils no record")
        with empty_workspace(tmp_path) as workspace:
            report = workspace.load(ours, vendor)
            assert all(one.records for one in report.streams if one.stream in {s.name for s in streams})
            assert workspace.quarantine(), "what makes no sense is nowhere to be seen"

    def assert_true(self, vendor: FakeVendor, stream: Stream, records: Sequence[Record]) -> None:
        """Check that records are the truth of the stream, once each."""
        truth, found = by_key(stream, vendor.truth(stream.name)), by_key(stream, records)
        assert truth, f"the fake has no {stream.name}"
        assert found.keys() == truth.keys(), f"{stream.name}: other records than the vendor has"
        if not self.repeats:
            assert len(records) == len(found), f"{stream.name}: records came twice"
        for key, record in truth.items():
            assert record.items() <= found[key].items(), f"{stream.name} {key}: not as the vendor has it"


def _like(written: object, found: object) -> object:
    """Return a day or a moment as text if it was written down as text, such as 2026-03-01 09:30:00."""
    return str(found) if isinstance(written, str) and isinstance(found, date) else found


def assert_staging_is_known(source: LinkedSource, stream: Stream, records: Sequence[Record]) -> None:
    """Check that a stream's staging SELECTs give columns that a source may give to their entity, and no other."""
    model, connection = load_model(), duckdb.connect()
    create_macros(connection)
    columns = dict.fromkeys([*stream.needs, *(name for record in records for name in record)])
    listed = ", ".join(f'null::varchar as "{name}"' for name in columns)
    for name in stream.entities if stream.mapping is None else ():
        entity = model.entities[name]
        text = staging_text(source.staging, stream.name, entity)
        example = f"with records as (select 1 as _line, 'k' as _key, {listed}) select * from ({text})"
        found = {str(row[0]) for row in connection.execute(f"describe {example}").fetchall()}
        given = {one for one, column in entity.columns.items() if column.origin is ColumnOrigin.GIVEN}
        allowed = given | {f"{one}__raw" for one in given} | {"_line", "_key", "client_slug"}
        assert found <= allowed, f"{name} has no such columns, or computes them itself: {sorted(found - allowed)}"
        assert {"_line", "_key", "source_id"} <= found, f"{name} needs _line, _key and source_id"
