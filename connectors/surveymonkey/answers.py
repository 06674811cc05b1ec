"""What SurveyMonkey means by `{"error": {"id", "name", "message"}}` and by its headers of limits."""

from connectors.errors import (
    MissingScopeError,
    PlanLimitError,
    RateLimitedError,
    SourceDownError,
    SourceError,
    TokenRevokedError,
)
from connectors.json_value import text_at
from connectors.vendor import Answer, Rate, Share, Vendor

NAME = "surveymonkey"
_LIMITS = "x-ratelimit-app-global"
_SIGN_IN = {"1010", "1011", "1012", "1013", "1018"}


def understand(answer: Answer) -> SourceError | None:
    """Return what an answer means; None lets the status decide."""
    if answer.status < 400:
        return None
    try:
        code = text_at(answer.json(), "error", "id")
    except ValueError:
        code = ""
    if answer.status == 429:
        return _limited(answer)
    if answer.status == 401 or (answer.status == 400 and code in _SIGN_IN):
        return TokenRevokedError(
            "SurveyMonkey does not accept the sign-in any more. Link the account again.", source=NAME
        )
    if code == "1014":
        return MissingScopeError(
            "SurveyMonkey refuses: the sign-in lacks a scope. Give the app surveys_read, responses_read and "
            "responses_read_detail, and link the account again.",
            source=NAME,
        )
    if code in ("1015", "1016"):
        return PlanLimitError("SurveyMonkey refuses: reading answers in detail needs a paid plan.", source=NAME)
    if code in ("1050", "1051", "1052"):
        return SourceDownError("SurveyMonkey has a problem of its own.", source=NAME)
    return None


def _limited(answer: Answer) -> RateLimitedError:
    # Without Retry-After the headers tell which of the two limits it was, and in how many seconds it opens again.
    headers, day = answer.headers, text_at(dict(answer.headers), f"{_LIMITS}-day-remaining") == "0"
    reset = headers.get(f"{_LIMITS}-{'day' if day else 'minute'}-reset", "")
    said = "today's requests of the app are used up" if day else "too many requests in a minute"
    pause = float(reset) if reset.isdigit() else 0.0
    return RateLimitedError(f"SurveyMonkey answered 429: {said}.", retry_after=pause, source=NAME)


SURVEYMONKEY = Vendor(NAME, "SurveyMonkey", rates=(Rate(100, 60.0, Share.APP),), understand=understand)
