"""An OpenID Connect provider as a real HTTP server: its own keys, codes that work once, PKCE checked; it can lie."""

import base64
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.connectors.fake_vendor import Asked, FakeVendor, Told

CLIENT_ID, CLIENT_SECRET = "belvedere-client", "s3cret/of:the+client"


@dataclass
class Lies:
    """What is wrong with the next answers; a claim of None is left out."""

    claims: dict[str, object] = field(default_factory=dict)
    algorithm: str = "RS256"
    foreign_key: bool = False
    described_as: str = ""  # the issuer in the description
    redirect: dict[str, str] = field(default_factory=dict)


class FakeIssuer(FakeVendor):
    """Lets in whoever comes, as the person that the test has set."""

    def __init__(self) -> None:
        super().__init__()
        self.key = RSAKey.generate_key(2048, {"kid": "now", "use": "sig", "alg": "RS256"})
        self.other = RSAKey.generate_key(2048, {"kid": "now"})
        self.person: Mapping[str, object] = {}
        self.lies = Lies()
        self._codes: dict[str, tuple[str, str, str]] = {}

    def is_signed_in(self, asked: Asked) -> bool:
        """Let everything through: what needs the client's secret checks it itself."""
        return True

    def answer(self, asked: Asked) -> Told:
        """Answer as the four addresses of a provider do."""
        if asked.path == "/.well-known/openid-configuration":
            return Told(200, self._description())
        if asked.path == "/keys":
            return Told(200, {"keys": [self.key.as_dict(private=False)]})
        if asked.path == "/authorise":
            return self._authorise(asked)
        if asked.path == "/token":
            return self._token(asked)
        return Told(404, {"error": "not_found"})

    def _description(self) -> dict[str, object]:
        return {
            "issuer": self.lies.described_as or self.address,
            "authorization_endpoint": f"{self.address}/authorise",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def _authorise(self, asked: Asked) -> Told:
        assert asked.one("client_id") == CLIENT_ID
        assert asked.one("response_type") == "code"
        assert asked.one("code_challenge_method") == "S256"
        assert set(asked.one("scope").split()) == {"openid", "email", "profile"}
        code = f"code-{len(self._codes)}"
        self._codes[code] = (asked.one("nonce"), asked.one("code_challenge"), asked.one("redirect_uri"))
        values = {"code": code, "state": asked.one("state"), "iss": self.address, **self.lies.redirect}
        return Told(302, b"", {"Location": f"{asked.one('redirect_uri')}?{urlencode(values)}"})

    def _token(self, asked: Asked) -> Told:
        form = {name: values[0] for name, values in asked.form.items()}
        nonce, challenge, redirect_uri = self._codes.pop(form.get("code", ""), ("", "", ""))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        given = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        is_client = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        if not (is_client and given == challenge and form.get("redirect_uri") == redirect_uri):
            return Told(400, {"error": "invalid_grant"})
        return Told(200, {"access_token": "at", "token_type": "Bearer", "id_token": self._id_token(nonce)})

    def _id_token(self, nonce: str) -> str:
        moment = int(time.time())
        claims: dict[str, object] = {
            "iss": self.address,
            "aud": CLIENT_ID,
            "iat": moment,
            "exp": moment + 300,
            "nonce": nonce,
            **self.person,
            **self.lies.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        key: RSAKey | OctKey = self.other if self.lies.foreign_key else self.key
        if self.lies.algorithm == "HS256":
            key = OctKey.import_key(CLIENT_SECRET)
        return jwt.encode({"alg": self.lies.algorithm, "kid": "now"}, claims, key, algorithms=[self.lies.algorithm])
