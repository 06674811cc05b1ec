"""Three sources of the load benchmark: fakes of vendors on loopback, linked by the API and synced without a pause."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import httpx2

from tests.connectors.fake_vendor import FakeVendor
from tests.connectors.fakes.freshdesk import FakeFreshdesk
from tests.connectors.fakes.stripe import FakeStripe
from tests.connectors.fakes.typeform import FakeTypeform

_PAUSE = 1.0  # seconds between two syncs of a connection
_CLIENT = "client-0"


class _Desk(FakeFreshdesk):
    """A help desk where something happens all the time."""

    def go_on(self) -> None:
        """Change a ticket and add one, minutes ago; the one that was added before makes room."""
        self.now = datetime.now(UTC)  # type: ignore[misc]  # the server's clock is the real one
        self.stores["tickets"][:] = [one for one in self.stores["tickets"] if one["id"] != 99990]
        self.change("tickets")


class Sources:
    """The fakes; and, once a server runs, the thread that syncs them."""

    def __init__(self, fakes: Mapping[str, FakeVendor]) -> None:
        self._fakes = fakes
        self._stopping = threading.Event()
        self.runs: Counter[str] = Counter()  # by source and how the connection stood after it

    @property
    def environment(self) -> dict[str, str]:
        """Return the settings that send a server's requests here."""
        return {name: value for fake in self._fakes.values() for name, value in fake.environment.items()}

    @contextmanager
    def syncing(self, address: str, admin_key: str) -> Iterator[None]:
        """Link the sources, and sync each again and again until the block ends."""
        headers = {"authorization": f"Bearer {admin_key}"}
        with httpx2.Client(base_url=address, headers=headers, timeout=120) as client:
            wishes: dict[str, dict[str, object]] = {
                "freshdesk": {"settings": _Desk.config, "credentials": _Desk.credentials},
                "stripe": {"credentials": self._fakes["stripe"].credentials, "account": "acct_imagined"},
                "typeform": {"credentials": {"token": "first-token"}},
            }
            ids = {source: _link(client, source, wish) for source, wish in wishes.items()}
            thread = threading.Thread(target=self._sync, args=(client, ids))
            thread.start()
            try:
                yield
            finally:
                self._stopping.set()
                thread.join()

    def _sync(self, client: httpx2.Client, ids: Mapping[str, str]) -> None:
        while not self._stopping.wait(_PAUSE):
            desk = self._fakes["freshdesk"]
            assert isinstance(desk, _Desk)
            desk.go_on()
            started = {source: _start(client, one) for source, one in ids.items()}
            for source, run in started.items():
                found = self._see_end(client, run)
                if found is not None:
                    self.runs[f"{source} {found}"] += 1

    def _see_end(self, client: httpx2.Client, run: str) -> str | None:
        while not self._stopping.is_set():
            told = client.get(f"/v1/runs/{run}").json()
            if told["finished_at"] is not None:
                return "failed: " + str(told.get("error")) if told.get("error") else "done"
            time.sleep(0.2)
        return None


@contextmanager
def three_sources() -> Iterator[Sources]:
    """Serve the three fakes until the block ends."""
    with ExitStack() as stack:
        fakes: dict[str, FakeVendor] = {"freshdesk": _Desk(), "stripe": FakeStripe(), "typeform": FakeTypeform()}
        for fake in fakes.values():
            fake.now = datetime.now(UTC)  # type: ignore[misc]
            stack.enter_context(fake)
        yield Sources(fakes)


def _link(client: httpx2.Client, source: str, wish: Mapping[str, object]) -> str:
    answer = client.post("/v1/connections", json={"source": source, "client": _CLIENT, **wish})
    if answer.status_code != 201:
        raise RuntimeError(f"{source} could not be linked: {answer.text}")
    return str(answer.json()["id"])


def _start(client: httpx2.Client, connection: str) -> str:
    answer = client.post(f"/v1/connections/{connection}/sync")
    if answer.status_code != 202:
        raise RuntimeError(f"A sync could not be started: {json.dumps(answer.json())}")
    return str(answer.json()["run"])
