"""What authlib is handed of a request, and what it hands back: plain values, so that it can work in a thread."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from authlib.common.security import is_secure_transport  # type: ignore[import-untyped]
from authlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Payload, OAuth2Request  # type: ignore[import-untyped]

from api.looker_oauth.errors import AddressNeededError
from api.settings import Settings

# What an error may repeat (RFC 6749, 4.1.2.1); authlib fails when it repeats anything else.
_PLAIN = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]*")
_REPEATED_IN_ERRORS = ("client_id", "redirect_uri", "response_type", "grant_type", "scope", "code_challenge_method")
_ONCE = (*_REPEATED_IN_ERRORS, "state", "code", "code_challenge", "code_verifier", "refresh_token", "token")
_MOST_FIELDS = 50

Error = OAuth2Error


@dataclass(frozen=True)
class Reply:
    """What goes back: a JSON object, or an address to send the browser to."""

    status: int
    body: Mapping[str, object]
    location: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Parameters(OAuth2Payload):  # type: ignore[misc]
    """The parameters of a request; each may come once."""

    def __init__(self, text: str) -> None:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        self._all: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in pairs:
            self._all[name].append(value)

    @property
    def data(self) -> dict[str, str]:
        """Return each parameter's first value; an empty one is as good as none (RFC 6749, 3.1)."""
        return {name: values[0] for name, values in self._all.items() if values[0]}

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        """Return all values of each parameter."""
        return self._all


class ConnectorRequest(OAuth2Request):  # type: ignore[misc]
    """A request under the public address, whatever name it came in by behind a proxy."""

    def __init__(self, method: str, issuer: str, path: str, payload: Parameters, authorization: str | None) -> None:
        super().__init__(method, issuer + path, headers={"Authorization": authorization} if authorization else {})
        self.payload = payload

    @property
    def args(self) -> dict[str, str]:
        """Return the parameters."""
        found: dict[str, str] = self.payload.data
        return found

    @property
    def form(self) -> dict[str, str]:
        """Return the parameters; no request has some in the address and some in the body."""
        found: dict[str, str] = self.payload.data
        return found


def check_parameters(payload: Parameters) -> None:
    """Raise InvalidRequestError for what comes twice, or holds what no parameter may hold."""
    for name in _ONCE:
        if len(payload.datalist.get(name, [])) > 1:
            raise InvalidRequestError(f"'{name}' comes more than once.")
    for name in _REPEATED_IN_ERRORS:
        if not _PLAIN.fullmatch(payload.data.get(name, "")):
            raise InvalidRequestError(f"'{name}' holds characters that it cannot have.")


def issuer_of(settings: Settings) -> str:
    """Return the address that this server is known by; codes and tokens travel over https, or on this machine."""
    address = settings.address
    if not is_secure_transport(address) or urlsplit(address).path:
        raise AddressNeededError(
            "People can sign in to the connector once this server has a public https address without a path: set "
            "BELVEDERE_PUBLIC_URL, such as https://data.example.org."
        )
    return address
