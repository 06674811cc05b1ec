"""The job table: nobody does a job twice, nothing is lost when the owner dies."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from api.errors import NotFoundError
from api.jobs.records import JobKind, JobState
from api.jobs.repository import MOST_ATTEMPTS, JobRepository
from api.jobs.work import import_arguments
from api.settings import Settings
from api.workspaces.database import MetadataDatabase, open_metadata
from api.workspaces.models import Base
from api.workspaces.records import Workspace
from api.workspaces.service import find_or_create_client, find_or_create_workspace, find_workspace
from api.world import World, open_world
from tests.api.serving import MAPPING, wait_until, write_tickets
from warehouse import WorkspaceBusyError, load_mapping


@pytest.fixture
def metadata(tmp_path: Path) -> Iterator[MetadataDatabase]:
    database = open_metadata(f"sqlite:///{tmp_path / 'deep' / 'meta.sqlite'}")
    yield database
    database.close()


@pytest.fixture
def workspace(metadata: MetadataDatabase) -> Workspace:
    return find_or_create_workspace(metadata, "main")


def add(metadata: MetadataDatabase, workspace: Workspace, key: str) -> str:
    with metadata.write() as session:
        return JobRepository(session).add(workspace.id, JobKind.IMPORT, key, {"path": key})


def state(metadata: MetadataDatabase, job_id: str) -> JobState:
    with metadata.read() as session:
        return JobRepository(session).get(job_id).state


class TestQueue:
    def test_the_oldest_comes_first_and_one_workspace_does_one_thing(
        self, metadata: MetadataDatabase, workspace: Workspace
    ) -> None:
        other = find_or_create_workspace(metadata, "other")
        first, second, third = add(metadata, workspace, "a"), add(metadata, workspace, "b"), add(metadata, other, "c")
        with metadata.write() as session:
            jobs = JobRepository(session)
            taken = [jobs.claim(), jobs.claim(), jobs.claim()]
            assert [job.id if job else None for job in taken] == [first, third, None]
            jobs.finish(first, {"ok": True}, None)
            after = jobs.claim()
            assert after is not None
            assert after.id == second

    def test_equal_work_is_joined_while_it_is_active(self, metadata: MetadataDatabase, workspace: Workspace) -> None:
        first = add(metadata, workspace, "same")
        assert add(metadata, workspace, "same") == first
        with metadata.write() as session:
            JobRepository(session).claim()
            JobRepository(session).finish(first, {}, None)
        assert add(metadata, workspace, "same") != first

    def test_many_threads_take_a_job_once(self, metadata: MetadataDatabase, workspace: Workspace) -> None:
        for number in range(12):
            add(metadata, find_or_create_workspace(metadata, f"w{number}"), f"job {number}")

        def take(_number: int) -> str | None:
            with metadata.write() as session:
                job = JobRepository(session).claim()
            return job.id if job else None

        with ThreadPoolExecutor(8) as pool:
            taken = [job for job in pool.map(take, range(24)) if job]
        assert len(taken) == len(set(taken)) == 12

    def test_a_dead_owners_jobs_go_back_unless_a_command_waits_for_them(
        self, metadata: MetadataDatabase, workspace: Workspace
    ) -> None:
        inline, served = add(metadata, workspace, "inline"), add(metadata, workspace, "served")
        with metadata.write() as session:
            jobs = JobRepository(session)
            jobs.claim(inline)
            jobs.claim(served)
            jobs.put_back(served)
            jobs.claim()
        with metadata.write() as session:
            JobRepository(session).recover()
        assert state(metadata, inline) is JobState.FAILED

    def test_a_job_that_kills_its_owner_every_time_is_given_up(
        self, metadata: MetadataDatabase, workspace: Workspace
    ) -> None:
        job_id, lost = add(metadata, workspace, "killer"), list[str]()
        for _ in range(MOST_ATTEMPTS):
            assert (state(metadata, job_id), lost) == (JobState.QUEUED, [])
            with metadata.write() as session:
                assert JobRepository(session).claim() is not None
            with metadata.write() as session:
                JobRepository(session).recover(lambda one: lost.append(one.id))
        assert (state(metadata, job_id), lost) == (JobState.FAILED, [job_id])


class TestMetadata:
    def test_migrations_make_the_tables_of_the_models(self, metadata: MetadataDatabase) -> None:
        with metadata.read() as session:
            assert compare_metadata(MigrationContext.configure(session.connection()), Base.metadata) == []

    def test_opening_twice_at_once_is_safe(self, tmp_path: Path) -> None:
        for number in range(5):  # it takes some tries to make two switches to the write-ahead log meet
            url = f"sqlite:///{tmp_path / f'{number}.sqlite'}"
            with ThreadPoolExecutor(6) as pool:
                opened = list(pool.map(lambda _, url=url: open_metadata(url), range(6)))
            for database in opened:
                find_or_create_workspace(database, "main")
                database.close()

    def test_a_failed_change_leaves_nothing_behind(self, metadata: MetadataDatabase, workspace: Workspace) -> None:
        def fail() -> None:
            with metadata.write() as session:
                JobRepository(session).add(workspace.id, JobKind.SYNC, "k", {})
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        with metadata.read() as session:
            assert not JobRepository(session).has_queued()

    def test_clients_of_one_workspace_are_unknown_to_another(
        self, metadata: MetadataDatabase, workspace: Workspace
    ) -> None:
        other = find_or_create_workspace(metadata, "other")
        mine, made = find_or_create_client(metadata, workspace, "Acme")
        theirs, made_too = find_or_create_client(metadata, other, "Acme")
        assert made
        assert made_too
        assert mine.id != theirs.id

    def test_a_missing_workspace_is_told_with_what_there_is(self, metadata: MetadataDatabase) -> None:
        with pytest.raises(NotFoundError, match="none yet"):
            find_workspace(metadata, "x")
        with pytest.raises(NotFoundError, match="belvedere demo"):
            find_workspace(metadata, None)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(Settings(data_dir=tmp_path / "data")) as opened:
        yield opened


class TestRunner:
    def arguments(self, folder: Path, rows: int, client: str) -> dict[str, object]:
        (folder / "map.yaml").write_text(MAPPING, encoding="utf-8")
        path = write_tickets(folder / f"{client}.csv", rows, rows)
        return import_arguments(path, client, load_mapping(folder / "map.yaml"))

    def test_works_through_the_queue_with_progress_and_results(self, world: World, tmp_path: Path) -> None:
        workspace = find_or_create_workspace(world.metadata, "main")
        ids = [
            world.runner.enqueue(workspace, JobKind.IMPORT, self.arguments(tmp_path, rows, f"client{rows}"))
            for rows in (10, 20, 30)
        ]
        world.runner.start()
        wait_until(lambda: all(world.runner.get(job_id).finished for job_id in ids))
        for job_id, rows in zip(ids, (10, 20, 30), strict=True):
            job = world.runner.get(job_id)
            assert job.state is JobState.DONE
            assert job.progress is not None
            assert job.result is not None
            report = job.result["report"]
            assert isinstance(report, dict)
            assert report["rows_new"] == rows

    def test_a_failure_is_told_in_the_job(self, world: World, tmp_path: Path) -> None:
        workspace = find_or_create_workspace(world.metadata, "main")
        arguments = self.arguments(tmp_path, 5, "Acme") | {"path": str(tmp_path / "gone.csv")}
        job = world.runner.run_now(world.runner.enqueue(workspace, JobKind.IMPORT, arguments))
        assert job.state is JobState.FAILED
        assert job.error is not None
        assert job.error["code"] == "import_file"

    def test_asked_to_stop_a_running_job_goes_back_to_the_queue(self, world: World, tmp_path: Path) -> None:
        workspace = find_or_create_workspace(world.metadata, "main")
        job_id = world.runner.enqueue(workspace, JobKind.IMPORT, self.arguments(tmp_path, 500, "Acme"))
        done = threading.Event()

        def stop_at_first_progress(_progress: object) -> None:
            if not done.is_set():
                done.set()
                world.runner.ask_to_stop()

        world.runner.run_now(job_id, stop_at_first_progress)
        job = world.runner.get(job_id)
        # A very quick load may have shown its last progress already.
        assert job.state in {JobState.QUEUED, JobState.DONE}
        if job.state is JobState.QUEUED:
            assert job.attempt == 0

    def test_there_is_one_owner(self, world: World) -> None:
        with pytest.raises(WorkspaceBusyError), open_world(world.settings):
            raise AssertionError("two owners")
