"""Typeform: the contract of every source, and what is Typeform's own."""

from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from connectors import MissingScopeError, find_source
from connectors.survey_questions import company_domain
from connectors.typeform.source import understand
from connectors.vendor import Answer
from tests.connectors.contract import SourceContract
from tests.connectors.fakes.typeform import FakeTypeform, _token
from tests.connectors.reading import loaded, read_all


class TestTypeform(SourceContract):
    """The contract."""

    source, fake = "typeform", FakeTypeform
    expected: ClassVar = {
        "survey": [
            {"source_id": "fNps01", "survey": "Quarterly review", "kind": "nps", "survey_language": "en"},
            {"source_id": "fCsat1", "survey": "After support", "kind": "csat"},
            {"source_id": "fCes01", "survey": "Ease", "kind": "ces"},
        ],
        "survey_question": [
            {"source_id": "qNps", "survey_id": "fNps01", "scale_min": 0.0, "scale_max": 10.0, "is_primary": True},
            {"source_id": "qStar", "scale_min": 1.0, "scale_max": 5.0, "display": "stars", "is_primary": True},
            {"source_id": "qEase", "scale_min": 1.0, "scale_max": 7.0, "higher_is_better": True, "is_primary": True},
            {"source_id": "qEff", "scale_max": 5.0, "higher_is_better": False, "is_primary": False},
            {"source_id": "qWhy", "display": "text", "scale_min": None, "is_primary": False},
        ],
        "survey_response": [
            {
                "source_id": f"{_token('fNps01', 3)}:qNps",
                "kind": "nps",
                "raw_value": 3.0,
                "nps_class": "detractor",
                "account_id": "A-3",
                "ticket_id": "1003",
                "comment_text": "Why 3",
                "answer_choice": "Price",
                "responded_at": datetime(2026, 1, 20, 12, tzinfo=UTC).replace(tzinfo=None),
                "is_answer": True,
            },
            {
                "source_id": f"{_token('fCsat1', 4)}:qStar",
                "kind": "csat",
                "raw_value": 5.0,
                "is_satisfied": True,
                "account_id": "tidewick.example",
            },
            {"source_id": f"{_token('fCsat1', 5)}:qStar", "raw_value": 1.0, "account_id": None},
            {"source_id": f"{_token('fCes01', 4)}:qEff", "score_5": 1.0, "is_answer": False},
        ],
    }


def test_a_kind_that_a_person_has_set_wins(tmp_path: Path) -> None:
    source = find_source("typeform")
    with FakeTypeform() as fake:
        batches = read_all(source, fake, {**fake.config, "kinds": {"csat_stars": "esat"}}, stream="forms")  # type: ignore[arg-type]
    kinds = {str(one["id"]): one["kind"] for batch in batches for one in batch.records}
    assert kinds == {"fNps01": "nps", "fCsat1": "esat", "fCes01": "ces"}


def test_hidden_fields_are_chosen_in_the_settings(tmp_path: Path) -> None:
    source = find_source("typeform")
    with FakeTypeform() as fake:
        chosen = {**fake.config, "account_field": "ticket_id"}
        batches = read_all(source, fake, chosen, stream="responses")  # type: ignore[arg-type]
    found = {str(one["account_ref"]) for batch in batches for one in batch.records if one["form_id"] == "fNps01"}
    assert "1003" in found
    assert not any(one.startswith("A-") for one in found)


def test_no_company_is_made_of_free_mail() -> None:
    assert company_domain("Pat@Tidewick.example ") == "tidewick.example"
    assert [company_domain(one) for one in ("pat@GMAIL.com", "pat", "@", "", "pat@local")] == [None] * 5


@pytest.mark.parametrize(
    ("code", "kind"), [("AUTHENTICATION_FAILED", "TokenRevokedError"), ("FORBIDDEN", "MissingScopeError")]
)
def test_a_403_is_understood_by_its_code(code: str, kind: str) -> None:
    found = understand(Answer(403, {}, f'{{"code": "{code}"}}'.encode(), ""))
    assert type(found).__name__ == kind
    assert isinstance(understand(Answer(403, {}, b'{"code": "X"}', "")), MissingScopeError)


def test_only_two_requests_a_second(tmp_path: Path) -> None:
    source = find_source("typeform")
    with FakeTypeform() as fake, loaded(source, fake, tmp_path):  # type: ignore[arg-type]
        assert sum(fake.clock.slept) > 0
