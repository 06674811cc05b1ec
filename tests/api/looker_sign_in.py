"""Plays a copy of the connector and the person who signs in to it, over HTTP and with the forms as they are."""

import base64
import hashlib
import html
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2

from tests.plain_http import client_of

PASSWORD = "a sentence that is long enough"
SAME = {"sec-fetch-site": "same-origin"}
AUTHORISE = "/console/authorise"
TOKEN = "/v1/looker/oauth/token"
REVOKE = "/v1/looker/oauth/revoke"
INTROSPECT = "/v1/looker/oauth/introspect"
Answer = httpx2.Response


@dataclass
class Copy:
    """A copy of the connector: what its script knows."""

    client: httpx2.Client
    client_id: str
    secret: str
    redirect_uri: str
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def query(self, **changed: str | None) -> str:
        """Return the query of the authorisation address; None leaves a parameter out."""
        asked: dict[str, str | None] = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "state": "s",
            "scope": "reports.read",
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
        }
        return urlencode({name: value for name, value in {**asked, **changed}.items() if value is not None})

    def post(self, path: str, fields: Mapping[str, str | None], *, basic: bool = False, **headers: str) -> Answer:
        """Send a form, with the secret in it as Google's library does, or in the header."""
        body = {name: value for name, value in fields.items() if value is not None}
        if basic:
            pair = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
            headers["authorization"] = f"Basic {pair}"
        else:
            body = {"client_id": self.client_id, "client_secret": self.secret, **body}
        return self.client.post(path, data=body, headers=headers)

    def exchange(self, code: str, changed: Mapping[str, str | None] | None = None, *, basic: bool = False) -> Answer:
        """Exchange a code for tokens."""
        fields: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }
        return self.post(TOKEN, {**fields, **(changed or {})}, basic=basic)

    def refresh(self, token: str, *, basic: bool = False) -> Answer:
        """Exchange a refresh token for the next pair."""
        return self.post(TOKEN, {"grant_type": "refresh_token", "refresh_token": token}, basic=basic)

    def check(self, token: str, path: str = "/v1/looker/auth/check") -> Answer:
        """Ask for something with an access token."""
        return self.client.get(path, headers={"authorization": f"Bearer {token}"})


class Browser:
    """A person's browser: it keeps cookies, and follows no redirect by itself."""

    def __init__(self, address: str, email: str) -> None:
        self.email = email
        self.client = client_of(address, headers={"accept": "text/html"})

    def open(self, path: str) -> Answer:
        """Open a page, signing in on the way if that is asked for."""
        page = self.client.get(path)
        if page.is_redirect and page.headers["location"].startswith("/console/sign-in"):
            form = self.client.get(page.headers["location"])
            fields = hidden(form.text) | {"email": self.email, "password": PASSWORD}
            page = self.client.post("/console/sign-in", data=fields, headers=SAME)
            assert page.status_code == 303, page.text
            page = self.client.get(page.headers["location"])
        return page

    def send(self, page: Answer, path: str, **more: str) -> Answer:
        """Send the form of a page that leads to a path."""
        return self.client.post(path, data=hidden(page.text) | more, headers=SAME)

    def decide(self, copy: Copy, decision: str = "allow", *, workspace: str = "", **changed: str | None) -> Answer:
        """Open what the connector sends to, and decide."""
        page = self.open(f"{AUTHORISE}?{copy.query(**changed)}")
        assert page.status_code == 200, page.text
        found = re.search(r'<form class="card narrow" method="post" action="([^"]+)"', page.text)
        assert found is not None
        chosen = {"workspace": workspace} if workspace else {}
        return self.send(page, html.unescape(found[1]), decision=decision, **chosen)

    def code(self, copy: Copy, **more: str) -> str:
        """Allow the connector what it asks for, and return the code that it gets."""
        return returned(self.decide(copy, **more))["code"]

    def tokens(self, copy: Copy, **more: str) -> dict[str, str]:
        """Sign in to the connector."""
        answer = copy.exchange(self.code(copy, **more))
        assert answer.status_code == 200, answer.text
        found: dict[str, str] = answer.json()
        return found


def hidden(text: str) -> dict[str, str]:
    """Return the hidden fields of a page's own form, which is its last one that has any."""
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text)
    return {name: html.unescape(value) for name, value in pairs}


def returned(answer: Answer) -> dict[str, str]:
    """Return what a redirect brings to the connector."""
    assert answer.status_code == 303, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}
