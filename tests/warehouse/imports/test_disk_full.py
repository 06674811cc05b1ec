"""A disk that is full in the middle of a load: one line says so, the rows that were there stay, and later it works."""

import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.imports.commands import Home
from tests.warehouse.imports.test_torn_reads import question
from tests.warehouse.imports.workbench import ACME, Workbench, mapping_of
from warehouse import DiskFullError, ImportOptions

COLUMNS = {"source_id": "id", "created_at": "created", "category": "topic"}


def write_rows(path: Path, count: int) -> Path:
    """Write tickets with long, incompressible topics."""
    rows = f"""select i as id, timestamp '2025-01-01' + interval 1 second * i as created,
               md5(i::varchar) || md5((i + 1)::varchar) as topic from range({count}) as r(i)"""
    with duckdb.connect() as connection:
        connection.execute(f"copy ({rows}) to '{path}' (format {'csv, header' if path.suffix == '.csv' else 'json'})")
    return path


@pytest.fixture
def no_large_files() -> Iterator[None]:
    """Give the limits of this process back after the test."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("no_large_files")
@pytest.mark.parametrize("name", ["new.csv", "new.ndjson"])
@pytest.mark.parametrize("largest", [1_500_000, 6_000_000])
def test_files_that_may_not_grow(bench: Workbench, name: str, largest: int) -> None:
    """The spool and then the workspace's own log meet the limit; the open warehouse goes on and can try again."""
    new = write_rows(bench.folder / name, 25_000)
    bench.load(write_rows(bench.folder / "old.csv", 500), mapping_of(COLUMNS))
    database, options = bench.database, ImportOptions(mapping_of(COLUMNS), ACME)
    version = database.data_version()
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
    with pytest.raises(DiskFullError) as caught:
        database.import_file(new, options)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert "disk is full" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert database.data_version() == version
    assert database.fetch_rows(question())[0][0] == 500
    assert list((bench.data / "spool" / "main").iterdir()) == []
    assert database.import_file(new, options).rows_new == 24_500
    assert bench.value("select count(*) from normalised.ticket") == 25_000
    assert bench.load(new, mapping_of(COLUMNS)).already_loaded


def test_the_command_on_a_full_disk(tmp_path: Path) -> None:
    """Exit status 1 and one line; the file opens, has its old rows, and takes the new ones when there is space."""
    home = Home(tmp_path)
    write_rows(tmp_path / "old.csv", 500)
    write_rows(tmp_path / "new.csv", 25_000)
    assert home.load("old.csv")[0] == 0
    words = ("import", "new.csv", "--as", "tickets", "--client", "Acme", "--mapping", "map.yaml")
    process = home.start(*words, largest_file=1_500_000)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (1, "")
    told = "stopped because the disk is full. Nothing was changed; free space and run it again."
    assert err.splitlines() == [f"belvedere: Importing new.csv {told}"]
    with duckdb.connect(str(home.file), read_only=True) as connection:
        assert connection.execute("select count(*) from normalised.ticket").fetchall() == [(500,)]
    assert home.load("new.csv")[0] == 0
    with duckdb.connect(str(home.file), read_only=True) as connection:
        assert connection.execute("select count(*) from normalised.ticket").fetchall() == [(25_000,)]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a file system of 60 MB, or skip."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=60m", "none", str(folder)]
    mounted = subprocess.run(command, capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_small_disk(small_disk: Path, tmp_path: Path) -> None:
    """The same on a real disk that is full, at two moments of the load."""
    new = write_rows(tmp_path / "new.csv", 25_000)
    old = write_rows(tmp_path / "old.csv", 500)
    bench = Workbench(small_disk)
    bench.load(old, mapping_of(COLUMNS))
    filler = small_disk / "filler"
    for left in (1_500_000, 8_000_000):
        disk = os.statvfs(small_disk)
        filler.write_bytes(bytes(disk.f_bavail * disk.f_bsize - left))
        with pytest.raises(DiskFullError):
            bench.database.import_file(new, ImportOptions(mapping_of(COLUMNS), ACME))
        assert bench.value("select count(*) from normalised.ticket") == 500
        filler.unlink()
    assert bench.load(new, mapping_of(COLUMNS)).rows_new == 24_500
    assert bench.value("select count(*) from normalised.ticket") == 25_000
    bench.close()
