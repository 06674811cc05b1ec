"""SurveyMonkey: the contract of every source, and what is SurveyMonkey's own."""

from datetime import datetime
from typing import ClassVar

import pytest

from connectors import RateLimitedError, find_source
from connectors.surveymonkey.answers import understand
from connectors.vendor import Answer
from tests.connectors.contract import SourceContract
from tests.connectors.fakes.surveymonkey import FakeSurveyMonkey
from tests.connectors.reading import list_accounts, read_all, records_of


class TestSurveyMonkey(SourceContract):
    """The contract."""

    source, fake = "surveymonkey", FakeSurveyMonkey
    renews = False
    expected: ClassVar = {
        "survey": [
            {"source_id": "9001", "survey": "Yearly review", "kind": "nps", "survey_language": "en"},
            {"source_id": "9002", "survey": "After support", "kind": "csat"},
            {"source_id": "9003", "kind": "custom"},
        ],
        "survey_question": [
            {"source_id": "71", "survey_id": "9001", "scale_min": 0.0, "scale_max": 10.0, "is_primary": True},
            {"source_id": "81", "scale_min": 1.0, "scale_max": 5.0, "display": "stars", "is_primary": True},
            {"source_id": "73", "display": "choice", "scale_min": None, "is_primary": False},
        ],
        "survey_response": [
            {
                "source_id": "90010009:71",
                "raw_value": 9.0,
                "nps_class": "promoter",
                "account_id": "A-2",
                "comment_text": "Why 9",
                "answer_choice": "Service",
                "is_completed": False,
                "is_answer": False,
            },
            {
                "source_id": "90010003:71",
                "raw_value": 3.0,
                "nps_class": "detractor",
                "responded_at": datetime.fromisoformat("2026-02-09T17:51:03"),
                "is_answer": True,
            },
            {"source_id": "90020004:81", "raw_value": 5.0, "is_satisfied": True, "account_id": "tidewick.example"},
        ],
    }


def test_an_answer_without_a_score_is_no_score() -> None:
    with FakeSurveyMonkey() as fake:
        records = records_of(read_all(find_source("surveymonkey"), fake, stream="responses"))  # type: ignore[arg-type]
    assert next(one for one in records if one["id"] == "90010005")["scores"] == []


def test_a_survey_without_news_costs_no_request() -> None:
    source = find_source("surveymonkey")
    with FakeSurveyMonkey() as fake:
        cursor = read_all(source, fake, stream="responses")[-1].cursor  # type: ignore[arg-type]
        fake.asked.clear()
        read_all(source, fake, stream="responses", cursor=cursor)  # type: ignore[arg-type]
        assert {one.path for one in fake.asked} == {"/v3/surveys"}


def test_the_day_s_limit_ends_the_read_with_its_pause() -> None:
    with FakeSurveyMonkey() as fake:
        fake.day_is_over = True
        with pytest.raises(RateLimitedError, match="today's requests") as caught:
            read_all(find_source("surveymonkey"), fake, stream="surveys")  # type: ignore[arg-type]
        assert caught.value.retry_after >= 40_000
        assert len(fake.asked) == 1


def test_only_addresses_of_surveymonkey_are_taken_from_the_sign_in() -> None:
    source = find_source("surveymonkey")
    base = source.base  # type: ignore[attr-defined]
    assert base({}, {"access_url": "https://api.eu.surveymonkey.com"}) == "https://api.eu.surveymonkey.com/v3"
    assert base({}, {"access_url": "https://evil.example"}) == "https://api.surveymonkey.com/v3"


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "1012", "TokenRevokedError"),
        (403, "1014", "MissingScopeError"),
        (403, "1015", "PlanLimitError"),
        (500, "1050", "SourceDownError"),
        (200, "", "NoneType"),
        (404, "1020", "NoneType"),
    ],
)
def test_its_errors_are_understood(status: int, code: str, kind: str) -> None:
    found = understand(Answer(status, {}, f'{{"error": {{"id": "{code}"}}}}'.encode(), ""))
    assert type(found).__name__ == kind


def test_the_account_is_the_user() -> None:
    with FakeSurveyMonkey() as fake:
        found = list_accounts(find_source("surveymonkey"), fake)  # type: ignore[arg-type]
    assert [(one.id, one.name) for one in found] == [("55501", "harbour")]
