"""What Pipedrive means by its answers: `{success: false, error, error_info}`, and a 403 to whom overran too often."""

from connectors.errors import MissingScopeError, RateLimitedError, SourceDownError, SourceError
from connectors.json_value import at, text_at
from connectors.vendor import Answer, Rate, Vendor

_BLOCKED = 900.0  # seconds; whoever goes on after a 429 is refused for some time
_RESET = "x-ratelimit-reset"  # seconds until the burst is over


def understand(answer: Answer) -> SourceError | None:
    """Return what an answer means where the status alone does not say it."""
    try:
        body = answer.json()
    except ValueError:
        # A page in place of JSON comes from the guard before the API.
        return _blocked() if answer.status == 403 else None
    said = text_at(body, "error").lower()
    where = {"source": "pipedrive", "request_id": answer.request_id}
    if answer.status == 403:
        if "scope" in said or "permission" in said:
            return MissingScopeError(
                "Pipedrive refuses: the app lacks a scope, or the user a permission. Grant it and link again.", **where
            )
        return _blocked()
    if answer.status == 429:
        return _limited(answer, said)
    if answer.status < 400 and at(body, "success") is False:
        return SourceDownError(f"Pipedrive answered {answer.status}, but without success.", **where)
    return None


def _limited(answer: Answer, said: str) -> RateLimitedError:
    if "daily" in said or answer.headers.get("x-daily-ratelimit-token-remaining") == "0":
        return RateLimitedError(
            "Pipedrive answered 429: the company's tokens of today are used up.",
            retry_after=_BLOCKED,
            source="pipedrive",
        )
    reset = answer.headers.get(_RESET, "")
    return RateLimitedError(
        "Pipedrive answered 429: too many requests in two seconds.",
        retry_after=float(reset) if reset.replace(".", "", 1).isdigit() else 2.0,
        source="pipedrive",
    )


def _blocked() -> RateLimitedError:
    return RateLimitedError(
        "Pipedrive answered 403: it refuses all requests for a while after too many.",
        retry_after=_BLOCKED,
        source="pipedrive",
    )


PIPEDRIVE = Vendor("pipedrive", "Pipedrive", rates=(Rate(20, 2.0),), understand=understand, ids_within_account=True)
