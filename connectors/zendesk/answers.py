"""What Zendesk means by answers that are no success."""

from connectors.errors import MissingScopeError, PlanLimitError, RateLimitedError, SourceDownError, SourceError
from connectors.vendor import Answer, Rate, Vendor

NAME = "zendesk"
_BUSY = 409  # two requests met in Zendesk's database; the second may be sent again
_HELD_BACK = 60.0  # seconds: exports leave out what changed in the last minute


def understand(answer: Answer) -> SourceError | None:
    """Return what an answer means; None lets its status decide."""
    if answer.status < 400:
        return None
    where = {"source": NAME, "request_id": answer.request_id}
    match answer.status:
        case 403:
            return MissingScopeError(
                "Zendesk refuses this list to the person who signed in. Link the account again as an administrator: "
                "exports are for administrators alone.",
                **where,
            )
        case 404:
            return PlanLimitError(
                "Zendesk knows no such address. Check the subdomain of the connection, and whether the account's "
                "plan has this list.",
                **where,
            )
        case 400 | 422 if b"StartTimeTooRecent" in answer.content:
            return RateLimitedError("Zendesk does not export the last minute yet.", retry_after=_HELD_BACK, source=NAME)
        case 429:
            return RateLimitedError("Zendesk asks for a pause.", retry_after=_until_reset(answer), source=NAME)
        case status if status == _BUSY:
            return SourceDownError("Zendesk is busy with the same data.", **where)
        case _:
            return None


def _until_reset(answer: Answer) -> float:
    """Return the seconds until the limit starts anew, where no Retry-After says it."""
    try:
        return 0.0 if "retry-after" in answer.headers else max(0.0, float(answer.headers.get("ratelimit-reset", "0")))
    except ValueError:
        return 0.0


# The smallest plan's limit. That of the exports is 10 a minute; who meets it is told how long to wait.
ZENDESK = Vendor(NAME, "Zendesk", rates=(Rate(200, 60),), understand=understand, ids_within_account=True)
