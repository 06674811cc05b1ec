"""What QuickBooks Online says when something is wrong, capitalised or not, and how much it lets through."""

from connectors.errors import (
    MissingScopeError,
    PlanLimitError,
    RateLimitedError,
    SourceDownError,
    SourceError,
    StopError,
    TokenRevokedError,
)
from connectors.json_value import at, text_at
from connectors.vendor import DOWN, Answer, Rate, Vendor

_PAUSE = 60.0  # seconds that Intuit asks to wait where it does not say how long
_SIGN_IN = {"100", "3200", "3201", "3202"}
_LACKING = {"120", "3100", "5020", "5030"}
_TOO_MANY = {"3001", "3003"}
_ENDED = {"6190", "6210"}  # the company's subscription is over, or the company is closed


def understand(answer: Answer) -> SourceError | None:
    """Return what a fault means, also one in a 200; None for what the status alone tells."""
    if answer.status == 429:
        return _too_many(answer)
    if answer.status in DOWN or (answer.status < 400 and b"ault" not in answer.content[:120]):
        return None
    code, kind = _fault(answer)
    where = {"source": "quickbooks", "request_id": answer.request_id}
    if answer.status == 401 or code in _SIGN_IN:
        return TokenRevokedError(
            "QuickBooks Online does not accept the sign-in any more. Link the company again.", **where
        )
    if code in _TOO_MANY:
        return _too_many(answer)
    if code in _ENDED:
        return PlanLimitError("The company's subscription to QuickBooks Online has ended.", **where)
    if answer.status == 403 or code in _LACKING:
        return MissingScopeError(
            "The sign-in may not read this company of QuickBooks Online. Link it again as an administrator.", **where
        )
    if kind in ("SystemFault", "ServiceFault", "SystemFailureError"):
        return SourceDownError("QuickBooks Online has a problem of its own.", **where)
    if code:
        return StopError(
            f"QuickBooks Online refused the request with its code {code}. Report it with the request's number.", **where
        )
    return None


def _fault(answer: Answer) -> tuple[str, str]:
    """Return the code, without leading zeros, and the kind of a fault; empty without one."""
    try:
        body = answer.json()
    except ValueError:
        return "", ""
    fault = at(body, "Fault") or at(body, "fault")
    code = text_at(fault, "Error", 0, "code") or text_at(fault, "error", 0, "code")
    return code.lstrip("0"), text_at(fault, "type")


def _too_many(answer: Answer) -> RateLimitedError:
    pause = 0.0 if answer.headers.get("retry-after") else _PAUSE
    return RateLimitedError(
        "QuickBooks Online lets no more requests through: 500 a minute for a company.",
        retry_after=pause,
        source="quickbooks",
    )


QUICKBOOKS = Vendor(
    "quickbooks",
    "QuickBooks Online",
    rates=(Rate(8, 1.0), Rate(450, 60.0)),
    understand=understand,
    ids_within_account=True,
)
