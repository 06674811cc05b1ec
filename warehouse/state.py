"""Schema `state`: format, data version, settings, and the tables that remember loads."""

from dataclasses import dataclass

from warehouse.duckdb import Connection, integer
from warehouse.errors import VersionMismatchError

FORMAT = 1

_TABLES = (
    """create table if not exists state.about (
        format integer not null, data_version bigint not null,
        base_currency varchar not null, fiscal_year_start integer not null)""",
    """create table if not exists state.cursors (
        connection_id varchar not null, stream varchar not null, slice varchar not null,
        cursor varchar not null, seq bigint not null, sync_id varchar not null, moved_at timestamp not null)""",
    """create table if not exists state.files (
        import_id varchar not null, file varchar not null, file_hash varchar not null,
        file_bytes bigint not null, mapping_hash varchar not null,
        entity varchar not null, client_account_id varchar not null, source_system varchar not null,
        mode varchar not null, rows_read bigint not null, rows_loaded bigint not null,
        rows_quarantined bigint not null, cells_quarantined bigint not null,
        loaded_at timestamp not null, data_version bigint not null, seq bigint not null)""",
    """create table if not exists state.quarantine (
        load_id varchar not null, origin varchar not null, entity varchar not null, client_account_id varchar,
        line bigint, record_key varchar, column_name varchar, value varchar, reason varchar not null,
        row_left_out boolean not null, record varchar, loaded_at timestamp not null)""",
    """create table if not exists state.drift (
        table_name varchar not null, column_name varchar not null, load_id varchar not null,
        seen_at timestamp not null)""",
)


@dataclass(frozen=True)
class Settings:
    """What a workspace's file says about itself."""

    base_currency: str = "EUR"
    fiscal_year_start: int = 1


def create_state(connection: Connection) -> None:
    """Make the schemas and the state tables, or refuse a file of a newer program."""
    for schema in ("raw", "normalised", "staging", "state"):
        connection.execute(f"create schema if not exists {schema}")
    for table in _TABLES:
        connection.execute(table)
    found = connection.execute("select format from state.about").fetchone()
    if found is None:
        defaults = Settings()
        connection.execute(
            "insert into state.about values ($1, 0, $2, $3)",
            [FORMAT, defaults.base_currency, defaults.fiscal_year_start],
        )
    elif found[0] > FORMAT:
        raise VersionMismatchError(
            f"This workspace has format {found[0]}, but this program knows formats up to {FORMAT}. "
            "Update Belvedere; nothing was changed."
        )


def read_data_version(connection: Connection) -> int:
    """Return the committed data version."""
    return integer(connection, "select data_version from state.about")


def bump_data_version(connection: Connection) -> int:
    """Move the data version inside the running transaction and return the new one."""
    connection.execute("update state.about set data_version = data_version + 1")
    return read_data_version(connection)


def read_settings(connection: Connection) -> Settings:
    """Return the workspace's currency and the first month of its fiscal year."""
    row = connection.execute("select base_currency, fiscal_year_start from state.about").fetchone()
    return Settings(*row) if row is not None else Settings()


def clear_staging(connection: Connection) -> None:
    """Drop whatever lies in schema `staging`; it is empty between loads."""
    names = connection.execute("select table_name from duckdb_tables() where schema_name = 'staging'").fetchall()
    for (name,) in names:
        connection.execute('drop table staging."' + str(name).replace('"', '""') + '"')
