"""What Salesforce means by its answers: an error is a list of `{message, errorCode}`, and a 403 may be a limit."""

from connectors.errors import (
    MissingScopeError,
    PlanLimitError,
    RateLimitedError,
    SourceDownError,
    SourceError,
    StopError,
    TokenRevokedError,
    UnexpectedSchemaError,
)
from connectors.json_value import text_at
from connectors.vendor import Answer, Rate, Vendor

_ALLOWANCE_COMES_BACK = 900.0  # seconds; the limit counts the last 24 hours, so that some of it returns all the time


def understand(answer: Answer) -> SourceError | None:
    """Return what an answer means where the status alone does not say it."""
    if answer.status < 400:
        return None
    try:
        body = answer.json()
    except ValueError:
        return None
    where = {"source": "salesforce", "request_id": answer.request_id}
    code = text_at(body, 0, "errorCode") or text_at(body, "error")
    match code:
        case "REQUEST_LIMIT_EXCEEDED":
            return RateLimitedError(
                "Salesforce answered 403: the organisation has used up its requests of 24 hours.",
                retry_after=_ALLOWANCE_COMES_BACK,
                source="salesforce",
            )
        case "INVALID_SESSION_ID" | "INVALID_AUTH_HEADER":
            return TokenRevokedError("The Salesforce session has ended. Link the account again.", **where)
        case "API_DISABLED_FOR_ORG" | "API_CURRENTLY_DISABLED":
            return PlanLimitError(
                "This Salesforce organisation has no access to the API: its edition does not include it, or an "
                "administrator has switched it off.",
                **where,
            )
        case "INVALID_TYPE" | "NOT_FOUND" | "INSUFFICIENT_ACCESS" | "INSUFFICIENT_ACCESS_OR_READONLY":
            return MissingScopeError(
                "The Salesforce user may not see these records. Give its profile the right to read the object.", **where
            )
        case "INVALID_FIELD":
            return UnexpectedSchemaError("Salesforce lacks a field that was there a moment ago. Sync again.", **where)
        case "UNSUPPORTED_API_VERSION":
            return StopError("Salesforce has retired this version of its API. Choose a newer one.", **where)
        case "QUERY_TIMEOUT" | "SERVER_UNAVAILABLE" | "UNKNOWN_EXCEPTION":
            return SourceDownError("Salesforce did not finish the query.", **where)
        case _:
            return _by_status(answer.status, where)


def _by_status(status: int, where: dict[str, str]) -> SourceError | None:
    if status == 410:
        return StopError("Salesforce has retired this version of its API. Choose a newer one.", **where)
    return None


SALESFORCE = Vendor("salesforce", "Salesforce", rates=(Rate(10, 1.0),), understand=understand)
