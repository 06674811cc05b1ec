"""A person's browser: it keeps cookies, and brings back what the forms of the console hand out."""

import re
from collections.abc import Mapping
from typing import Self

import httpx2
from sqlalchemy import delete

from api.people.models import AccessGrantRow, AddressGroupRow, InvitationRow, PersonRow, WorkspaceSecurityRow
from tests.api.serving import Served
from tests.plain_http import client_of

PASSWORD = "a sentence that is long enough"


class Browser:
    """One person at one server. Redirects are not followed: where they lead is part of the answer."""

    def __init__(self, address: str, agent: str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0") -> None:
        headers = {"accept": "text/html", "origin": address, "user-agent": agent}
        self.client = client_of(address, headers=headers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def get(self, path: str) -> httpx2.Response:
        """Open a page."""
        return self.client.get(path)

    def json(self, path: str) -> httpx2.Response:
        """Ask as the report page does."""
        return self.client.get(path, headers={"accept": "application/json"})

    def ask(self, *fields: str, dataset: str = "tickets", client: str | None = None) -> httpx2.Response:
        """Ask for numbers of 2025 as the report page does."""
        params = {"dataset": dataset, **({"client": client} if client else {})}
        days = {"startDate": "2025-01-01", "endDate": "2025-12-31"}
        body = {"configParams": params, "dateRange": days, "fields": [{"name": name} for name in fields]}
        return self.client.post("/v1/looker/data", json=body, headers={"accept": "application/json"})

    def csrf(self) -> str:
        """Return what forms of this session bring back."""
        return str(re.findall(r'name="csrf" value="([^"]+)"', self.get("/console/me").text)[0])

    def send(self, path: str, form: Mapping[str, str] | None = None) -> httpx2.Response:
        """Send a form of one of the pages behind the sign-in."""
        return self.client.post(path, data={"csrf": self.csrf(), **(form or {})})

    def sign_in(self, email: str, password: str = PASSWORD, after: str = "/console") -> httpx2.Response:
        """Send the form to sign in."""
        return self.client.post("/console/sign-in", data={"email": email, "password": password, "next": after})

    def shown(self, path: str) -> httpx2.Response:
        """Open a page and go on to wherever it leads."""
        return self.client.get(path, follow_redirects=True)


def forget_people(served: Served) -> None:
    """Remove everybody who was made: the server is other tests' too."""
    with served.world.metadata.write() as session:
        for table in (PersonRow, InvitationRow, AccessGrantRow, AddressGroupRow, WorkspaceSecurityRow):
            session.execute(delete(table))
