"""Codes of an authenticator: RFC 6238 over RFC 4226, SHA-1, six digits, thirty seconds, as every app has them."""

import base64
import hashlib
import hmac
import secrets
from urllib.parse import quote, urlencode

SECONDS = 30
DIGITS = 6
_SLACK = 1  # steps that a clock may be off, to both sides


def new_secret() -> str:
    """Return a new secret of 160 bits, in base32 as people type it."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int, digits: int = DIGITS) -> str:
    """Return the code of a time step (RFC 4226, section 5.3)."""
    mac = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1)
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_of(secret: str, code: str, moment: float, after: int = 0) -> int | None:
    """Return the time step whose code was given, if it is near a moment (Unix seconds) and later than `after`."""
    given = "".join(code.split())
    if len(given) != DIGITS or not (given.isascii() and given.isdecimal()):
        return None
    now = int(moment) // SECONDS
    for step in range(now - _SLACK, now + _SLACK + 1):
        if step > after and hmac.compare_digest(code_at(secret, step), given):
            return step
    return None


def address_of(secret: str, product: str, email: str) -> str:
    """Return the otpauth address that an authenticator reads from a QR code."""
    values = {"secret": secret, "issuer": product, "algorithm": "SHA1", "digits": DIGITS, "period": SECONDS}
    return f"otpauth://totp/{quote(f'{product}:{email}')}?{urlencode(values, quote_via=quote)}"
