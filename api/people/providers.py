"""The OpenID Connect providers of an installation, as its environment names them."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from api.errors import StartError
from api.weak_secrets import check_secret

_SETTING = re.compile(r"BELVEDERE_OIDC_([A-Z0-9]+(?:_[A-Z0-9]+)*?)_(ISSUER|CLIENT_ID|CLIENT_SECRET(?:_FILE)?|LABEL)")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_KNOWN = {"google": ("https://accounts.google.com", "Google")}


@dataclass(frozen=True)
class Provider:
    """One provider: `name` stands in addresses, `label` on the button."""

    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    label: str


def read_providers(environ: Mapping[str, str] | None = None) -> tuple[Provider, ...]:
    """Return the providers that the environment names; raise StartError where one is only half there."""
    found: dict[str, dict[str, str]] = {}
    for name, value in sorted((os.environ if environ is None else environ).items()):
        match = _SETTING.fullmatch(name)
        if match is not None and value:
            found.setdefault(match[1].lower().replace("_", "-"), {})[match[2]] = value
    return tuple(_provider(name, given) for name, given in found.items())


def _provider(name: str, given: Mapping[str, str]) -> Provider:
    prefix = f"BELVEDERE_OIDC_{name.upper().replace('-', '_')}"
    issuer, label = _KNOWN.get(name, ("", name.replace("-", " ").title()))
    issuer = given.get("ISSUER", issuer)
    secret = given.get("CLIENT_SECRET") or _from_file(f"{prefix}_CLIENT_SECRET_FILE", given)
    lacking = {"ISSUER": issuer, "CLIENT_ID": given.get("CLIENT_ID"), "CLIENT_SECRET": secret}
    if missing := [f"{prefix}_{one}" for one, value in lacking.items() if not value]:
        raise StartError(f"Sign-in by {label} is set up by half: {', '.join(missing)} is missing.")
    parts = urlsplit(issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise StartError(f"{prefix}_ISSUER must begin with https://, as the provider's own pages write it.")
    check_secret(f"{prefix}_CLIENT_SECRET", secret)
    return Provider(name, issuer, given["CLIENT_ID"], secret, given.get("LABEL", label))


def _from_file(setting: str, given: Mapping[str, str]) -> str:
    path = given.get("CLIENT_SECRET_FILE")
    if path is None:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise StartError(f"{setting} cannot be read: {error.strerror or type(error).__name__}.") from error
