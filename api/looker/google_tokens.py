"""Short-lived tokens of a Google service account, by which Looker Studio may run a query on BigQuery.

The account signs a statement about itself (RFC 7523) and Google answers with a token of about an hour.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.errors import BigQuerySetupError, GoogleRefusedError, GoogleUnreachableError

# The least that lets a query run; it reads whatever the account itself may read.
SCOPE = "https://www.googleapis.com/auth/bigquery.readonly"
_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SPARE_SECONDS = 600  # a token that is handed out still lives for the query and its repetitions
_TIMEOUT_SECONDS = 20
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class _Account(BaseModel):
    """What matters of the JSON key file that the Google console hands out."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    client_email: str = Field(min_length=3)
    private_key: str = Field(min_length=100, repr=False)
    private_key_id: str = ""
    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address


class _Answer(BaseModel):
    """What the token endpoint answers."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    access_token: str = Field(min_length=1, repr=False)
    expires_in: int = Field(gt=0)


class GoogleTokens:
    """Fetches a token when there is none that lives long enough; one thread fetches for all."""

    def __init__(self, key_file: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        self._key_file = key_file
        self._clock = clock
        self._fetching = threading.Lock()
        self._token = ""
        self._ends = 0.0

    def current(self) -> str:
        """Return a token that lives for ten minutes at least."""
        with self._fetching:
            if self._clock() + _SPARE_SECONDS >= self._ends:
                account = _read_account(self._key_file)
                began = self._clock()
                answer = _fetch(account, began)
                self._token, self._ends = answer.access_token, began + answer.expires_in
            return self._token


def _read_account(key_file: Path | None) -> _Account:
    name = "BELVEDERE_BIGQUERY_CREDENTIALS"
    if key_file is None:
        raise BigQuerySetupError(
            f"Queries cannot be handed to BigQuery: set {name} to the JSON key file of a service account that may read "
            "the published tables and run queries.",
            setting=name,
        )
    try:
        account = _Account.model_validate_json(key_file.read_bytes())
    except OSError as error:
        raise BigQuerySetupError(
            f"{name}: the file {key_file} cannot be read ({error.strerror}).", setting=name
        ) from error
    except ValidationError as error:
        places = ", ".join(str(part) for item in error.errors() for part in item["loc"]) or "the JSON"
        raise BigQuerySetupError(
            f"{name}: {key_file} is not the key file of a service account; look at {places}.", setting=name
        ) from None
    address = urlsplit(account.token_uri)
    if address.scheme != "https" and address.hostname not in _LOOPBACK:
        raise BigQuerySetupError(f"{name}: the token_uri in {key_file} must begin with https://.", setting=name)
    return account


def _fetch(account: _Account, now: float) -> _Answer:
    try:
        response = httpx2.post(
            account.token_uri,
            data={"grant_type": _GRANT_TYPE, "assertion": _assertion(account, now)},
            timeout=_TIMEOUT_SECONDS,
        )
    except httpx2.HTTPError as error:
        raise GoogleUnreachableError(
            f"The token endpoint {account.token_uri} does not answer ({type(error).__name__})."
        ) from error
    if response.status_code >= 500:
        raise GoogleUnreachableError(f"The token endpoint answered {response.status_code}. Try again in a minute.")
    try:
        return _Answer.model_validate_json(response.content)
    except ValidationError:
        raise GoogleRefusedError(
            f"Google gave no token to {account.client_email} ({response.status_code}: {_reason(response)}). "
            "Make a new key for the service account, and check this machine's clock.",
        ) from None


def _assertion(account: _Account, now: float) -> str:
    # These take a third of a second to import, which every start of the program would pay.
    from authlib.oauth2.rfc7523 import JWTBearerGrant  # type: ignore[import-untyped]
    from joserfc.errors import JoseError
    from joserfc.jwk import RSAKey

    try:
        signed = JWTBearerGrant.sign(
            RSAKey.import_key(account.private_key),
            issuer=account.client_email,
            audience=account.token_uri,
            issued_at=int(now),
            claims={"scope": SCOPE},
            header={"alg": "RS256", **({"kid": account.private_key_id} if account.private_key_id else {})},
        )
    except (ValueError, JoseError) as error:
        raise BigQuerySetupError(
            "BELVEDERE_BIGQUERY_CREDENTIALS: the private key in the file cannot be read. Download the key again.",
            setting="BELVEDERE_BIGQUERY_CREDENTIALS",
        ) from error
    return str(signed)


def _reason(response: httpx2.Response) -> str:
    """Return Google's own word for a refusal; nothing else of the answer is repeated."""
    try:
        told = response.json()
    except ValueError:
        return "no reason given"
    error = told.get("error") if isinstance(told, dict) else None
    return error if isinstance(error, str) and error.isidentifier() else "no reason given"
