"""What Stripe says when something is wrong, and how much it lets through."""

import re

from connectors.errors import (
    MalformedRecordError,
    MissingScopeError,
    RateLimitedError,
    SourceDownError,
    SourceError,
    TokenRevokedError,
)
from connectors.json_value import text_at
from connectors.vendor import DOWN, Answer, Rate, Vendor

VERSION = "2026-08-26.dahlia"  # periods lie on items, the invoice of a payment in /invoice_payments
ACCOUNT = re.compile(r"acct_[A-Za-z0-9]+")
_PERMISSION = re.compile(r"rak_[a-z_]+")


def understand(answer: Answer) -> SourceError | None:
    """Return what an error of Stripe means; None for what the status alone tells."""
    if answer.status < 400 or answer.status in DOWN:
        return None
    try:
        error = answer.json()
    except ValueError:
        return None
    code, message = text_at(error, "error", "code"), text_at(error, "error", "message")
    where = {"source": "stripe", "request_id": answer.request_id}
    if answer.status == 429:
        reason = answer.headers.get("stripe-rate-limited-reason", "") or code or "too many requests"
        return RateLimitedError(f"Stripe lets no more requests through: {reason}.", retry_after=0.0, source="stripe")
    if answer.status == 401:
        expired = "has expired" if code == "api_key_expired" else "is not accepted"
        return TokenRevokedError(f"Stripe says that the key {expired}. Make a new restricted key.", **where)
    if answer.status == 403:
        named, account = _PERMISSION.search(message), ACCOUNT.search(message)
        what = f"the permission {named[0]}" if named else "a permission, or does not reach this account"
        whose = f" for {account[0]}" if account else ""
        return MissingScopeError(f"The key of Stripe{whose} lacks {what}. Add it to the restricted key.", **where)
    if code == "resource_missing" or answer.status == 404:
        return MalformedRecordError("Stripe has no such object any more.", **where)
    if answer.status == 409 or answer.headers.get("stripe-should-retry") == "true":
        return SourceDownError(f"Stripe answered {answer.status} and asks to try again.", **where)
    return None


STRIPE = Vendor("stripe", "Stripe", rates=(Rate(80, 1.0),), headers={"Stripe-Version": VERSION}, understand=understand)
