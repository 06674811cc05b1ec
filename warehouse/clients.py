"""Client accounts as the warehouse sees them: the owner process copies them here from metadata."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from schemas import SemanticModel
from warehouse.duckdb import Connection
from warehouse.tables import stored_entities, table_name


@dataclass(frozen=True)
class ClientAccount:
    """One client inside a workspace; `timezone` and `report_currency` decide days and money of its rows."""

    id: str
    slug: str
    name: str
    industry: str | None = None
    region: str | None = None
    country: str | None = None
    timezone: str = "UTC"
    report_currency: str = "EUR"
    service_level: str | None = None
    account_owner: str | None = None


_COLUMNS = (
    "client_account_id, slug, client_account, industry, region, country, "
    "timezone, report_currency, service_level, account_owner"
)


def read_client_accounts(connection: Connection) -> list[ClientAccount]:
    """Return the client accounts in the order of their slugs."""
    rows = connection.execute(f"select {_COLUMNS} from normalised.client_account order by slug").fetchall()  # noqa: S608
    return [ClientAccount(*row) for row in rows]


def write_client_accounts(connection: Connection, accounts: Sequence[ClientAccount]) -> None:
    """Make the table equal to `accounts`, inside the running transaction."""
    connection.execute("delete from normalised.client_account")
    for account in accounts:
        connection.execute(
            f"insert into normalised.client_account ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",  # noqa: S608
            list(astuple(account)),
        )


def carry_names(connection: Connection, model: SemanticModel) -> None:
    """Carry the names of client accounts to the facts, inside the running transaction."""
    for entity in stored_entities(model):
        _carry_names(connection, table_name(entity))


def _carry_names(connection: Connection, table: str) -> None:
    # Region, owner and service level are as of the row's date, so only the client's name and industry follow.
    differs = """fact.client_account_id = account.client_account_id
        and (fact.client_account is distinct from account.client_account
             or fact.client_industry is distinct from account.industry)"""
    # To look first costs next to nothing; an update of a wide table does, even if it changes nothing.
    found = f"select 1 from {table} as fact, normalised.client_account as account where {differs} limit 1"  # noqa: S608
    if connection.execute(found).fetchone() is not None:
        connection.execute(
            f"update {table} as fact set client_account = account.client_account, client_industry = account.industry "  # noqa: S608
            f"from normalised.client_account as account where {differs}"
        )
