"""A server with two client accounts, somebody who is signed in to its console, and a key that administers."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from api.jobs.records import JobKind
from api.jobs.work import import_arguments
from api.settings import Settings
from api.workspaces.service import create_key, find_or_create_workspace
from api.world import World, open_world
from tests.api.serving import MAPPING, load, serving, wait_until, write_tickets
from tests.plain_http import client_of
from warehouse import Mapping


@dataclass(frozen=True)
class Desk:
    """Ways into the server."""

    world: World
    address: str
    browser: httpx2.Client  # somebody who is signed in
    admin: httpx2.Client
    acme: httpx2.Client  # reads client account acme only
    other: httpx2.Client  # administers another workspace

    def load(self, client: str, path: Path, mapping: Mapping) -> None:
        """Import a file while the server works."""
        workspace = find_or_create_workspace(self.world.metadata, "main")
        job = self.world.runner.enqueue(workspace, JobKind.IMPORT, import_arguments(path, client, mapping))
        wait_until(lambda: self.world.runner.run_now(job).finished)
        assert self.world.runner.get(job).error is None

    def page(self, path: str) -> str:
        """Return the text of a page of the console."""
        answer = self.browser.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, path: str, form_at: str, **fields: str) -> httpx2.Response:
        """Send a form of the console with what its page hides in it."""
        csrf = re.findall(r'name="csrf" value="([^"]+)"', self.page(form_at))[0]
        return self.browser.post(path, data={"csrf": csrf, **fields})

    def data(
        self, dataset: str, fields: Sequence[str], start: str, end: str, client: str | None = "acme"
    ) -> list[list[object]]:
        """Ask getData, and return the rows."""
        params = {"workspace": "main", "dataset": dataset} | ({"client": client} if client else {})
        body = {
            "configParams": params,
            "dateRange": {"startDate": start, "endDate": end},
            "fields": [{"name": name} for name in fields],
        }
        answer = self.admin.post("/v1/looker/data", json=body)
        assert answer.status_code == 200, answer.text
        return [row["values"] for row in answer.json()["rows"]]


@contextmanager
def desk(folder: Path) -> Iterator[Desk]:
    """Open the server: acme has 240 tickets from January 2025, globex 120."""
    settings = Settings(data_dir=folder / "data", log_level="warning", rate_burst=10_000, rate_per_second=10_000)
    mapping = folder / "tickets.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    with open_world(settings) as world:
        for name, rows, seed in (("Acme", 240, 3), ("Globex", 120, 5)):
            load(world, "main", name, write_tickets(folder / f"{name}.csv", rows, seed), mapping)
        main, other = (find_or_create_workspace(world.metadata, name) for name in ("main", "other"))
        secrets = (
            create_key(world.metadata, main, "ops", admin=True).secret,
            create_key(world.metadata, main, "acme only", ["acme"]).secret,
            create_key(world.metadata, other, "others", admin=True).secret,
        )
        world.runner.start()
        with serving(world) as address:
            browser = client_of(address, headers={"accept": "text/html", "origin": address})
            form = {"email": "ana@example.com", "name": "Ana", "password": "a sentence that is long enough"}
            assert browser.post(f"/console/welcome/{world.people.owner_token()}", data=form).status_code == 303
            keys = [client_of(address, headers={"authorization": f"Bearer {secret}"}) for secret in secrets]
            yield Desk(world, address, browser, *keys)
            for one in (browser, *keys):
                one.close()
