"""What LinkedIn means by its errors: {"status", "code", "message", "serviceErrorCode"}."""

from datetime import UTC, datetime, timedelta

from connectors.errors import MissingScopeError, RateLimitedError, SourceError, StopError, TokenRevokedError
from connectors.json_value import at, text_at
from connectors.vendor import Answer

SOURCE = "linkedin"

_ENDED = {"65600": "is not valid", "65601": "was withdrawn", "65602": "has expired"}


def understand_linkedin(answer: Answer) -> SourceError | None:
    """Return what an answer means; None lets the status decide."""
    if answer.status < 400:
        return None
    try:
        body = answer.json()
    except ValueError:
        body = None
    code, named = text_at(body, "serviceErrorCode"), text_at(body, "code")
    where = {"source": SOURCE, "request_id": answer.request_id}
    if answer.status == 401 or code in _ENDED:
        why = _ENDED.get(code, "is not accepted any more")
        return TokenRevokedError(f"The sign-in at LinkedIn {why}. Link the account again.", **where)
    if answer.status == 426 or named in ("NONEXISTENT_VERSION", "VERSION_MISSING"):
        return StopError(
            "LinkedIn does not serve this version of its API. Set a newer month at the connection.", **where
        )
    if answer.status == 429:
        # Quotas are for a day, which ends at midnight in UTC; a header, where there is one, says it better.
        pause = 0.0 if "retry-after" in answer.headers else _until_midnight(datetime.now(UTC))
        return RateLimitedError("LinkedIn's quota of the day is used up.", retry_after=pause, source=SOURCE)
    if answer.status == 403:
        return MissingScopeError(
            "LinkedIn refused access: r_ads and r_ads_reporting are needed, and a role in the ad account.",
            **where,
        )
    if answer.status == 400 and at(body, "message") is not None:
        return StopError(f"LinkedIn refused a request as {named or 'wrong'}. Update Belvedere.", **where)
    return None


def _until_midnight(now: datetime) -> float:
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - now).total_seconds()
