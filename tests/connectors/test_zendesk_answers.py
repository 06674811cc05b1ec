"""What Zendesk's answers mean, how requests are signed, and which settings it takes."""

import pytest
from pydantic import ValidationError

from connectors import MissingScopeError, RateLimitedError, StopError
from connectors.errors import PlanLimitError
from connectors.vendor import Answer, error_of
from connectors.zendesk.answers import ZENDESK
from connectors.zendesk.source import ZendeskSettings, ZendeskSource

SOURCE = ZendeskSource()


def test_the_api_token_signs_in() -> None:
    header = SOURCE.auths[1].headers({"email": "ann@tideline.example", "token": "abc"})
    assert header == {"Authorization": "Basic YW5uQHRpZGVsaW5lLmV4YW1wbGUvdG9rZW46YWJj"}


@pytest.mark.parametrize(
    ("status", "body", "headers", "expected"),
    [
        (422, b'{"error":"StartTimeTooRecent"}', {}, RateLimitedError),
        (422, b'{"error":"Invalid"}', {}, StopError),
        (404, b'{"error":"RecordNotFound"}', {}, PlanLimitError),
        (403, b"{}", {}, MissingScopeError),
    ],
)
def test_what_answers_mean(status: int, body: bytes, headers: dict[str, str], expected: type[Exception]) -> None:
    assert type(error_of(ZENDESK, Answer(status, headers, body, ""))) is expected


def test_a_limit_may_name_its_end_in_another_header() -> None:
    error = error_of(ZENDESK, Answer(429, {"ratelimit-reset": "17"}, b"{}", ""))
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == 17


@pytest.mark.parametrize("subdomain", ["acme.evil.example/", "acme@evil", "", "-acme", "a" * 64, "Acme"])
def test_only_a_subdomain_is_a_subdomain(subdomain: str) -> None:
    with pytest.raises(ValidationError):
        ZendeskSettings(subdomain=subdomain)
