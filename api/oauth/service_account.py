"""Service accounts: a key file whose private key signs the request for an access token (RFC 7523)."""

import time

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.errors import MalformedRequestError
from api.oauth.records import Tokens
from connectors import ServiceAccount, vendor_address

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class KeyFile(BaseModel):
    """What matters of the JSON key file that a vendor's console hands out."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    client_email: str = Field(min_length=3)
    private_key: str = Field(min_length=100, repr=False)
    private_key_id: str = ""


def read_key_file(text: str) -> KeyFile:
    """Return the key file that a person has pasted, or say what is wrong with it."""
    try:
        return KeyFile.model_validate_json(text)
    except ValidationError as error:
        places = ", ".join(str(part) for item in error.errors() for part in item["loc"]) or "the JSON"
        raise MalformedRequestError(
            f"This is not the key file of a service account; look at {places}. Paste the whole JSON file."
        ) from None


async def sign_in(vendor: str, label: str, auth: ServiceAccount, text: str) -> Tokens:
    """Return a new access token for the key file."""
    from api.oauth.exchange import post_assertion  # Authlib takes a third of a second

    key = read_key_file(text)
    # The signed statement is for the vendor's own address, wherever the request is sent.
    assertion = _assertion(key, auth, int(time.time()))
    return await post_assertion(label, vendor_address(vendor, auth.token_url), GRANT_TYPE, assertion)


def _assertion(key: KeyFile, auth: ServiceAccount, now: int) -> str:
    from authlib.oauth2.rfc7523 import JWTBearerGrant  # type: ignore[import-untyped]
    from joserfc.errors import JoseError
    from joserfc.jwk import RSAKey

    try:
        signed = JWTBearerGrant.sign(
            RSAKey.import_key(key.private_key),
            issuer=key.client_email,
            audience=auth.token_url,
            issued_at=now,
            claims={"scope": " ".join(auth.scopes)},
            header={"alg": "RS256", **({"kid": key.private_key_id} if key.private_key_id else {})},
        )
    except (ValueError, JoseError) as error:
        raise MalformedRequestError(
            "The private key in the service account's file cannot be read. Download the key again."
        ) from error
    return str(signed)
