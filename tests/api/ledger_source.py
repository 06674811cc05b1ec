"""A source at the made-up vendor of `fake_authority`, and what a second process does with a grant of it."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from api.oauth.access import GrantCredentials
from api.settings import Settings
from api.workspaces.vault import open_vault
from connectors import Account, Batch, Context, Cursor, JsonValue, Stream, Window
from connectors.access import Access, open_api
from connectors.auth import Auth, OAuth2
from connectors.json_value import records_at
from connectors.vendor import Vendor

OAUTH = OAuth2(
    provider="ledger",
    authorize_url="https://{region}.ledger.invalid/{region}/authorize",
    token_url="https://{region}.ledger.invalid/{region}/token",
    scopes=("ledgers.read", "offline"),
    rotates=True,
)


class LedgerSettings(BaseModel):
    """Where the ledgers are."""

    model_config = ConfigDict(extra="forbid")

    region: str


class LedgerSource:
    """Ledgers, which have no streams: only their sign-in matters."""

    id = "ledger"
    label = "Ledger"
    staging = Path(__file__).parent
    vendor = Vendor("ledger", "Ledger")
    auths: tuple[Auth, ...] = (OAUTH,)
    settings: type[BaseModel] = LedgerSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address of the API."""
        return "https://ledger.invalid/v1"

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return no lists."""
        return ()

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield nothing but the end."""
        yield Batch([], cursor, done=True)

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the ledgers."""
        found = await context.api.get("ledgers")
        return tuple(Account(str(one["id"]), str(one["name"])) for one in records_at(found, "ledgers"))


async def ask(credentials: GrantCredentials) -> int:
    """Ask for the ledgers, and return how many there are."""
    source = LedgerSource()
    async with open_api(source, {"region": "north"}, Access(OAUTH, credentials)) as api:
        return len(records_at(await api.get("ledgers"), "ledgers"))


async def six_tasks(credentials: GrantCredentials) -> list[int]:
    """Ask six times at once."""
    return list(await asyncio.gather(*(ask(credentials) for _ in range(6))))


def main() -> None:
    """Be another process: wait for a line, ask six times at once with the grant that was named."""
    data_dir, workspace_id, grant_id = sys.argv[1:]
    metadata = open_vault(Settings(data_dir=Path(data_dir)))
    credentials = GrantCredentials(metadata, workspace_id, grant_id, LedgerSource(), OAUTH)
    print("ready", flush=True)
    sys.stdin.readline()
    print(asyncio.run(six_tasks(credentials)), flush=True)
    metadata.close()


if __name__ == "__main__":
    main()
