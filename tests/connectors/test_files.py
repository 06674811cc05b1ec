"""Watched folders and addresses: each new or changed file is imported once, from where it may be taken only."""

import asyncio
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from connectors import Context, JsonValue, MissingScopeError, SourceDownError, StopError
from connectors.files import address
from connectors.files.folder import INBOX
from connectors.files.settings import FilesSettings
from connectors.files.source import FilesSource
from connectors.network import ALLOWED_NETS
from tests.connectors.fake_vendor import Fault
from tests.connectors.fakes.files import MAPPING, FakeFiles
from tests.connectors.reading import CLIENT, Loaded, empty_workspace
from warehouse import ImportFileError, SyncOptions, SyncReport
from warehouse.sync import attempt_sync

NOW = datetime(2026, 3, 30, 15, tzinfo=UTC)
HEADER = "No,Opened,Title\n"


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An inbox with one folder."""
    folder = tmp_path / "inbox" / "acme"
    folder.mkdir(parents=True)
    monkeypatch.setenv(INBOX, str(folder.parent))
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Loaded]:
    """An empty workspace."""
    with empty_workspace(tmp_path) as opened:
        yield opened


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeFiles]:
    """A web server that the operator's setting puts in the place of the address's own."""
    with FakeFiles() as fake:
        for name, value in fake.environment.items():
            monkeypatch.setenv(name, value)
        yield fake


def put(path: Path, *lines: str, ago: float = 60) -> Path:
    """Write a file that was written some seconds ago."""
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines))
    os.utime(path, (time.time() - ago, time.time() - ago))
    return path


def watch(workspace: Loaded, **settings: JsonValue) -> SyncReport:
    """Look once, and raise what went wrong."""
    report, error = attempt(workspace, **settings)
    if error is not None:
        raise error
    return report


def attempt(workspace: Loaded, **settings: JsonValue) -> tuple[SyncReport, Exception | None]:
    """Look once."""
    given: dict[str, JsonValue] = (
        {"folder": "acme", "mapping": MAPPING} if "url" not in settings else {"mapping": MAPPING}
    )
    options = SyncOptions("connection", "Inbox", (CLIENT,), {**given, **settings}, NOW)
    return attempt_sync(workspace.database, FilesSource(), options)


def names(report: SyncReport) -> list[str]:
    """Return the files that were imported."""
    return [one.stream for one in report.streams]


def titles(workspace: Loaded) -> list[object]:
    """Return the subjects of all listed tickets."""
    return [row[0] for row in workspace.entity("ticket", "subject", where="is_listed")]


class TestFolders:
    """A folder of the inbox."""

    def test_new_and_changed_files_are_imported_once(self, inbox: Path, workspace: Loaded) -> None:
        put(inbox / "a.csv", "1,2026-01-05 10:00,One", ago=90)
        put(inbox / "b.csv", "2,2026-01-06 10:00,Two")
        assert names(watch(workspace)) == ["a.csv", "b.csv"]
        version = workspace.database.data_version()
        assert names(watch(workspace)) == []
        assert workspace.database.data_version() == version
        put(inbox / "b.csv", "2,2026-01-06 10:00,Changed", "3,2026-01-07 10:00,Three", ago=30)
        report = watch(workspace)
        assert [(one.stream, one.rows_new, one.rows_changed) for one in report.streams] == [("b.csv", 1, 1)]
        assert titles(workspace) == ["One", "Changed", "Three"]

    def test_a_file_that_was_only_touched_is_not_imported(self, inbox: Path, workspace: Loaded) -> None:
        put(inbox / "a.csv", "1,2026-01-05 10:00,One", ago=90)
        watch(workspace)
        put(inbox / "a.csv", "1,2026-01-05 10:00,One", ago=30)
        assert names(watch(workspace)) == []

    def test_a_file_that_is_being_written_waits(self, inbox: Path, workspace: Loaded) -> None:
        put(inbox / "a.csv", "1,2026-01-05 10:00,One", ago=0)
        assert names(watch(workspace)) == []

    def test_only_what_the_pattern_names_is_taken(self, inbox: Path, workspace: Loaded, tmp_path: Path) -> None:
        put(inbox / "tickets-1.csv", "1,2026-01-05 10:00,One")
        put(inbox / "other.csv", "2,2026-01-05 10:00,Other")
        put(inbox / ".tickets-2.csv", "3,2026-01-05 10:00,Hidden")
        put(inbox / "tickets-3.exe", "4,2026-01-05 10:00,Odd")
        (inbox / "tickets-4.csv").mkdir()
        (inbox / "tickets-5.csv").symlink_to(put(tmp_path / "secret.csv", "5,2026-01-05 10:00,Secret"))
        assert names(watch(workspace, pattern="tickets-*")) == ["tickets-1.csv"]

    def test_a_file_with_a_mistake_holds_no_other_up_and_is_tried_again(self, inbox: Path, workspace: Loaded) -> None:
        (inbox / "a.csv").write_text("Other,Header\n1,2\n")
        os.utime(inbox / "a.csv", (1_700_000_000, 1_700_000_000))
        put(inbox / "b.csv", "2,2026-01-06 10:00,Two")
        report, error = attempt(workspace)
        assert isinstance(error, ImportFileError)
        assert [(one.stream, one.error_code) for one in report.streams] == [
            ("a.csv", "ImportFileError"),
            ("b.csv", None),
        ]
        put(inbox / "a.csv", "1,2026-01-05 10:00,One")
        assert names(watch(workspace)) == ["a.csv"]
        assert titles(workspace) == ["One", "Two"]

    def test_another_mapping_reads_all_files_again(self, inbox: Path, workspace: Loaded) -> None:
        put(inbox / "a.csv", "1,2026-01-05 10:00,One")
        watch(workspace)
        other: JsonValue = {**MAPPING, "columns": {"created_at": "Opened", "category": "Title"}}
        assert names(watch(workspace, mapping=other)) == ["a.csv"]
        assert workspace.entity("ticket", "subject", "category") == [(None, "One")]

    def test_of_files_that_replace_each_other_the_newest_counts(self, inbox: Path, workspace: Loaded) -> None:
        whole: JsonValue = {**MAPPING, "mode": "replace"}
        put(inbox / "monday.csv", "1,2026-01-05 10:00,One", "2,2026-01-05 10:00,Two", ago=90)
        put(inbox / "tuesday.csv", "2,2026-01-05 10:00,Two", ago=60)
        assert names(watch(workspace, mapping=whole)) == ["tuesday.csv"]
        assert titles(workspace) == ["Two"]
        assert names(watch(workspace, mapping=whole)) == []

    @pytest.mark.parametrize("folder", ["../", "..", "a/../../b", "/etc", "a\\..\\b"])
    def test_no_path_leads_out(self, folder: str) -> None:
        with pytest.raises(ValidationError):
            FilesSettings.model_validate({"folder": folder, "mapping": MAPPING})

    def test_no_link_leads_out(self, inbox: Path, workspace: Loaded, tmp_path: Path) -> None:
        (inbox.parent / "out").symlink_to(tmp_path)
        with pytest.raises(StopError, match="leads out of the inbox"):
            watch(workspace, folder="out")

    def test_without_an_inbox_nothing_is_watched(self, workspace: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv(INBOX, raising=False)
        with pytest.raises(StopError, match=f"sets {INBOX}"):
            watch(workspace)

    def test_a_folder_that_is_not_there_is_named(self, inbox: Path) -> None:
        with pytest.raises(StopError, match="no folder 'nope'"):
            asyncio.run(FilesSource().accounts(Context("c", {"folder": "nope", "mapping": MAPPING}, NOW)))


class TestAddresses:
    """One address."""

    url = str(FakeFiles.config["url"])

    def test_the_file_is_imported_when_it_changed(self, web: FakeFiles, workspace: Loaded) -> None:
        assert names(watch(workspace, url=self.url)) == ["tickets.csv"]
        assert names(watch(workspace, url=self.url)) == []
        assert web.asked[-1].headers["if-none-match"]
        web.content += b"3,2026-01-07 10:00,Three\n"
        assert names(watch(workspace, url=self.url)) == ["tickets.csv"]
        assert titles(workspace) == ["One", "Two", "Three"]

    def test_a_server_without_etags_is_told_by_the_hash(self, web: FakeFiles, workspace: Loaded) -> None:
        web.knows_etags = False
        assert names(watch(workspace, url=self.url)) == ["tickets.csv"]
        assert names(watch(workspace, url=self.url)) == []

    @pytest.mark.parametrize("fault", [Fault.DOWN, Fault.DROP])
    def test_a_broken_answer_is_asked_for_again(self, web: FakeFiles, workspace: Loaded, fault: Fault) -> None:
        web.faults.next(fault)
        assert names(watch(workspace, url=self.url)) == ["tickets.csv"]
        assert titles(workspace) == ["One", "Two"]

    @pytest.mark.parametrize(
        ("status", "kind", "said"),
        [
            (301, StopError, "not followed"),
            (403, MissingScopeError, "not for everybody"),
            (404, StopError, "no such file"),
            (418, StopError, "no file"),
            (500, SourceDownError, "cannot be reached"),
        ],
    )
    def test_refusals_are_understood(
        self, web: FakeFiles, workspace: Loaded, status: int, kind: type[Exception], said: str
    ) -> None:
        web.status = status
        with pytest.raises(kind, match=said) as caught:
            watch(workspace, url=self.url)
        assert "s3cret" not in str(caught.value)
        assert "secret words" not in str(caught.value)

    def test_it_does_not_take_more_than_it_may(self, web: FakeFiles, tmp_path: Path) -> None:
        with pytest.raises(StopError, match="more than"):
            asyncio.run(address.fetch(self.url, "tickets.csv", {}, tmp_path, most=20))

    def test_private_addresses_are_refused(self, workspace: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv(ALLOWED_NETS, raising=False)
        for host in ("127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.8"):
            with pytest.raises(StopError, match="address"):
                watch(workspace, url=f"https://{host}/x.csv")

    @pytest.mark.parametrize(
        "url", ["http://a.example/x.csv", "ftp://a/x.csv", "https://u:p@a.example/x.csv", "https://a.example/x"]
    )
    def test_odd_addresses_are_refused(self, url: str) -> None:
        with pytest.raises(ValidationError):
            FilesSettings.model_validate({"url": url, "mapping": MAPPING})

    def test_a_name_may_be_given_where_the_address_has_none(self) -> None:
        given = {"url": "https://a.example/download?id=3", "file_name": "export.csv", "mapping": MAPPING}
        assert FilesSettings.model_validate(given).address_name == "export.csv"
