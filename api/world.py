"""What one server works with: settings, catalogue, warehouse, metadata, cache, limits, threads. Nothing is global."""

import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from api.backups.watch import BackupWatch
from api.cache import AnswerCache
from api.clients.keeping import Sweeper
from api.identity.linking import copy_account_links
from api.jobs.records import JobKind
from api.jobs.runner import Beside, JobRunner
from api.limits import Limits
from api.looker.google_tokens import GoogleTokens
from api.looker_oauth.limits import TokenLimits
from api.looker_oauth.memory import TokenMemory
from api.mail.sender import Mailer, mailer_of
from api.notices.delivering import Post
from api.notices.watch import Watch
from api.operation.counting import Counts
from api.people.providers import Provider, read_providers
from api.people.service import People
from api.settings import Settings
from api.shares.tries import Tries, note_tries, print_tries
from api.snapshots.following import Follower
from api.snapshots.publishing import Publisher
from api.sync.ledger_file import LedgerFile
from api.telemetry import log
from api.usage.collecting import Collector
from api.usage.keeping import Keeper
from api.weak_secrets import check_secrets
from api.workspaces.callers import Callers
from api.workspaces.database import MetadataDatabase
from api.workspaces.repository import Repository
from api.workspaces.settings import settings_of
from api.workspaces.vault import open_vault
from api.writing.copying import copy_written
from api.writing.searching import Search
from looker_templates import Diagnosis, Press, PressLimits
from schemas import Money, SemanticModel, load_model, looker_schema
from warehouse import SnapshotWarehouse, Warehouse, WorkspaceBusyError, WorkspaceDatabase

_QUERY_THREAD = "query"
_SECONDS_FOR_QUERIES = 0.5

Field: TypeAlias = Mapping[str, object]
Fields: TypeAlias = Mapping[str, Field]  # Looker Studio's Field objects by id


def _quick_press() -> Press:
    # One worker: whoever comes while it is busy is served without it, which takes no longer than it used to.
    return Press(PressLimits(workers=1, seconds=2, memory_mb=768, jobs=500, waiting_seconds=0, idle_seconds=3600))


@dataclass(frozen=True)
class World:
    """Everything that outlives a request."""

    settings: Settings
    model: SemanticModel
    warehouse: Warehouse
    metadata: MetadataDatabase
    callers: Callers
    limits: Limits
    cache: AnswerCache
    queries: ThreadPoolExecutor
    runner: JobRunner
    people: People
    google: GoogleTokens = field(default_factory=GoogleTokens)
    mailer: Mailer | None = None  # sends mail, if a mail server is set
    usage: Collector = field(default_factory=Collector)  # questions that are not written yet
    counts: Counts = field(default_factory=Counts)  # what was done since the start, for /metrics
    press: Press = field(default_factory=Press)  # draws reports, in processes of its own
    quick_press: Press = field(default_factory=_quick_press)  # draws what a reader sees first, or nothing
    token_memory: TokenMemory = field(default_factory=TokenMemory)  # for whom connectors asked a moment ago
    connector_limits: TokenLimits = field(default_factory=TokenLimits)  # of the calls for tokens
    providers: tuple[Provider, ...] = ()  # by which people may sign in
    share_tries: Tries = field(default_factory=Tries)  # of passwords of links
    share_prints: Tries = field(default_factory=print_tries)  # of PDFs through links
    share_notes: Tries = field(default_factory=note_tries)  # of notes through links
    reads_only: bool = False  # one of several processes beside the owner: it answers from published snapshots
    demo_key_id: str | None = None  # set while the demo lets browsers of this machine in by itself
    diagnoses: dict[tuple[object, ...], Diagnosis] = field(default_factory=dict)  # of templates, while data stay
    _databases: dict[str, WorkspaceDatabase] = field(default_factory=dict)
    _fields: dict[tuple[str, str, Money, str, bool], Fields] = field(default_factory=dict)

    def model_of(self, slug: str) -> SemanticModel:
        """Return the catalogue as a workspace sees it: with its own fields and formulas."""
        return self.warehouse.model_of(slug) if self.model is self.warehouse.model else self.model

    def fields(
        self, model: SemanticModel, dataset: str, money: Money, language: str, *, comparison: bool = False
    ) -> Fields:
        """Return a dataset's fields by id, in the order of its schema; those of one catalogue never change."""
        key = (model.version, dataset, money, language, comparison)
        if key not in self._fields:
            listed = looker_schema(model, dataset, money=money, language=language, comparison=comparison)
            self._fields[key] = {str(one["name"]): one for one in listed}
        return self._fields[key]

    def forget_answers(self) -> None:
        """Forget the answers that are kept in memory, from any thread: they may show what was deleted."""
        self.diagnoses.clear()
        loop = self.cache.loop
        if loop is not None:
            loop.call_soon_threadsafe(self.cache.clear)

    def opened(self, slug: str) -> WorkspaceDatabase | None:
        """Return a workspace's data if it is open already; this never waits."""
        return self._databases.get(slug)

    def databases(self) -> Mapping[str, WorkspaceDatabase]:
        """Return the workspaces' data that are open, by slug."""
        return dict(self._databases)

    def database(self, slug: str) -> WorkspaceDatabase:
        """Return a workspace's data, opened on first use."""
        database = self.warehouse.workspace(slug)
        self._databases[slug] = database
        return database


def make_warehouse(settings: Settings, model: SemanticModel, *, kind: type[Warehouse] = Warehouse) -> Warehouse:
    """Return the warehouse of the data directory; nothing is opened yet."""
    return kind(
        settings.data_dir,
        model,
        threads=settings.duckdb_threads,
        memory_limit=settings.duckdb_memory,
        query_timeout_seconds=settings.query_timeout_seconds,
    )


@contextmanager
def open_world(settings: Settings, *, demo_key_id: str | None = None, reader: bool = False) -> Iterator[World]:
    """Become the owner of the data directory, or a reader of its snapshots, and open everything; close it after."""
    model = load_model()
    mailer, providers = mailer_of(settings), read_providers()
    check_secrets(settings)
    # Nobody else's business; a directory that is there keeps the rights that its owner gave it.
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    warehouse = make_warehouse(settings, model, kind=SnapshotWarehouse if reader else Warehouse)
    _acquire(warehouse, settings)
    metadata = open_vault(settings)
    mine = f"{_QUERY_THREAD}-{id(warehouse)}-"  # a process may have several worlds, each with its threads
    queries = ThreadPoolExecutor(settings.query_threads, thread_name_prefix=mine)
    watch = Watch(Post(metadata, mailer, settings.address, settings.product_name))
    usage, counts = Collector(), Counts()
    asked = LedgerFile(settings.data_dir, metadata.ledger)
    keeper = Keeper(metadata, usage, model.datasets).run
    beside: tuple[Beside, ...]
    if isinstance(warehouse, SnapshotWarehouse):
        beside = (keeper, Search(warehouse).run, Follower(warehouse).run)
    else:
        asked.recall()
        beside = (watch.run, Search(warehouse).run, keeper, asked.run)
        if settings.snapshots:
            beside = (*beside, Publisher(warehouse).run)
    runner = JobRunner(metadata, warehouse, settings.address, keep_up=settings.keep_up, counts=counts, beside=beside)
    world = World(
        settings=settings,
        model=model,
        warehouse=warehouse,
        metadata=metadata,
        callers=Callers(metadata),
        limits=Limits(settings.rate_per_second, settings.rate_burst),
        cache=AnswerCache(settings.cache_bytes),
        queries=queries,
        runner=runner,
        people=People(metadata),
        google=GoogleTokens(settings.bigquery_credentials),
        mailer=mailer,
        usage=usage,
        counts=counts,
        demo_key_id=demo_key_id,
        providers=providers,
        reads_only=reader,
    )
    if not reader:
        runner.also(BackupWatch(settings, metadata, runner).run)
        runner.also(Sweeper(settings.data_dir).run)
        runner.after(JobKind.DELETION, world.forget_answers)
    try:
        _open_workspaces(world)
        yield world
    finally:
        queries.shutdown(wait=False, cancel_futures=True)
        runner.stop()
        if not reader:
            asked.try_to_note()
        world.press.close()
        world.quick_press.close()
        metadata.close()
        # Closing waits for what still runs. An end that is asked for may not: the transaction of a load is undone by
        # the next opening, and the lock goes with the process.
        if runner.idle and not _still_running(mine):
            warehouse.close()


def _still_running(mine: str) -> bool:
    """Return whether a query outlasts a short wait; idle threads of the executor end at once."""
    deadline = time.monotonic() + _SECONDS_FOR_QUERIES
    for thread in threading.enumerate():
        if thread.name.startswith(mine):
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                return True
    return False


def _acquire(warehouse: Warehouse, settings: Settings) -> None:
    try:
        warehouse.acquire()
    except WorkspaceBusyError as error:
        raise WorkspaceBusyError(
            f"Another Belvedere is using the data directory {settings.data_dir}. Stop it, or give this one a directory "
            "of its own: BELVEDERE_DATA_DIR."
        ) from error


def _open_workspaces(world: World) -> None:
    """Open what is there, so that the first report does not wait, and renew the copies of client accounts."""
    with world.metadata.read() as session:
        repository = Repository(session)
        known = [(item, repository.client_accounts(item.id, archived=True)) for item in repository.workspaces()]
    for workspace, clients in known:
        if workspace.slug in world.warehouse.slugs() and world.reads_only:
            world.database(workspace.slug)
        elif workspace.slug in world.warehouse.slugs():
            world.database(workspace.slug).put_settings(settings_of(workspace), clients, workspace.business_hours)
            copy_account_links(world.metadata, world.database(workspace.slug), workspace.id)
            copy_written(world.metadata, world.database(workspace.slug), workspace.id)
            log().info("workspace opened", workspace=workspace.slug, clients=len(clients))
