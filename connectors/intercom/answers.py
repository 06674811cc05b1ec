"""What Intercom means by answers that are no success."""

import time

from connectors.errors import MissingScopeError, PlanLimitError, RateLimitedError, SourceError
from connectors.json_value import text_at
from connectors.vendor import Answer, Rate, Share, Vendor

NAME = "intercom"
VERSION = "2.17"
_SCROLL_ENDS = 60.0  # seconds without a request
_LONGEST_SLICE = 60.0  # seconds; limits are dealt in slices of ten


def understand(answer: Answer) -> SourceError | None:
    """Return what an answer means; None lets its status decide."""
    if answer.status < 400:
        return None
    where = {"source": NAME, "request_id": answer.request_id}
    match answer.status, _code(answer):
        case 429, _:
            return RateLimitedError("Intercom asks for a pause.", retry_after=_until_reset(answer), source=NAME)
        case 400, "scroll_exists":
            return RateLimitedError(
                "Somebody else is reading the companies of this workspace.",
                retry_after=_SCROLL_ENDS,
                source=NAME,
                share=Share.ACCOUNT,
            )
        case 403, "api_plan_restricted":
            return PlanLimitError("Intercom does not give this list to the workspace's plan.", **where)
        case 403, _:
            return MissingScopeError(
                "Intercom refuses this list to the app that was linked. Give the app the permission to read it, then "
                "link the account again.",
                **where,
            )
        case 404, _:
            return PlanLimitError("Intercom has no such list for this workspace. Check its region.", **where)
        case _:
            return None


def _code(answer: Answer) -> str:
    try:
        return text_at(answer.json(), "errors", 0, "code")
    except ValueError:
        return ""


def _until_reset(answer: Answer) -> float:
    """Return the seconds until the limit starts anew, of which Intercom names the moment."""
    try:
        return min(_LONGEST_SLICE, max(0.0, float(answer.headers.get("x-ratelimit-reset", "0")) - time.time()))
    except ValueError:
        return 0.0


# 10,000 requests a minute, dealt in slices of ten seconds.
INTERCOM = Vendor(
    NAME,
    "Intercom",
    rates=(Rate(1600, 10, Share.APP),),
    headers={"Intercom-Version": VERSION},
    understand=understand,
    ids_within_account=True,
)
