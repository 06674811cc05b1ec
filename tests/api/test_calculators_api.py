"""POST /v1/calculators: both formulas side by side, and a word against input that cannot be true."""

from typing import Any

import pytest

from api.calculators.inputs import LONGEST_LIST
from api.calculators.routes import CALCULATORS
from tests.api.serving import Served

EXAMPLES: dict[str, dict[str, Any]] = {
    "nps": {"promoters": 60, "detractors": 20, "responses": 100},
    "csat": {"questions": [{"scores": [5, 4, 3]}]},
    "ces": {"questions": [{"scores": [5, 4, 2]}, {"scores": [1, 2, 5], "higher_is_better": False}]},
    "retention": {"start": 100, "new": 15, "lost": 30, "lost_of_start": 25},
    "churn": {"start": 100, "new": 15, "lost": 30, "lost_of_start": 25, "revenue": [{"start": 100, "end": 80}]},
    "cac": {"cost": 10_000, "new_customers": 20_000},
    "clv": {"arpa_annual": 1_200, "years": 3, "acquisition_cost": 500},
    "response-time": {"seconds": [60, 120, 240], "unanswered": 1},
    "resolution": {"solved": 80, "unsolved": 20},
    "first-contact": {"tickets": [{"human_replies": 1, "assignees": 1}, {"human_replies": 2, "assignees": 1}]},
}
FIRST = {
    "nps": (40, 59.8),
    "csat": (2 / 3, None),
    "ces": (4 / 6, 0.5),
    "retention": (0.75, 0.7),
    "churn": (0.25, 0.3),
    "cac": (0.5, 0.5),
    "clv": (3_600, 3_100),
    "response-time": (140, 105),
    "resolution": (0.8, 4),
    "first-contact": (0.5, 1),
}


def calculate(served: Served, name: str, body: object) -> Any:
    with served.client() as client:
        return client.post(f"/v1/calculators/{name}", json=body)


def test_nobody_gets_in_without_a_key(served: Served) -> None:
    with served.stranger() as client:
        assert client.get("/v1/calculators").status_code == 401
        assert client.post("/v1/calculators/nps", json=EXAMPLES["nps"]).status_code == 401


def test_ten_are_listed_with_the_shape_of_their_inputs(served: Served) -> None:
    with served.client() as client:
        listed = client.get("/v1/calculators").json()["calculators"]
    assert [one["id"] for one in listed] == list(CALCULATORS) == list(EXAMPLES)
    for one in listed:
        assert one["label"]
        assert one["description"]
        assert one["inputs"]["properties"]
        assert one["inputs"]["additionalProperties"] is False


@pytest.mark.parametrize("name", EXAMPLES)
def test_both_formulas_are_answered(name: str, served: Served) -> None:
    answer = calculate(served, name, EXAMPLES[name])
    assert answer.status_code == 200, answer.text
    document = answer.json()
    ours, theirs = FIRST[name]
    assert document["calculator"] == name
    assert document["corrected"][0]["value"] == pytest.approx(ours)
    assert document["guides"][0]["value"] == (None if theirs is None else pytest.approx(theirs))
    assert document["difference"]
    for figure in (*document["corrected"], *document["guides"]):
        assert figure["label"]
        assert figure["formula"]
        assert figure["unit"]
        assert figure["direction"] in {"up", "down", "neutral"}


def test_bands_come_with_the_score(served: Served) -> None:
    document = calculate(served, "nps", EXAMPLES["nps"]).json()
    assert document["band"] == "reasonable"
    assert [band["name"] for band in document["bands"]] == ["needs work", "reasonable", "very good", "excellent"]
    assert [(band["low"], band["high"]) for band in document["bands"]] == [(-100, 0), (0, 50), (50, 75), (75, 100)]


def test_lists_of_accounts(served: Served) -> None:
    body = {"start_accounts": ["a", "b", "c", "d"], "end_accounts": ["a", "b", "c", "e"], "added_accounts": ["e", "f"]}
    assert calculate(served, "retention", body).json()["corrected"][0]["value"] == 0.75


@pytest.mark.parametrize(
    ("name", "body", "status", "code"),
    [
        ("nps", {}, 422, "malformed_request"),
        ("nps", [], 422, "malformed_request"),
        ("nps", {"scores": []}, 422, "malformed_request"),
        ("nps", {"scores": [1], "promoters": 1, "detractors": 0, "responses": 1}, 422, "malformed_request"),
        ("nps", {"promoters": 1, "detractors": 0}, 422, "malformed_request"),
        ("nps", {"promoters": -1, "detractors": 0, "responses": 1}, 422, "malformed_request"),
        ("nps", {"promoters": 1.5, "detractors": 0, "responses": 1}, 422, "malformed_request"),
        ("nps", {"promoters": 2, "detractors": 2, "responses": 3}, 400, "calculator_input"),
        ("nps", {"scores": [11]}, 400, "calculator_input"),
        ("nps", {"scores": [3], "scale_min": 1, "scale_max": 5}, 400, "calculator_input"),
        ("nps", {"scores": ["many"]}, 422, "malformed_request"),
        ("nps", {"scores": [5], "colour": "red"}, 422, "malformed_request"),
        ("csat", {"questions": [{"scores": [3], "scale_max": 6}]}, 400, "calculator_input"),
        ("ces", {"questions": []}, 422, "malformed_request"),
        ("retention", {"start": 1, "lost": 2}, 400, "calculator_input"),
        ("retention", {"start_accounts": ["a"]}, 422, "malformed_request"),
        ("churn", {"start": 1, "lost": 0, "revenue": [{"start": -1, "end": 0}]}, 422, "malformed_request"),
        ("cac", {"cost": 1e300, "new_customers": 1}, 422, "malformed_request"),
        ("clv", {"arpa_annual": 1, "years": 1, "gross_margin_share": 40}, 422, "malformed_request"),
        ("first-contact", {"first_contact_tickets": 2, "known_tickets": 1}, 400, "calculator_input"),
        ("nothing", {}, 404, "not_found"),
    ],
)
def test_bad_input_is_refused_in_words(name: str, body: object, status: int, code: str, served: Served) -> None:
    answer = calculate(served, name, body)
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["message"]


def test_lists_are_bounded(served: Served) -> None:
    assert calculate(served, "nps", {"scores": [9] * LONGEST_LIST}).status_code == 200
    assert calculate(served, "nps", {"scores": [9] * (LONGEST_LIST + 1)}).status_code == 422


@pytest.mark.parametrize("text", ["{", "NaN", '{"cost": NaN, "new_customers": 1}'])
def test_what_is_not_json_is_refused(text: str, served: Served) -> None:
    with served.client() as client:
        answer = client.post("/v1/calculators/cac", content=text, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "malformed_json"


def test_nothing_to_divide_by_is_null(served: Served) -> None:
    answer = calculate(served, "cac", {"cost": 10, "new_customers": 0})
    assert answer.json()["corrected"][0]["value"] is None
