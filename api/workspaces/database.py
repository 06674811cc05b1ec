"""The metadata database: SQLite in the data directory or PostgreSQL by setting, migrated when opened."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session

from api.errors import SecretKeyError, StartError
from api.workspaces.secrets import KeyRing, SecretBox
from connectors import Ledger

MIGRATIONS = Path(__file__).parent.parent / "migrations"
NEWEST = "0016"  # the last revision in api/migrations; a test compares
BUSY_SECONDS = 15
_MIGRATING = 0x62656C7665646572  # the lock's number: "belveder"


class MetadataDatabase:
    """Sessions for reading and for writing. Each is one short transaction."""

    def __init__(self, engine: Engine) -> None:
        self._reading = engine
        self._writing = engine.execution_options(writes=True)
        self._lasting = engine.execution_options(writes=True, durable=True)
        self._keys: KeyRing | None = None
        self.ledger = Ledger()  # of the requests to vendors that this process sends or lets be sent

    def keep(self, keys: KeyRing) -> None:
        """Keep the keys of the secrets that lie in this database."""
        self._keys = keys

    @property
    def secrets(self) -> SecretBox:
        """Return what encrypts and decrypts its secrets."""
        if self._keys is None:
            raise SecretKeyError("The metadata was opened without its secret keys: open it by open_vault.")
        return self._keys.box()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that only reads."""
        with Session(self._reading, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Session]:
        """Give a session whose changes are committed at the end, or undone by an exception.

        Durable ones outlast a power cut as well: for what must be known before something is done outside.
        """
        engine = self._lasting if durable else self._writing
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def compact(self) -> None:
        """Write an SQLite file anew: of rows that were deleted no byte is left. Others clean up by themselves."""
        if self._reading.dialect.name != "sqlite":
            return
        connection = self._reading.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("vacuum")
            deadline = time.monotonic() + BUSY_SECONDS
            # The log holds old pages until nobody reads from it any more.
            while cursor.execute("pragma wal_checkpoint(truncate)").fetchone()[0] and time.monotonic() < deadline:
                time.sleep(0.05)
        finally:
            connection.close()

    def close(self) -> None:
        """Let go of all connections."""
        self._reading.dispose()


def metadata_engine(url: str) -> Engine:
    """Reach a database by its SQLAlchemy address, with none of its tables looked at."""
    # PostgreSQL's database that was made without a locale would answer with bytes instead of text.
    text_as = {"client_encoding": "utf8"} if make_url(url).get_backend_name() == "postgresql" else {}
    return create_engine(url, pool_pre_ping=True, connect_args=text_as)


def open_metadata(url: str) -> MetadataDatabase:
    """Open the database and bring its tables up to date."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        Path(parsed.database or "").parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        try:
            engine = metadata_engine(url)
        except ModuleNotFoundError as error:
            raise StartError(
                f"BELVEDERE_DATABASE_URL needs the package '{error.name}'. Install it beside Belvedere."
            ) from error
        if engine.dialect.name == "postgresql":
            event.listen(engine, "connect", _prepare_postgresql)
    _migrate(engine)
    return MetadataDatabase(engine)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver would begin transactions by itself, too late and always as readers; we say BEGIN ourselves.
    connection.isolation_level = None
    _use_write_ahead_log(connection)
    for pragma in ("synchronous = normal", "foreign_keys = on"):
        connection.execute(f"pragma {pragma}")


def _prepare_postgresql(connection: DBAPIConnection, _record: object) -> None:
    # A server may be set to write dates as people of its country do, which the driver cannot read.
    cursor = connection.cursor()
    cursor.execute("set datestyle = 'ISO'")
    cursor.execute("set time zone 'UTC'")
    cursor.close()
    connection.commit()


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    # The switch of a new file does not wait for others who are switching it too, whatever the busy timeout says.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("pragma journal_mode = wal")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns writer halfway fails at once when another process wrote meanwhile; an immediate one waits.
    options = connection.get_execution_options()
    if options.get("writes", False):
        connection.exec_driver_sql(f"pragma synchronous = {'full' if options.get('durable', False) else 'normal'}")
    connection.exec_driver_sql("begin immediate" if options.get("writes", False) else "begin")


def _migrate(engine: Engine) -> None:
    revision = _revision(engine)
    if revision == NEWEST:
        return
    if revision is not None and revision > NEWEST:
        raise StartError(
            f"The metadata was last used by a newer version of Belvedere (migration {revision}; this one knows up to "
            f"{NEWEST}). Start the newer version, or restore a backup from before the update."
        )
    # Alembic takes half a second to import, which every command would pay.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            # Two processes that start at once: the second waits here, and then finds nothing left to do.
            connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("select version_num from alembic_version"))
        return found
