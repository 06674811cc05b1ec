"""A server with an admin key, and fakes of vendors that sign people in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import httpx2

from api.settings import Settings
from api.workspaces.service import create_key, find_or_create_client, find_or_create_workspace
from api.world import World, open_world
from connectors import JsonValue
from tests.api.fake_authority import Authority
from tests.api.serving import serving
from tests.connectors.fake_vendor import Asked, FakeVendor, Told
from tests.connectors.fakes.zendesk import FakeZendesk
from tests.plain_http import client_of

Answer = dict[str, object]


class SigningZendesk(FakeZendesk):
    """The help desk, with its sign-in: JSON bodies, rotating tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime.now(UTC)  # type: ignore[misc]  # the server's clock is the real one
        self.authority = Authority(json=True)

    def answer(self, asked: Asked) -> Told:
        """Sign in, or answer as the help desk."""
        match asked.path:
            case "/oauth/authorizations/new":
                return self.authority.authorise(asked)
            case "/oauth/tokens":
                return self.authority.exchange(asked)
        return super().answer(asked)

    def is_signed_in(self, asked: Asked) -> bool:
        """Accept what the authority has handed out."""
        return self.authority.owner_of(asked) is not None or super().is_signed_in(asked)


class SigningXero(FakeVendor):
    """The sign-in of Xero, which reaches several organisations: the client's secret travels by HTTP Basic."""

    vendor = "xero"
    spared: ClassVar[tuple[str, ...]] = ("/nothing",)
    organisations: ClassVar[dict[str, str]] = {}

    def __init__(self, names: dict[str, str]) -> None:
        super().__init__()
        self.authority = Authority(basic=True)
        self.names = names

    def answer(self, asked: Asked) -> Told:
        """Sign in, or list the organisations."""
        match asked.path:
            case "/identity/connect/authorize":
                return self.authority.authorise(asked)
            case "/connect/token":
                return self.authority.exchange(asked)
            case "/connect/revocation":
                return self.authority.revoke(asked)
            case "/connections" if self.authority.owner_of(asked) is not None:
                listed: list[JsonValue] = [
                    {"id": f"c-{key}", "tenantId": key, "tenantType": "ORGANISATION", "tenantName": name}
                    for key, name in self.names.items()
                ]
                return Told(200, listed)
        return self.unauthorised()


@dataclass(frozen=True)
class Desk:
    """A server without any data, and the keys to it."""

    address: str
    world: World
    workspace_id: str
    admin_key: str
    reading_key: str

    def client(self, key: str | None = None) -> httpx2.Client:
        """Return a client of the API."""
        headers = {"authorization": f"Bearer {key or self.admin_key}"}
        return client_of(self.address, headers=headers)

    def browser(self) -> httpx2.Client:
        """Return a person's browser: it keeps cookies and follows redirects."""
        return client_of(self.address, follow_redirects=True)

    def post(self, path: str, body: object = None, status: int = 201) -> Answer:
        """Send a message as the administrator, and return the answer."""
        with self.client() as client:
            answer = client.post(path, json=body or {})
        assert answer.status_code == status, answer.text
        found: Answer = answer.json()
        return found

    def get(self, path: str) -> Answer:
        """Ask as the administrator."""
        with self.client() as client:
            answer = client.get(path)
        assert answer.status_code == 200, answer.text
        found: Answer = answer.json()
        return found

    def local(self, url: object) -> str:
        """Return the path of an address of this server."""
        parts = urlsplit(str(url))
        return parts.path


@contextmanager
def desk_at(folder: Path) -> Iterator[Desk]:
    """Run a server with two client accounts; no job is done unless a test starts the runner."""
    settings = Settings(data_dir=folder / "data", log_level="warning", rate_burst=10_000, rate_per_second=10_000)
    with open_world(settings) as world:
        workspace = find_or_create_workspace(world.metadata, "main")
        for name in ("Acme", "Globex"):
            find_or_create_client(world.metadata, workspace, name)
        admin = create_key(world.metadata, workspace, "admin", admin=True).secret
        reader = create_key(world.metadata, workspace, "reader").secret
        with serving(world) as address:
            yield Desk(address, world, workspace.id, admin, reader)
