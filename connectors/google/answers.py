"""What Google means by its errors: {"error": {"code", "status", "message", "details"}}, in a list from streams.

A 403 may mean a limit, a missing permission, a service that is switched off, or an account that is closed.
"""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.errors import (
    MissingScopeError,
    RateLimitedError,
    SourceDownError,
    SourceError,
    StopError,
    TokenRevokedError,
)
from connectors.json_value import JsonValue, at, records_at, text_at
from connectors.vendor import DOWN, Answer

SOURCE = "google"

_LIMITS = {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded", "RATE_LIMIT_EXCEEDED"}
_AN_HOUR = 3600.0

# Codes of Google Ads that need an answer of their own.
_NO_ACCESS = {
    "USER_PERMISSION_DENIED": "The sign-in does not reach this account, or only through a manager: choose it again.",
    "NOT_ADS_USER": "The Google account has no Google Ads account. Sign in with another one.",
    "CUSTOMER_NOT_FOUND": "The account does not exist or the sign-in does not reach it.",
}
_STOPS = {
    "CUSTOMER_NOT_ENABLED": "The account is closed or was never set up. Open Google Ads to see its state.",
    "UNSUPPORTED_VERSION": "This version of the Google Ads API has ended. Set a newer one at the connection.",
    "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION": "The Google Cloud project of the OAuth client may only read test "
    "accounts. Apply for access in the API centre of Google Ads.",
    "DEVELOPER_TOKEN_NOT_APPROVED": "The Google Cloud project of the OAuth client may only read test accounts.",
    "UNRECOGNIZED_FIELD": "Google Ads no longer knows a field that is asked for. Update Belvedere.",
}


def understand_google(answer: Answer) -> SourceError | None:
    """Return what an answer means; None lets the status decide."""
    if answer.status < 400:
        return None
    try:
        body = answer.json()
    except ValueError:
        return None
    error = at(body, 0, "error") if isinstance(body, list) else at(body, "error")
    if not isinstance(error, dict):
        return None
    where = {"source": SOURCE, "request_id": text_at(_ads_failure(error), "requestId") or answer.request_id}
    codes, status = _codes(error), text_at(error, "status")
    for code in codes:
        if code in _NO_ACCESS:
            return MissingScopeError(f"Google answered {code}: {_NO_ACCESS[code]}", **where)
        if code in _STOPS:
            return StopError(f"Google answered {code}: {_STOPS[code]}", **where)
    if answer.status == 429 or status == "RESOURCE_EXHAUSTED" or _LIMITS & set(codes):
        return RateLimitedError("Google answered that a quota is used up.", retry_after=_pause(error), source=SOURCE)
    if "RESOURCE_TEMPORARILY_EXHAUSTED" in codes:
        return RateLimitedError("Google answered that it is busy.", retry_after=_pause(error), source=SOURCE)
    if answer.status == 403:
        return _forbidden(codes, where)
    if answer.status == 401:
        return TokenRevokedError("Google does not accept the sign-in any more. Link the account again.", **where)
    if answer.status == 404:
        return MissingScopeError("Google does not know what was asked for, or the sign-in does not reach it.", **where)
    if answer.status in DOWN:
        return SourceDownError("Google has a problem of its own.", **where)
    return StopError(f"Google refused a request as {', '.join(codes) or status or answer.status}.", **where)


def _forbidden(codes: list[str], where: dict[str, str]) -> SourceError:
    if "SERVICE_DISABLED" in codes or "accessNotConfigured" in codes:
        return StopError(
            "The API is switched off in the Google Cloud project of the OAuth client. Switch it on there.", **where
        )
    return MissingScopeError(
        "Google refused access: the sign-in lacks a permission. Link the account again and grant what is asked.",
        **where,
    )


def _ads_failure(error: object) -> dict[str, JsonValue]:
    return next((one for one in records_at(error, "details") if "errors" in one), {})


def _codes(error: object) -> list[str]:
    """Return every reason that an error names: of Google Ads, of newer APIs and of older ones."""
    ads = [str(code) for one in records_at(_ads_failure(error), "errors") for code in _values(one.get("errorCode"))]
    newer = [text_at(one, "reason") for one in records_at(error, "details")]
    older = [text_at(one, "reason") for one in records_at(error, "errors")]
    return [code for code in (*ads, *newer, *older) if code]


def _values(value: object) -> list[object]:
    return list(value.values()) if isinstance(value, dict) else []


def _pause(error: object) -> float:
    """Return the seconds until a quota is there again, as far as Google says it."""
    named = [text_at(one, "retryDelay") for one in records_at(error, "details")]
    named += [
        text_at(one, "details", "quotaErrorDetails", "retryDelay") for one in records_at(_ads_failure(error), "errors")
    ]
    for delay in named:
        if found := re.fullmatch(r"(\d+(?:\.\d+)?)s", delay):
            return float(found[1])
    message = text_at(error, "message").lower()
    if "per day" in message:
        return _until_midnight(datetime.now(UTC))
    return _AN_HOUR if "per hour" in message else 0.0


def _until_midnight(now: datetime) -> float:
    """Return the seconds to the next midnight in California, where Google's days end."""
    local = now.astimezone(ZoneInfo("America/Los_Angeles"))
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight.astimezone(UTC) - now).total_seconds()
