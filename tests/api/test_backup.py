"""Backups: everything comes back, little is written twice, and what is wrong with one is told."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from api.backups.errors import BackupDamagedError, BackupError, BackupKeyError
from api.backups.making import Backup, Wish, make_backup
from api.backups.manifest import backup_ids, read_header, read_manifest, write_manifest
from api.backups.restoring import Source, restore, verify
from api.backups.stores import open_store
from api.backups.watch import BackupWatch, newest_moment
from api.errors import JobStoppedError
from api.jobs.records import JobKind
from api.jobs.repository import JobRepository
from api.notices.observing import observe
from api.notices.records import NoticeKind
from api.notices.repository import NoticeRepository
from api.people.models import PersonRow
from api.settings import Settings
from api.workspaces.database import open_metadata
from api.workspaces.secrets import KEYS_FILE, new_key
from api.workspaces.service import create_key, find_or_create_workspace
from api.world import World, make_warehouse, open_world
from schemas import load_model
from tests.api.serving import MAPPING, load, write_tickets
from tests.api.test_cli import home, run
from warehouse import Progress

__all__ = ["home"]

COUNT = (
    "select client_account_id, category, count(*), count(solved_at) from normalised.ticket group by all order by all"
)


@dataclass
class Kept:
    """An installation with one workspace, and a key file."""

    world: World
    folder: Path
    key: str
    key_file: Path

    def back_up(self, target: str, *, key: bool = True, keep: int | None = None) -> Backup:
        wish = Wish(self.folder / target, self.key_file if key else None, keep)
        return make_backup(self.world.metadata, self.world.warehouse, wish)

    def rows(self) -> list[tuple[object, ...]]:
        return rows_of(self.world)


def rows_of(world: World) -> list[tuple[object, ...]]:
    with world.database("main").reading() as cursor:
        return cursor.execute(COUNT).fetchall()


def restored(source: Source, folder: Path, *, force: bool = False) -> Settings:
    """Restore into a folder and return the settings of a server there."""
    settings = Settings(data_dir=folder, log_level="error")
    restore(source, settings, make_warehouse(settings, load_model()), force=force)
    return settings


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp("backup")
    mapping = folder / "tickets.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    key_file = folder / "backup.key"
    key_file.write_text(new_key())
    key_file.chmod(0o600)
    with open_world(Settings(data_dir=folder / "data", log_level="error")) as world:
        load(world, "main", "Acme", write_tickets(folder / "acme.csv", 20_000, 3), mapping)
        own = world.settings.data_dir / "workspaces" / "main" / "rules"
        own.mkdir(parents=True)
        (own / "notes.txt").write_text("kept beside the workspace")
        main = find_or_create_workspace(world.metadata, "main")
        yield Kept(world, folder, create_key(world.metadata, main, "all").secret, key_file)


def test_everything_comes_back_and_little_is_written_twice(kept: Kept) -> None:
    first = kept.back_up("many")
    load(kept.world, "main", "Acme", write_tickets(kept.folder / "more.csv", 50, 5), kept.folder / "tickets.yaml")
    rows = kept.rows()
    second = kept.back_up("many")
    assert second.manifest.keys_included
    assert second.added < first.added / 2, (first.added, second.added)
    source = Source(kept.folder / "many", kept.key_file)
    assert verify(source).faults == ()
    assert verify(replace(source, backup_id=first.manifest.id)).faults == ()
    settings = restored(source, kept.folder / "again")
    assert (settings.data_dir / "workspaces/main/rules/notes.txt").read_text() == "kept beside the workspace"
    keys = (kept.world.settings.data_dir / KEYS_FILE).read_bytes()
    assert (settings.data_dir / KEYS_FILE).read_bytes() == keys
    with open_world(settings) as world:
        assert rows_of(world) == rows
        assert world.callers.by_key(kept.key).workspace.slug == "main"
    everything = b"".join(path.read_bytes() for path in (kept.folder / "many").rglob("*") if path.is_file())
    assert keys.strip() not in everything
    assert b"Billing" not in everything


def test_the_file_stays_locked_for_other_programs(kept: Kept) -> None:
    kept.back_up("locked", key=False)
    file = kept.world.settings.data_dir / "workspaces" / "main.duckdb"
    program = f"import duckdb; duckdb.connect({str(file)!r})"
    tried = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "Conflicting lock is held" in tried.stderr


def test_other_keys_and_changed_pieces_are_refused(kept: Kept) -> None:
    made = kept.back_up("sealed")
    folder = kept.folder / "sealed"
    other = kept.folder / "other.key"
    other.write_text(new_key())
    other.chmod(0o600)
    with pytest.raises(BackupKeyError, match="another key"):
        verify(Source(folder, other))
    with pytest.raises(BackupKeyError, match="--key-file"):
        verify(Source(folder))
    other.chmod(0o644)
    with pytest.raises(BackupKeyError, match="read by others"):
        verify(Source(folder, other))
    with pytest.raises(BackupKeyError, match="another key"):
        make_backup(kept.world.metadata, kept.world.warehouse, Wish(folder, _own_key(kept.folder)))
    pieces = sorted((folder / "blocks").rglob("*/*"))
    one, two = pieces[0], pieces[1]
    content = one.read_bytes()
    for changed in (content[:-1] + bytes([content[-1] ^ 1]), content[: len(content) // 2], two.read_bytes(), b""):
        one.write_bytes(changed)
        with pytest.raises(BackupDamagedError):
            verify(Source(folder, kept.key_file))
    one.unlink()
    with pytest.raises(BackupDamagedError, match="missing"):
        verify(Source(folder, kept.key_file))
    assert kept.back_up("sealed").manifest.id != made.manifest.id  # writes the piece again
    assert verify(Source(folder, kept.key_file, made.manifest.id)).faults == ()
    listed = folder / "backups" / made.manifest.id
    listed.write_bytes(listed.read_bytes()[:-1] + b"x")
    with pytest.raises(BackupDamagedError):
        verify(Source(folder, kept.key_file, made.manifest.id))


def _own_key(folder: Path) -> Path:
    path = folder / "third.key"
    path.write_text(new_key())
    path.chmod(0o600)
    return path


def test_a_backup_that_is_cut_off_leaves_the_good_one(kept: Kept) -> None:
    def stop(progress: Progress) -> None:
        if progress.done > 1_500_000:
            raise JobStoppedError("now")

    for target in ("one.tar", "cut"):
        made = kept.back_up(target, key=False)
        path = kept.folder / target
        with pytest.raises(JobStoppedError):
            make_backup(kept.world.metadata, kept.world.warehouse, Wish(path), stop)
        found = verify(Source(path))
        assert (found.manifest.id, found.faults) == (made.manifest.id, ())
        assert not [one for one in path.parent.iterdir() if one.name.startswith(".writing")]
    shorter = kept.folder / "one.tar"
    shorter.write_bytes(shorter.read_bytes()[: shorter.stat().st_size // 2])
    with pytest.raises((BackupDamagedError, BackupError)):
        verify(Source(shorter))


def test_only_the_newest_are_kept_and_readable_ones_hold_no_keys(kept: Kept) -> None:
    ids = [kept.back_up("few", key=False, keep=2).manifest.id for _ in range(3)]
    folder = kept.folder / "few"
    store = open_store(folder, writing=False)
    assert backup_ids(store) == ids[1:]
    assert [verify(Source(folder, backup_id=one)).faults for one in ids[1:]] == [(), ()]
    header = read_header(store)
    assert header is not None
    manifests = [read_manifest(store, header.seal(None), one) for one in ids[1:]]
    needed = {block for one in manifests for file in one.files for block in file.blocks}
    assert {name.rpartition("/")[2] for name in store.names("blocks")} == needed
    assert not [file.path for one in manifests for file in one.files if KEYS_FILE in file.path]
    wrong = manifests[1].model_copy(update={"metadata": {**manifests[1].metadata, "api_key": 7}})
    write_manifest(open_store(folder, writing=True), header.seal(None), wrong)
    assert verify(Source(folder)).faults == ("metadata: api_key has 1 rows instead of 7",)


def test_data_that_are_there_are_not_overwritten(kept: Kept) -> None:
    inside = kept.back_up("data/kept/here", key=False).manifest
    outside = kept.back_up("safe", key=False).manifest
    assert [one.path for one in outside.files] == [one.path for one in inside.files]  # backups are not backed up
    source = Source(kept.folder / "safe")
    with pytest.raises(BackupError, match="not empty"):
        restored(source, kept.world.settings.data_dir)
    folder = kept.folder / "used"
    folder.mkdir()
    (folder / "belvedere.sqlite").write_text("something else")
    (folder / KEYS_FILE).write_text("kept")
    settings = Settings(data_dir=folder, log_level="error")
    done = restore(source, settings, make_warehouse(settings, load_model()), force=True)
    assert done.before is not None
    assert (done.before / "belvedere.sqlite").read_text() == "something else"
    assert (folder / KEYS_FILE).read_text() == "kept"  # the backup has none
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


def test_the_server_makes_them_when_they_are_due_and_nobody_asks_twice(kept: Kept) -> None:
    folder = kept.folder / "nightly"
    settings = kept.world.settings.model_copy(update={"backup_dir": folder, "backup_cron": "0 3 * * *"})
    watch = BackupWatch(settings, kept.world.metadata, kept.world.runner)
    made = []
    for _ in range(2):
        watch.look(datetime.now(UTC))
        made.append(newest_moment(folder))
    assert made[0] is not None
    assert made[0] == made[1]
    with kept.world.metadata.read() as session:
        assert JobRepository(session).waiting(JobKind.BACKUP) == []


def test_a_nightly_backup_that_fails_is_told_once_until_one_is_made(kept: Kept) -> None:
    in_the_way = kept.folder / "in-the-way"
    in_the_way.write_text("a file where a folder should be")
    changes = {"backup_dir": in_the_way / "nightly", "backup_cron": "0 3 * * *"}
    settings = kept.world.settings.model_copy(update=changes)
    watch = BackupWatch(settings, kept.world.metadata, kept.world.runner)
    main = find_or_create_workspace(kept.world.metadata, "main")

    def told() -> list[tuple[str, str]]:
        with kept.world.metadata.read() as session:
            found = NoticeRepository(session).notices(main.id)
        return [(one.title, one.state.value) for one in found if one.finding.kind is NoticeKind.BACKUP_FAILED]

    today = datetime.now(UTC)
    for days in range(2):
        watch.look(today + timedelta(days=days))
        observe(kept.world.metadata, main, today)  # what looks after connections leaves it alone
        assert told() == [("The nightly backup was not made", "open")]
    in_the_way.unlink()
    watch.look(today + timedelta(days=2))
    assert told() == [("The nightly backup was not made", "resolved")]


def test_an_installation_without_a_workspace_comes_back_too(home: Path) -> None:
    with closing(open_metadata(Settings().metadata_url)) as metadata, metadata.write() as session:
        session.add(PersonRow(email="ana@example.com", name="Ana", password=""))
    assert run("backup", "kept")[0] == 0
    shutil.rmtree(home / "data")
    for command in ("verify", "restore"):
        status, told, _ = run(command, "kept")
        assert (status, "no workspace" in told) == (0, True)
    with closing(open_metadata(Settings().metadata_url)) as metadata, metadata.read() as session:
        assert session.scalars(select(PersonRow.email)).all() == ["ana@example.com"]
