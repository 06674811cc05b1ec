"""What HubSpot means by its answers: `{status: "error", category, policyName, ...}` with a status to match."""

from connectors.errors import (
    MissingScopeError,
    PlanLimitError,
    RateLimitedError,
    SourceError,
    StopError,
    TokenRevokedError,
)
from connectors.json_value import text_at
from connectors.vendor import Answer, Rate, Vendor

_DAY_IS_OVER = 900.0  # seconds; the daily allowance ends at midnight of the account, so ask again now and then
_TEN_SECONDS = 10.0


def understand(answer: Answer) -> SourceError | None:
    """Return what an answer means where the status alone does not say it."""
    if answer.status < 400:
        return None
    try:
        body = answer.json()
    except ValueError:
        return None
    where = {"source": "hubspot", "request_id": text_at(body, "correlationId") or answer.request_id}
    category, policy = text_at(body, "category"), text_at(body, "policyName")
    if answer.status == 429:
        return _limited(policy)
    if answer.status == 401 or category in ("EXPIRED_AUTHENTICATION", "INVALID_AUTHENTICATION"):
        return TokenRevokedError("HubSpot does not accept the sign-in any more. Link the account again.", **where)
    if category == "MISSING_SCOPES":
        return MissingScopeError(
            "HubSpot refuses: the sign-in lacks a scope for these records. Add it to the app and link again.", **where
        )
    if answer.status == 404:
        return PlanLimitError("This HubSpot account does not have records of that kind, or not that page.", **where)
    if category == "VALIDATION_ERROR":
        return StopError("HubSpot finds the request invalid. Report it with the request's number.", **where)
    return None


def _limited(policy: str) -> RateLimitedError:
    # HubSpot does not promise Retry-After; each policy has its own length. A header, if it comes, is obeyed as well.
    match policy:
        case "DAILY":
            pause, said = _DAY_IS_OVER, "today's requests of the account are used up"
        case "TEN_SECONDLY_ROLLING":
            pause, said = _TEN_SECONDS, "too many requests in ten seconds"
        case "SECONDLY":
            pause, said = 1.0, "too many searches in a second"
        case _:
            pause, said = 0.0, "too many requests"
    return RateLimitedError(f"HubSpot answered 429: {said}.", retry_after=pause, source="hubspot")


# Searches have the narrowest limit, five a second for an account, and what goes out evenly does not arrive evenly.
# Lists keep to it as well: 400 records a second.
HUBSPOT = Vendor("hubspot", "HubSpot", rates=(Rate(4, 1.0),), understand=understand, ids_within_account=True)
