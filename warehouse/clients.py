"""Client accounts as the warehouse sees them: the owner process copies them here from metadata."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from schemas import SemanticModel
from warehouse.duckdb import Connection
from warehouse.state import bump_data_version, read_settings
from warehouse.tables import table_name


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
    """Return the client accounts in the order of their names."""
    rows = connection.execute(f"select {_COLUMNS} from normalised.client_account order by slug").fetchall()  # noqa: S608
    return [ClientAccount(*row) for row in rows]


def replace_client_accounts(
    connection: Connection, model: SemanticModel, accounts: Sequence[ClientAccount], base_currency: str | None
) -> bool:
    """Make the table equal to `accounts` and carry names to the facts; tell whether anything changed."""
    wanted = sorted(accounts, key=lambda account: account.slug)
    same_currency = base_currency is None or base_currency == read_settings(connection).base_currency
    if wanted == read_client_accounts(connection) and same_currency:
        return False
    connection.execute("delete from normalised.client_account")
    for account in wanted:
        connection.execute(
            f"insert into normalised.client_account ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",  # noqa: S608
            list(astuple(account)),
        )
    if base_currency is not None:
        connection.execute("update state.about set base_currency = $1", [base_currency])
    for entity in model.entities.values():
        _carry_names(connection, table_name(entity))
    bump_data_version(connection)
    return True


def _carry_names(connection: Connection, table: str) -> None:
    # Region, owner and service level are as of the row's date, so only the client's name and industry follow.
    connection.execute(
        f"""update {table} as fact
            set client_account = account.client_account, client_industry = account.industry
            from normalised.client_account as account
            where fact.client_account_id = account.client_account_id
              and (fact.client_account is distinct from account.client_account
                   or fact.client_industry is distinct from account.industry)"""  # noqa: S608
    )


def ensure_client_account(connection: Connection, account: ClientAccount) -> None:
    """Add one client account, or bring it up to date, inside the running transaction."""
    connection.execute("delete from normalised.client_account where client_account_id = $1", [account.id])
    connection.execute(
        f"insert into normalised.client_account ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",  # noqa: S608
        list(astuple(account)),
    )
