"""Surveys: which there are, what their questions measure, and what their choices are worth."""

from collections.abc import Mapping
from typing import cast

from connectors.errors import SourceDownError
from connectors.http import VendorHttp
from connectors.json_value import JsonValue, at, records_at, text_at
from connectors.paging import LoopGuard
from connectors.survey_questions import Kind, Question, scored, with_primary

Record = dict[str, JsonValue]
Worth = dict[str, dict[str, float]]  # value of a choice, by question and choice

_PAGE = 100
_MOST_TRIES = 3
_INCLUDE = "date_modified,date_created,language,response_count"


async def list_surveys(api: VendorHttp) -> list[Record]:
    """Return all surveys, briefly, oldest change first; asked for again where the list changed while it was read."""
    for _ in range(_MOST_TRIES):
        found: dict[str, Record] = {}
        page, total, more = 1, 0, True
        while more:
            answer = await api.get("/surveys", {"per_page": _PAGE, "page": page, "include": _INCLUDE})
            before = len(found)
            found |= {text_at(one, "id"): one for one in records_at(answer, "data")}
            total, more = int(text_at(answer, "total") or 0), bool(text_at(answer, "links", "next"))
            if more and len(found) == before:
                raise LoopGuard("the list of surveys").loops()
            page += 1
        if len(found) >= total:
            return sorted(found.values(), key=lambda one: (text_at(one, "date_modified"), text_at(one, "id")))
    raise SourceDownError("SurveyMonkey's list of surveys changes faster than it can be read.", source="surveymonkey")


async def survey_details(api: VendorHttp, survey: str) -> Record:
    """Return a survey with its pages and questions."""
    return cast("Record", await api.get(f"/surveys/{survey}/details"))


def questions_of(details: Record, known: Mapping[str, Kind]) -> list[Question]:
    """Return the questions that mean something to us, in their order."""
    worth, found = worth_of(details), []
    for one in _questions(details):
        key, text = text_at(one, "id"), " ".join(text_at(heading, "heading") for heading in records_at(one, "headings"))
        if key in worth:
            low, high = min(worth[key].values()), max(worth[key].values())
            display = "stars" if text_at(one, "display_options", "display_subtype") == "star" else "number"
            found.append(scored(key, "", text, low, high, display, known))
        elif one.get("family") in ("open_ended", "single_choice", "multiple_choice"):
            display = "text" if one["family"] == "open_ended" else "choice"
            found.append(Question(key, text, "custom", display=display))
    return with_primary(found)


def worth_of(details: Record) -> Worth:
    """Return what each choice of the rating questions counts: the number in its text, else its weight."""
    found: Worth = {}
    for one in _questions(details):
        if (one.get("family"), one.get("subtype")) != ("matrix", "rating") or len(
            records_at(one, "answers", "rows")
        ) > 1:
            continue  # several rows are several questions, and none of them is the score
        choices = [choice for choice in records_at(one, "answers", "choices") if not choice.get("is_na")]
        numbers = [text_at(choice, "text").strip() for choice in choices]
        by_text = all(number.lstrip("-").isdigit() for number in numbers)
        values = [
            float(number) if by_text else float(text_at(choice, "weight") or 0)
            for number, choice in zip(numbers, choices, strict=True)
        ]
        if len(set(values)) > 1:
            found[text_at(one, "id")] = {text_at(c, "id"): value for c, value in zip(choices, values, strict=True)}
    return found


def labels_of(details: Record) -> dict[str, str]:
    """Return the texts of the choices of questions without a scale, by choice."""
    worth = worth_of(details)
    return {
        text_at(choice, "id"): text_at(choice, "text")
        for one in _questions(details)
        if text_at(one, "id") not in worth
        for choice in records_at(one, "answers", "choices")
    }


def _questions(details: Record) -> list[Record]:
    return [one for page in records_at(details, "pages") for one in records_at(at(page, "questions"))]
