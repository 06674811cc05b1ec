"""What Xero says when something is wrong, and how much it lets through."""

from connectors.errors import MissingScopeError, RateLimitedError, SourceError, TokenRevokedError
from connectors.json_value import text_at
from connectors.vendor import DOWN, Answer, Rate, Share, Vendor

_LIMITS = {
    "minute": "60 requests a minute for one organisation",
    "day": "the requests a day for one organisation",
    "appminute": "the requests a minute for this installation as a whole",
    "concurrent": "five requests at once for one organisation",
}


def understand(answer: Answer) -> SourceError | None:
    """Return what an error of Xero means; None for what the status alone tells."""
    if answer.status < 400 or answer.status in DOWN:
        return None
    where = {"source": "xero", "request_id": answer.headers.get("xero-correlation-id", "")}
    if answer.status == 429:
        problem = answer.headers.get("x-rate-limit-problem", "").lower()
        limit = _LIMITS.get(problem, "a limit of the organisation")
        return RateLimitedError(
            f"Xero lets no more requests through: {limit}.",
            retry_after=0.0,
            source="xero",
            share=Share.APP if problem == "appminute" else Share.ACCOUNT,
        )
    detail = _detail(answer)
    if answer.status == 401 and "insufficient_scope" in answer.headers.get("www-authenticate", "").lower():
        return MissingScopeError(
            "The sign-in to Xero lacks a permission. Link the account again and grant what is asked.", **where
        )
    if answer.status == 401 and "authorizationunsuccessful" in detail:
        return MissingScopeError(
            "The sign-in to Xero lacks the permission for this list. Link the account again and grant it.", **where
        )
    if answer.status == 401:
        return TokenRevokedError("Xero does not accept the sign-in any more. Link the account again.", **where)
    if answer.status == 403:
        return MissingScopeError(
            "The sign-in does not reach this organisation of Xero any more. Link the organisation again.", **where
        )
    return None


def _detail(answer: Answer) -> str:
    try:
        return text_at(answer.json(), "Detail").lower()
    except ValueError:
        return ""


XERO = Vendor("xero", "Xero", rates=(Rate(55, 60.0), Rate(9000, 60.0, Share.APP)), understand=understand)
