"""What TikTok means: it answers 200 to everything, and a `code` other than 0 says what went wrong."""

from connectors.errors import (
    MissingScopeError,
    RateLimitedError,
    SourceDownError,
    SourceError,
    StopError,
    TokenRevokedError,
)
from connectors.json_value import at, text_at
from connectors.vendor import Answer

SOURCE = "tiktok"

_LIMITS = {40016, 40100, 40133}
_TOKEN = {40102, 40104, 40105, 40110}
_PERMISSION = {40001, 40003}
_SERVER = range(50000, 60000)
_BUSY = {40700, 51305}  # the service is at its limit, whoever asks


def understand_tiktok(answer: Answer) -> SourceError | None:
    """Return what an answer means; None if it is what was asked for, or if the status decides."""
    try:
        body = answer.json()
    except ValueError:
        return None
    code = at(body, "code")
    if not isinstance(code, int) or code == 0:
        return None
    where = {"source": SOURCE, "request_id": text_at(body, "request_id")}
    if code in _LIMITS:
        return RateLimitedError(f"TikTok answered that too much was asked (code {code}).", retry_after=0, source=SOURCE)
    if code in _TOKEN:
        return TokenRevokedError("TikTok does not accept the sign-in any more. Link the account again.", **where)
    if code in _PERMISSION:
        return MissingScopeError(
            "TikTok refused access: the sign-in does not cover this advertiser or may not read reports.",
            **where,
        )
    if code in _SERVER or code in _BUSY:
        return SourceDownError(f"TikTok has a problem of its own (code {code}).", **where)
    return StopError(f"TikTok refused a request (code {code}). Report it with the request's number.", **where)
