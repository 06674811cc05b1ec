"""A web server with one file, which knows when the file has not changed."""

import hashlib
from typing import ClassVar

from connectors import JsonValue
from tests.connectors.fake_vendor import Asked, FakeVendor, Told

MAPPING: dict[str, JsonValue] = {
    "entity": "ticket",
    "source": "helpdesk",
    "key": ["No"],
    "columns": {"created_at": "Opened", "subject": "Title"},
}


class FakeFiles(FakeVendor):
    """Serves /exports/tickets.csv."""

    vendor: ClassVar[str] = "files"
    config: ClassVar[dict[str, JsonValue]] = {
        "url": "https://exports.example/exports/tickets.csv?key=s3cret",
        "mapping": MAPPING,
    }

    def __init__(self) -> None:
        super().__init__()
        self.content = b"No,Opened,Title\n1,2026-01-05 10:00,One\n2,2026-01-06 10:00,Two\n"
        self.status = 200
        self.knows_etags = True

    def answer(self, asked: Asked) -> Told:
        """Return the file, or that it is the same."""
        if self.status != 200:
            return Told(self.status, b"secret words of the server", {"Location": "https://elsewhere.example/x.csv"})
        if asked.path != "/exports/tickets.csv" or asked.one("key") != "s3cret":
            return Told(404, b"")
        etag = f'"{hashlib.sha256(self.content).hexdigest()[:16]}"'
        if self.knows_etags and asked.headers.get("if-none-match") == etag:
            return Told(304, b"")
        return Told(200, self.content, {"Content-Type": "text/csv", **({"ETag": etag} if self.knows_etags else {})})
