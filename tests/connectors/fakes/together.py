"""All fakes of one vendor behind one address, with the vendor's sign-in before them: for trying out linking."""

import html
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlencode, urlsplit

from connectors import LinkedSource, find_source, known_sources
from connectors.auth import OAuth2
from tests.connectors.fake_vendor import Asked, FakeVendor, Told


class Together(FakeVendor):
    """Asks its fakes one after another until one knows the path. Everybody who signs in may see everything."""

    parts: ClassVar[tuple[FakeVendor, ...]] = ()
    sign_ins: ClassVar[tuple[OAuth2, ...]] = ()

    def start(self) -> None:
        """Begin to serve, for all of them."""
        super().start()
        for fake in self.parts:
            fake.served_at = self.address

    def answer(self, asked: Asked) -> Told:
        """Sign in, or return what the fake says whose path this is."""
        for auth in self.sign_ins:
            if _same_path(auth.authorize_url, asked.path):
                return self._consent(asked, auth)
            if _same_path(auth.token_url, asked.path) and asked.method == "POST":
                return self._token(auth)
        told = Told(404, {"error": "no fake knows this path"})
        for fake in self.parts:
            if hasattr(fake, "now"):
                fake.now = datetime.now(UTC)  # type: ignore[misc]  # in tests it stands still
            told = fake.answer(asked)
            if told.status != 404:
                break
        return told

    def _consent(self, asked: Asked, auth: OAuth2) -> Told:
        known = self.parts[0].credentials | {"account_id": str(self.parts[0].config.get("account_id", ""))}
        kept = {name: known.get(name) or known["account_id"] for name in auth.keep_from_redirect}
        back, state = asked.one("redirect_uri"), {"state": asked.one("state")}
        allowed = f"{back}?{urlencode({auth.code_parameter: secrets.token_hex(8), **state, **kept})}"
        if "text/html" not in asked.headers.get("accept", ""):
            return Told(302, b"", {"Location": allowed})
        refused = f"{back}?{urlencode({'error': 'access_denied', **state})}"
        page = (
            f"<!doctype html><title>{self.vendor}</title><h1>{self.vendor} (a fake)</h1>"
            f"<p>Allow access to {html.escape(', '.join(auth.scopes) or 'everything')}?</p>"
            f'<p><a href="{html.escape(allowed)}">Allow</a> <a href="{html.escape(refused)}">Refuse</a></p>'
        )
        return Told(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})

    def _token(self, auth: OAuth2) -> Told:
        fake = self.parts[0]
        body: dict[str, object] = {"token_type": "bearer", "access_token": fake.credentials.get("access_token", "")}
        if auth.refreshes:
            body |= {"expires_in": 3600, "refresh_token": f"refresh-{secrets.token_hex(8)}"}
        body |= {name: fake.credentials.get(name, self.address) for name in auth.keep_from_token}
        return Told(200, body)


def all_fakes() -> list[type[FakeVendor]]:
    """Return the class of every fake beside this module."""
    found = []
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        module = import_module(f"tests.connectors.fakes.{path.stem}")
        for kind in vars(module).values():
            is_fake = isinstance(kind, type) and issubclass(kind, FakeVendor) and kind.__module__ == module.__name__
            if is_fake and kind.vendor and kind.answer is not FakeVendor.answer:
                found.append(kind)
    return found


def by_vendor(kinds: Sequence[type[FakeVendor]]) -> list[Together]:
    """Return a server for each vendor."""
    made = []
    for vendor in sorted({kind.vendor for kind in kinds}):
        parts = tuple(kind() for kind in kinds if kind.vendor == vendor)
        prefix = parts[0].prefix if len(parts) == 1 else ""
        members = {"vendor": vendor, "prefix": prefix, "parts": parts, "sign_ins": _sign_ins(vendor)}
        made.append(type(f"All{vendor.title()}", (Together,), members)())
    return made


def settings_of(server: Together) -> dict[str, str]:
    """Return the settings of the environment that send this vendor's requests to the server, and let it sign in."""
    found = dict(server.environment)
    for auth in server.sign_ins:
        name = f"BELVEDERE_OAUTH_{auth.provider.upper()}_CLIENT"
        found |= {f"{name}_ID": "fake-client", f"{name}_SECRET": "fake-secret"}
    return found


def _sign_ins(vendor: str) -> tuple[OAuth2, ...]:
    sources = [find_source(name) for name in known_sources()]
    linked = [one for one in sources if isinstance(one, LinkedSource) and one.vendor.name == vendor]
    return tuple(auth for one in linked for auth in one.auths if isinstance(auth, OAuth2))


def _same_path(url: str, path: str) -> bool:
    return urlsplit(url).path.rstrip("/") == path.rstrip("/")
