"""What Meta means by its errors: a 400 may be a limit, a dead token or a passing trouble; the code tells which."""

import orjson

from connectors.errors import (
    MissingScopeError,
    RateLimitedError,
    SourceDownError,
    SourceError,
    StopError,
    TokenRevokedError,
)
from connectors.json_value import at, text_at
from connectors.vendor import Answer, Share

SOURCE = "meta"

_LIMIT_OF_THE_APP = 4  # the others are of an ad account or of the person
_LIMITS = {_LIMIT_OF_THE_APP, 17, 32, 613, *range(80000, 80015)}
_PASSING = {1, 2}
_NO_PERMISSION = {10, 200, 270, 294}
_DEAD_VERSION = 2635
TOO_MUCH = "Meta cannot answer for so many rows at once."
_USUAL_PAUSE = 30.0  # seconds, where Meta does not say when access comes back
_FULL = 95.0  # percent of a limit from which Meta may refuse


def understand_meta(answer: Answer) -> SourceError | None:
    """Return what an answer means; None lets the status decide."""
    if answer.status < 400:
        return None
    try:
        error = at(answer.json(), "error")
    except ValueError:
        return None
    if not isinstance(error, dict):
        return None
    where = {"source": SOURCE, "request_id": text_at(error, "fbtrace_id")}
    code, subcode = _number(error.get("code")), text_at(error, "error_subcode")
    if code in _LIMITS:
        return RateLimitedError(
            f"Meta answered that too much was asked (code {code}).",
            retry_after=_pause(answer),
            source=SOURCE,
            share=Share.APP if code == _LIMIT_OF_THE_APP else Share.ACCOUNT,
        )
    if code == 190:
        why = {"463": "has expired", "460": "ended when the password was changed"}.get(subcode, "is not valid any more")
        return TokenRevokedError(f"The sign-in at Meta {why}. Link the account again.", **where)
    if "reduce the amount of data" in text_at(error, "message").lower():
        return StopError(f"{TOO_MUCH} Ask for fewer days.", **where)
    if code in _PASSING or error.get("is_transient") is True:
        return SourceDownError("Meta has a problem of its own.", **where)
    if code in _NO_PERMISSION:
        return MissingScopeError(
            "Meta refused access: the permission ads_read is missing, or this person may not see the ad account.",
            **where,
        )
    if code == _DEAD_VERSION:
        return StopError("This version of Meta's API has ended. Set a newer one at the connection.", **where)
    if code == 100 and subcode == "33":
        return MissingScopeError("Meta does not show this ad account to the sign-in. Choose it again.", **where)
    return StopError(f"Meta refused a request (code {code}, {subcode or 'no subcode'}). Update Belvedere.", **where)


def _pause(answer: Answer) -> float:
    """Return the seconds until access comes back, by the longest of the usage headers."""
    minutes = [0.0]
    used = [0.0]
    for name in ("x-business-use-case-usage", "x-ad-account-usage", "x-app-usage"):
        _collect(answer.headers.get(name, ""), minutes, used)
    if max(minutes) > 0:
        return max(minutes) * 60
    return _USUAL_PAUSE * 10 if max(used) >= _FULL else _USUAL_PAUSE


def _collect(header: str, minutes: list[float], used: list[float]) -> None:
    """Add what one header says: {"call_count": 28, ...}, or lists of such by account."""
    try:
        told = orjson.loads(header) if header else None
    except ValueError:
        return
    pending = [told]
    while pending:
        one = pending.pop()
        if isinstance(one, list):
            pending += one
        elif isinstance(one, dict):
            pending += [value for value in one.values() if isinstance(value, dict | list)]
            minutes.append(_float(one.get("estimated_time_to_regain_access")))
            used += [_float(one.get(name)) for name in ("call_count", "total_time", "total_cputime", "acc_id_util_pct")]


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
