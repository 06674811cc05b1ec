"""The help desk of the sync benchmark: a source, and the server that it is read from."""

import sys
from collections.abc import AsyncIterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel

from connectors import Account, Batch, Context, Cursor, JsonValue, Stream, Window
from connectors.auth import Auth, NoAuth
from connectors.source import NoSettings
from connectors.vendor import Vendor

PAGE = 1_000


class BenchDesk:
    """Tickets in the order of their changes, a thousand a page."""

    id = "bench"
    label = "Bench desk"
    staging = Path(__file__).parent / "sync_staging"
    vendor = Vendor("bench", "Bench desk")
    auths: tuple[Auth, ...] = (NoAuth(),)
    settings: type[BaseModel] = NoSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address of the API."""
        del config, credentials
        return "https://bench.example"

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the one list."""
        del context
        return (Stream("tickets", ("id",), ("ticket",), version_field="version"),)

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield page after page."""
        del stream, window
        after, more = int(str(cursor.value.get("after", 0))), True
        while more:
            page = cast("dict[str, JsonValue]", await context.api.get("/tickets", {"after": after}))
            records = cast("list[dict[str, JsonValue]]", page["tickets"])
            after, more = after + len(records), bool(page["more"])
            yield Batch(records, Cursor({"after": after}), done=not more)

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the one desk."""
        del context
        return (Account("1", "Bench"),)


def serve(files: list[Path]) -> None:
    """Serve the lines of NDJSON files as pages: of the first file, and after a request for `/more` of all."""
    sizes = [_pages(file) for file in files]
    known = [sizes[0]]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            if address.path == "/more":
                known[:] = sizes
                self._send(b"{}")
                return
            self._send(_page(files, known, int(parse_qs(address.query)["after"][0])))

        def _send(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


def _pages(file: Path) -> tuple[int, list[int]]:
    """Return the number of lines and where each page begins; the last entry is the end."""
    places, lines, place = [0], 0, 0
    with file.open("rb") as source:
        for line in source:
            lines, place = lines + 1, place + len(line)
            if lines % PAGE == 0:
                places.append(place)
    if places[-1] != place:
        places.append(place)
    return lines, places


def _page(files: list[Path], known: list[tuple[int, list[int]]], after: int) -> bytes:
    left, total = after, sum(lines for lines, _ in known)
    for file, (lines, places) in zip(files, known, strict=False):
        if left >= lines:
            left -= lines
            continue
        page = left // PAGE
        with file.open("rb") as source:
            source.seek(places[page])
            text = source.read(places[page + 1] - places[page]).rstrip(b"\n")
        reached = after + min(PAGE, lines - page * PAGE)
        ended = b"true" if reached < total else b"false"
        return b'{"tickets":[' + text.replace(b"\n", b",") + b'],"more":' + ended + b"}"
    return b'{"tickets":[],"more":false}'


if __name__ == "__main__":
    serve([Path(name) for name in sys.argv[1:]])
