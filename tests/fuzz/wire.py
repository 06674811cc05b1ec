"""Two ways to getData of one running server: over HTTP, or straight into the application on the server's own loop."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import httpx2
import orjson
from starlette.types import ASGIApp, Message

from tests.looker_formula import Row
from tests.looker_simulator import read_rows

PATH = "/v1/looker/data"
Call: TypeAlias = "tuple[str, bytes]"  # whose key, and the body


@dataclass(frozen=True)
class Reply:
    """An answer, whichever way it came."""

    status: int
    headers: frozenset[str]
    body: bytes

    @cached_property
    def document(self) -> Any:
        """Read the body as JSON."""
        return orjson.loads(self.body)

    @cached_property
    def rows(self) -> list[Row]:
        """Read the rows by the names of their fields; values of a wrong kind are refused."""
        return read_rows(self.document)

    @property
    def text(self) -> str:
        """Return the body as it is written."""
        return self.body.decode()


@dataclass(frozen=True)
class Wire:
    """A server that runs in this process, its loop in another thread."""

    http: httpx2.Client
    app: ASGIApp
    loop: asyncio.AbstractEventLoop

    def post(self, call: Call) -> Reply:
        """Ask over HTTP."""
        key, body = call
        headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        answer = self.http.post(PATH, content=body, headers=headers)
        return Reply(answer.status_code, frozenset(answer.headers), answer.content)

    def ask(self, calls: Sequence[Call]) -> list[Reply]:
        """Ask all at once, as the charts of a page do, without a socket in between: that costs more than the answer."""

        async def together() -> list[Reply]:
            return await asyncio.gather(*(_call(self.app, *one) for one in calls))

        return asyncio.run_coroutine_threadsafe(together(), self.loop).result()


async def _call(app: ASGIApp, key: str, body: bytes) -> Reply:
    heads = [
        (b"host", b"127.0.0.1"),
        (b"authorization", b"Bearer " + key.encode()),
        (b"content-type", b"application/json"),
    ]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": PATH, "raw_path": PATH.encode(), "root_path": "", "query_string": b"", "headers": heads,
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "state": {},
    }  # fmt: skip
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    head, parts = sent[0], [one.get("body", b"") for one in sent[1:]]
    return Reply(head["status"], frozenset(name.decode() for name, _ in head["headers"]), b"".join(parts))
