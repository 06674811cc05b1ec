"""A strict authorisation server as a real HTTP server: codes and refresh tokens work once, PKCE and redirects are
checked, and who shows a refresh token twice loses the whole grant."""

import base64
import hashlib
import time
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import urlencode

from connectors import JsonValue
from tests.connectors.fake_vendor import Asked, FakeVendor, Told

CLIENT_ID = "client-17"
CLIENT_SECRET = "s3cret/with:colon"


@dataclass
class Granted:
    """What one person has consented to."""

    subject: str
    access: str = ""
    refresh: str = ""
    before: str = ""  # the refresh token before this one, where there is a grace
    ends: float = 0.0
    revoked: bool = False


@dataclass
class Authority:
    """The rules of the server. `grace` lets the refresh token before the newest work until the newest was used."""

    rotates: bool = True
    grace: bool = False
    basic: bool = False
    json: bool = False
    pkce: bool = True
    life: float = 3600.0
    refresh_life: int = 0
    consent: bool = True
    subject: str = "person-1"
    extra: dict[str, JsonValue] = field(default_factory=dict)  # more of the token answer
    redirect_extra: dict[str, str] = field(default_factory=dict)
    grants: list[Granted] = field(default_factory=list)
    refreshes: int = 0
    reused: int = 0
    _codes: dict[str, tuple[Granted, str, str]] = field(default_factory=dict)
    _issued: int = 0

    def authorise(self, asked: Asked) -> Told:
        """Let the person consent at once, and send the browser back."""
        assert asked.one("client_id") == CLIENT_ID
        assert asked.one("response_type") == "code"
        back, state = asked.one("redirect_uri"), asked.one("state")
        if not self.consent:
            return _sent_to(back, {"error": "access_denied", "state": state})
        if self.pkce:
            assert asked.one("code_challenge_method") == "S256"
        granted = Granted(self.subject)
        self.grants.append(granted)
        code = self._new("code")
        self._codes[code] = (granted, back, asked.one("code_challenge"))
        return _sent_to(back, {"code": code, "state": state, **self.redirect_extra})

    def exchange(self, asked: Asked) -> Told:
        """Answer the token endpoint."""
        fields = self._fields(asked)
        if fields is None:
            return Told(401, {"error": "invalid_client"})
        match fields.get("grant_type"):
            case "authorization_code":
                return self._by_code(fields)
            case "refresh_token":
                return self._by_refresh(fields["refresh_token"])
            case other:
                return Told(400, {"error": "unsupported_grant_type", "error_description": str(other)})

    def revoke(self, asked: Asked) -> Told:
        """Take a token back, as RFC 7009 has it: a token that is not known is no error."""
        fields = self._fields(asked)
        if fields is None:
            return Told(401, {"error": "invalid_client"})
        for one in self.grants:
            if fields["token"] in {one.access, one.refresh}:
                one.revoked = True
        return Told(200, b"")

    def owner_of(self, asked: Asked) -> Granted | None:
        """Return whose access token a request carries; None if it has ended."""
        moment = time.time()
        for one in self.grants:
            if one.access == asked.token and one.access and not one.revoked and one.ends > moment:
                return one
        return None

    def _fields(self, asked: Asked) -> dict[str, str] | None:
        assert asked.method == "POST"
        if self.json:
            assert "json" in asked.headers["content-type"]
            fields = {name: str(value) for name, value in asked.json.items()}
        else:
            fields = {name: values[0] for name, values in asked.form.items()}
        if self.basic:
            assert "client_secret" not in fields
            sent = base64.b64decode(asked.token).decode()
            return fields if sent == f"{CLIENT_ID}:{CLIENT_SECRET}" else None
        assert "authorization" not in asked.headers
        given = (fields.get("client_id"), fields.get("client_secret"))
        return fields if given == (CLIENT_ID, CLIENT_SECRET) else None

    def _by_code(self, fields: dict[str, str]) -> Told:
        granted, back, challenge = self._codes.pop(fields["code"], (None, "", ""))
        if granted is None or fields["redirect_uri"] != back:
            return Told(400, {"error": "invalid_grant"})
        digest = hashlib.sha256(fields.get("code_verifier", "").encode()).digest()
        if self.pkce and base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != challenge:
            return Told(400, {"error": "invalid_grant", "error_description": "PKCE"})
        granted.refresh = self._new("refresh")
        return self._hand_out(granted)

    def _by_refresh(self, token: str) -> Told:
        self.refreshes += 1
        for granted in self.grants:
            if granted.revoked or token not in {granted.refresh, granted.before} - {""}:
                continue
            if self.rotates:
                granted.before = granted.refresh if self.grace else ""
                granted.refresh = self._new("refresh")
            return self._hand_out(granted)
        self.reused += 1
        for granted in self.grants:  # a token that was used already is a theft until shown otherwise
            granted.revoked = granted.revoked or (self.rotates and not self.grace)
        return Told(400, {"error": "invalid_grant", "error_description": "The refresh token is not valid."})

    def _hand_out(self, granted: Granted) -> Told:
        granted.access = self._new("access")
        granted.ends = time.time() + self.life
        body: dict[str, JsonValue] = {"access_token": granted.access, "token_type": "bearer", **self.extra}
        if granted.refresh:
            body["refresh_token"] = granted.refresh
        if self.life:
            body["expires_in"] = self.life
        if self.refresh_life:
            body["refresh_token_expires_in"] = self.refresh_life
        return Told(200, body)

    def _new(self, kind: str) -> str:
        self._issued += 1
        return f"{kind}-{self._issued}"


def _sent_to(address: str, fields: dict[str, str]) -> Told:
    return Told(302, b"", {"Location": f"{address}?{urlencode(fields)}"})


class FakeLedger(FakeVendor):
    """A made-up vendor: it signs people in and lists the ledgers that they may read."""

    vendor = "ledger"
    config: ClassVar[dict[str, JsonValue]] = {"region": "north"}
    spared: ClassVar[tuple[str, ...]] = ("/nothing",)

    def __init__(self, authority: Authority | None = None) -> None:
        super().__init__()
        self.authority = authority or Authority()
        self.ledgers: dict[str, str] = {"l-1": "First ledger"}

    def answer(self, asked: Asked) -> Told:
        """Sign in, or list the ledgers."""
        match asked.path:
            case "/north/authorize":
                return self.authority.authorise(asked)
            case "/north/token":
                return self.authority.exchange(asked)
            case "/v1/ledgers":
                if self.authority.owner_of(asked) is None:
                    return self.unauthorised()
                return Told(200, {"ledgers": [{"id": key, "name": name} for key, name in self.ledgers.items()]})
        return Told(404, {"error": "not found"})
