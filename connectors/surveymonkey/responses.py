"""Answers, survey by survey, in the order of their change.

Pages move when an answer is changed in between, so each request asks for what changed at or after the last moment seen;
only where a whole page is of one second is the next page asked for.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta

from connectors.json_value import JsonValue, at, records_at, text_at
from connectors.paging import LoopGuard
from connectors.source import Batch, Context, Cursor
from connectors.survey_questions import company_domain
from connectors.surveymonkey.surveys import Record, labels_of, list_surveys, survey_details, worth_of

PAGE = 100
LOOKBACK = timedelta(minutes=10)
_AGAIN = timedelta(days=1)  # answers may be changed without a new one coming


async def read_responses(context: Context, cursor: Cursor) -> AsyncIterator[Batch]:
    """Yield the pages of every survey that may have news."""
    given = cursor.value.get("surveys")
    marks: dict[str, JsonValue] = dict(given) if isinstance(given, dict) else {}
    for survey in await list_surveys(context.api):
        key, count = text_at(survey, "id"), text_at(survey, "response_count")
        mark = marks.get(key)
        known: Record = mark if isinstance(mark, dict) else {}
        checked, now = text_at(known, "checked"), context.now.astimezone(UTC)
        fresh = bool(checked) and now - datetime.fromisoformat(checked) < _AGAIN
        if count == "0" or (fresh and count and count == text_at(known, "count")):
            continue  # requests of a day are few, so none is spent on a survey that has no new answer
        since = text_at(known, "since")
        async for records, reached in _of_survey(context, key, since):
            since = reached
            marks = marks | {key: {"since": since}}
            yield Batch(records, Cursor({"surveys": marks}), done=False)
        marks = marks | {key: {"since": since, "count": count, "checked": now.isoformat()}}
    yield Batch([], Cursor({"surveys": marks}), done=True)


async def _of_survey(context: Context, survey: str, mark: str) -> AsyncIterator[tuple[list[Record], str]]:
    details = await survey_details(context.api, survey)
    since, page, idle = _start(mark, context), 1, 0
    seen: set[tuple[str, str]] = set()
    while True:
        answer = await context.api.get(
            f"/surveys/{survey}/responses/bulk",
            {
                "per_page": PAGE, "page": page, "sort_by": "date_modified", "sort_order": "ASC",
                "start_modified_at": since or None,
            },
        )  # fmt: skip
        listed = {(text_at(one, "id"), text_at(one, "date_modified")): one for one in records_at(answer, "data")}
        news = [_told(one, survey, details, context) for key, one in listed.items() if key not in seen]
        reached = max((_utc(modified) for _, modified in listed), default=since)
        seen |= set(listed)
        if news:
            yield news, max(mark, reached)
        if not text_at(answer, "links", "next"):
            return
        idle = 0 if news else idle + 1
        if idle > 1:
            raise LoopGuard(f"the answers of survey {survey}").loops()
        since, page = (reached, 1) if reached > since else (since, page + 1)


def _start(mark: str, context: Context) -> str:
    if mark:
        return (datetime.fromisoformat(mark) - LOOKBACK).isoformat()
    return "" if context.since is None else _utc(context.since.isoformat())


def _utc(text: str) -> str:
    """Return a moment as SurveyMonkey wants it, in UTC without an offset; one that cannot be read moves nothing."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()


def _told(one: Record, survey: str, details: Record, context: Context) -> Record:
    """Return an answer with its scores, since it holds ids of choices only, and whom it is from."""
    worth, labels = worth_of(details), labels_of(details)
    scores: list[JsonValue] = []
    texts, choices = list[str](), list[str]()
    for question in (found for page in records_at(one, "pages") for found in records_at(page, "questions")):
        key = text_at(question, "id")
        for answer in records_at(question, "answers"):
            choice, text = text_at(answer, "choice_id"), text_at(answer, "text")
            if choice in worth.get(key, {}):
                scores.append({"question": key, "value": worth[key][choice]})
            elif choice in labels:
                choices.append(labels[choice])
            elif text:
                texts.append(text)
    variables = at(one, "custom_variables")
    return one | {
        "survey_id": survey,
        "scores": scores,
        "comment": next(iter(texts), None),
        "choice": next(iter(choices), None),
        "account_ref": _variable(variables, context, "account") or company_domain(_email(one)),
        "ticket_ref": _variable(variables, context, "ticket"),
        "contact_ref": _variable(variables, context, "contact"),
    }


def _variable(variables: object, context: Context, what: str) -> str | None:
    return text_at(variables, context.text(f"{what}_variable") or f"{what}_id") or None


def _email(one: Mapping[str, JsonValue]) -> str:
    return text_at(one, "metadata", "contact", "email", "value")
