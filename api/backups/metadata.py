"""The metadata as one SQLite file, whichever database they come from and go back to."""

import importlib
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, Integer, MetaData, create_engine, func, insert, inspect, select, table
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from api.backups.errors import BackupError
from api.workspaces.database import MetadataDatabase, open_metadata
from api.workspaces.models import Base

_ROWS = 500
_API = Path(__file__).parent.parent


def copy_out(metadata: MetadataDatabase, path: Path) -> dict[str, int]:
    """Write one consistent state of the metadata into a new SQLite file, and return the rows of each table."""
    with metadata.read() as session:
        if session.get_bind().dialect.name == "sqlite":
            raw = session.connection().connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            with closing(sqlite3.connect(path)) as target:
                raw.backup(target)
                target.execute("pragma journal_mode = delete")
        else:
            _rows_out(session, path)
    return count_rows(path)


def _rows_out(session: Session, path: Path) -> None:
    # One state however long it takes; it must be said before the first statement.
    source = session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    open_metadata(f"sqlite:///{path}").close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as target:
        _copy(source, target)
    engine.dispose()


def copy_in(path: Path, url: str) -> None:
    """Bring the rows of a SQLite file into another, empty database; the file is brought up to date first."""
    open_metadata(f"sqlite:///{path}").close()
    target = open_metadata(url)
    source = create_engine(f"sqlite:///{path}")
    try:
        with source.connect() as reading, target.write() as session:
            writing = session.connection()
            if has_rows(writing):
                raise BackupError("The metadata database is not empty. Empty it, or restore with --force.")
            _copy(reading, writing)
            _set_sequences(writing)
    finally:
        source.dispose()
        target.close()


def empty(engine: Engine) -> None:
    """Remove every table of a database that is about to be filled from a backup."""
    there = MetaData()
    with engine.begin() as connection:
        there.reflect(connection)
        there.drop_all(connection)


def has_rows(connection: Connection) -> bool:
    """Tell whether a metadata database is in use: whether it has a workspace or a person."""
    known = inspect(connection).get_table_names()
    tables = (table(name) for name in ("workspace", "person") if name in known)
    return any(connection.scalar(select(func.count()).select_from(one)) for one in tables)


def count_rows(path: Path) -> dict[str, int]:
    """Return the rows of each table of a SQLite file, or raise if the file is not whole."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True))
    try:
        with engine.connect() as connection:
            found = connection.exec_driver_sql("pragma integrity_check").scalar()
            if found != "ok":
                raise BackupError(f"{path.name} is not whole: {found}.")
            return {
                name: connection.scalar(select(func.count()).select_from(table(name))) or 0
                for name in sorted(inspect(connection).get_table_names())
            }
    except DatabaseError as error:
        raise BackupError(f"{path.name} is not whole: {error.orig}.") from error
    finally:
        engine.dispose()


def _copy(source: Connection, target: Connection) -> None:
    """Copy all rows, tables that others refer to first."""
    _know_all_tables()
    lacking = set(inspect(source).get_table_names()) - set(Base.metadata.tables) - {"alembic_version"}
    if lacking:
        raise BackupError(f"The metadata have tables that this program does not know: {', '.join(sorted(lacking))}.")
    for one in Base.metadata.sorted_tables:
        rows: list[Mapping[str, object]] = [dict(row) for row in source.execute(select(one)).mappings()]
        for start in range(0, len(rows), _ROWS):
            target.execute(insert(one), rows[start : start + _ROWS])


def _know_all_tables() -> None:
    for path in sorted(_API.rglob("*models.py")):
        importlib.import_module("api." + ".".join(path.relative_to(_API).with_suffix("").parts))


def _set_sequences(connection: Connection) -> None:
    """Let PostgreSQL go on counting after the numbers that were brought along."""
    if connection.dialect.name != "postgresql":
        return
    for one in Base.metadata.sorted_tables:
        column = one.autoincrement_column
        if column is None or not isinstance(column.type, Integer) or column.foreign_keys:
            continue
        newest = connection.scalar(select(func.max(column)))
        name = connection.scalar(select(func.pg_get_serial_sequence(one.name, column.name)))
        if newest is not None and name is not None:
            connection.execute(select(func.setval(name, newest)))
