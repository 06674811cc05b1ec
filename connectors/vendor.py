"""What is true of a vendor's API as a whole: its name, its limits and how it says that something is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import orjson

from connectors.errors import (
    MissingScopeError,
    PlanLimitError,
    RateLimitedError,
    SourceDownError,
    SourceError,
    StopError,
    TokenRevokedError,
)
from connectors.json_value import JsonValue

DOWN = (408, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529)


class Share(StrEnum):
    """What a vendor counts requests by; connections that have it in common share what is let through."""

    ACCOUNT = "account"  # the account at the vendor, whoever asks
    APP = "app"  # this installation's registration at the vendor, for all accounts
    SIGN_IN = "sign_in"  # the person who has signed in


@dataclass(frozen=True)
class Rate:
    """No more than so many requests in so many seconds, of what the vendor counts together."""

    requests: int
    seconds: float
    share: Share = Share.ACCOUNT


@dataclass(frozen=True)
class Answer:
    """A vendor's answer, its body parsed. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    url: str = field(repr=False)  # it may hold a token

    def json(self) -> JsonValue:
        """Return the parsed body, None where there can be none; raises ValueError if it is no JSON."""
        return self._parsed

    @cached_property
    def _parsed(self) -> JsonValue:
        return None if self.status == 204 else orjson.loads(self.content)

    @property
    def request_id(self) -> str:
        """Return the vendor's own number of the request, for its support."""
        names = ("x-request-id", "request-id", "x-zendesk-request-id", "intuit_tid", "x-fb-trace-id", "x-li-uuid")
        return next((self.headers[name] for name in names if name in self.headers), "")


Understand = Callable[[Answer], SourceError | None]


def _by_status_alone(_answer: Answer) -> SourceError | None:
    return None


@dataclass(frozen=True)
class Vendor:
    """One vendor. `understand` sees every answer first, also a 200, and returns what the vendor means by it;
    None lets the status decide. A pause that the vendor asks for holds what the first of `rates` is counted by, unless
    the answer names another limit. With `ids_within_account` the records of two accounts may have the same ids.
    """

    name: str  # the setting BELVEDERE_SOURCE_<NAME>_URL replaces its addresses; Google's sources share one
    label: str
    rates: tuple[Rate, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    understand: Understand = _by_status_alone
    ids_within_account: bool = False


def error_of(vendor: Vendor, answer: Answer) -> SourceError | None:
    """Return what an answer means, in our terms; None if it is what was asked for."""
    found = vendor.understand(answer)
    if found is not None:
        return found
    where = {"source": vendor.name, "request_id": answer.request_id}
    said = f"{vendor.label} answered {answer.status}"
    match answer.status:
        case status if status < 300:
            return None
        case status if status < 400:
            return StopError(
                f"{said}: it sends us elsewhere, which is not followed. Check the account's address.", **where
            )
        case 401:
            return TokenRevokedError(f"{said}: the sign-in is not accepted any more. Link the account again.", **where)
        case 403:
            return MissingScopeError(
                f"{said}: the sign-in lacks a permission. Link the account again and grant what is asked.", **where
            )
        case 402:
            return PlanLimitError(f"{said}: the account's plan does not include this.", **where)
        case 429:
            return RateLimitedError(f"{said}: too many requests.", retry_after=0.0, source=vendor.name)
        case status if status in DOWN:
            return SourceDownError(f"{said}: it has a problem of its own.", **where)
        case _:
            return StopError(f"{said} to a request that should work. Report it with the request's number.", **where)
