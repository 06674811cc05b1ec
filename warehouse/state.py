"""Schema `state`: format, data version, settings, and the tables that remember loads."""

from dataclasses import astuple, dataclass, fields

from warehouse.duckdb import Connection, integer
from warehouse.errors import VersionMismatchError

FORMAT = 2

_TABLES = (
    """create table if not exists state.about (
        format integer not null, data_version bigint not null,
        base_currency varchar not null, fiscal_year_start integer not null)""",
    """create table if not exists state.cursors (
        connection_id varchar not null, stream varchar not null, slice varchar not null,
        cursor varchar not null, seq bigint not null, sync_id varchar not null, moved_at timestamp not null)""",
    """create table if not exists state.source_accounts (
        connection_id varchar not null, source varchar not null, account_id varchar not null)""",
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
    """create table if not exists state.runs (
        sync_id varchar not null, connection_id varchar not null, connection varchar not null,
        source_system varchar not null, entity varchar not null, client_account_id varchar not null,
        started_at timestamp not null, ended_at timestamp not null, run_state varchar not null,
        row_count bigint not null, restated_rows bigint, sampled_rows bigint, error_count bigint not null,
        requests bigint, error_code varchar, data_through date, promised_lag_hours double)""",
    """create table if not exists state.touched (entity varchar not null, load_id varchar not null)""",
    """create table if not exists state.rules (
        client_account_id varchar not null, source_system varchar not null, entity varchar not null,
        rule varchar not null)""",
    """create table if not exists state.builds (
        entity varchar not null, built_at timestamp not null, built_on date not null,
        rules_hash varchar not null, error varchar)""",
)

# What `state.about` has gained since format 1, with the value that holds for files from before.
_ADDED = (
    "timezone varchar default 'UTC'",
    "week_start integer default 0",
    "portfolio_level varchar default 'client_account'",
    "cac_scope varchar default 'full'",
    "cac_lag_days integer default 0",
    "tickets_per_agent_day double",
    "fx_method varchar default 'transaction_date'",
    "business_hours varchar default '[]'",
)


@dataclass(frozen=True)
class Settings:
    """What a workspace's file says about itself: the copy of the workspace's settings that loads and queries read."""

    base_currency: str = "EUR"
    fiscal_year_start: int = 1  # month
    timezone: str = "UTC"  # of a client account that has none of its own
    week_start: int = 0  # days after Monday
    portfolio_level: str = "client_account"  # or account: whose region, owner and service level rows carry
    cac_scope: str = "full"  # or ads, ads_fees: which costs are costs of winning customers
    cac_lag_days: int = 0
    tickets_per_agent_day: float | None = None
    fx_method: str = "transaction_date"  # or month_average, period_end, fixed


_SETTINGS = ", ".join(field.name for field in fields(Settings))


def create_state(connection: Connection) -> None:
    """Make the schemas and the state tables, bring older ones up to date, or refuse a file of a newer program."""
    for schema in ("raw", "normalised", "staging", "state"):
        connection.execute(f"create schema if not exists {schema}")
    for table in _TABLES:
        connection.execute(table)
    found = connection.execute("select format from state.about").fetchone()
    if found is not None and found[0] > FORMAT:
        raise VersionMismatchError(
            f"This workspace has format {found[0]}, but this program knows formats up to {FORMAT}. "
            "Update Belvedere; nothing was changed."
        )
    if found is None or found[0] < FORMAT:
        for column in _ADDED:
            connection.execute(f"alter table state.about add column if not exists {column}")
    if found is None:
        connection.execute(
            "insert into state.about (format, data_version, base_currency, fiscal_year_start) values ($1, 0, $2, $3)",
            [FORMAT, Settings.base_currency, Settings.fiscal_year_start],
        )
    else:
        connection.execute("update state.about set format = $1 where format < $1", [FORMAT])


def read_data_version(connection: Connection) -> int:
    """Return the committed data version."""
    return integer(connection, "select data_version from state.about")


def bump_data_version(connection: Connection) -> int:
    """Move the data version inside the running transaction and return the new one."""
    connection.execute("update state.about set data_version = data_version + 1")
    return read_data_version(connection)


def read_settings(connection: Connection) -> Settings:
    """Return the workspace's settings."""
    row = connection.execute(f"select {_SETTINGS} from state.about").fetchone()  # noqa: S608
    return Settings(*row) if row is not None else Settings()


def write_settings(connection: Connection, settings: Settings) -> None:
    """Store the workspace's settings; what depends on them is the caller's to renew."""
    sets = ", ".join(f"{field.name} = ${place}" for place, field in enumerate(fields(Settings), start=1))
    connection.execute(f"update state.about set {sets}", list(astuple(settings)))  # noqa: S608


def clear_staging(connection: Connection) -> None:
    """Drop whatever lies in schema `staging`; it is empty between loads."""
    names = connection.execute("select table_name from duckdb_tables() where schema_name = 'staging'").fetchall()
    for (name,) in names:
        connection.execute('drop table staging."' + str(name).replace('"', '""') + '"')
