"""Forms: which there are, and what their questions measure."""

from collections.abc import AsyncIterator, Mapping
from typing import cast

from connectors.errors import SourceDownError
from connectors.http import VendorHttp
from connectors.json_value import JsonValue, at, records_at, text_at
from connectors.survey_questions import Kind, Question, scored, with_primary

Record = dict[str, JsonValue]

_PAGE = 200
_MOST_TRIES = 3
_TEXTS = ("long_text", "short_text")
_CHOICES = ("multiple_choice", "dropdown", "picture_choice", "yes_no")


async def list_forms(api: VendorHttp) -> list[Record]:
    """Return all forms, briefly; asked for again where the list changed while it was read."""
    for _ in range(_MOST_TRIES):
        found: dict[str, Record] = {}
        total, page, last = 0, 1, 1
        while page <= last:
            answer = await api.get("/forms", {"page": page, "page_size": _PAGE})
            found |= {text_at(one, "id"): one for one in records_at(answer, "items")}
            total, last = int(text_at(answer, "total_items") or 0), int(text_at(answer, "page_count") or 1)
            page += 1
        if len(found) >= total:
            return sorted(found.values(), key=lambda one: (text_at(one, "last_updated_at"), text_at(one, "id")))
    raise SourceDownError("Typeform's list of forms changes faster than it can be read.", source="typeform")


async def changed_forms(api: VendorHttp, since: str, known: Mapping[str, Kind]) -> AsyncIterator[Record]:
    """Yield the forms that changed at a moment or later, oldest change first, each with its questions."""
    for brief in await list_forms(api):
        updated = text_at(brief, "last_updated_at")
        if updated < since:
            continue
        form = cast("Record", await api.get(f"/forms/{text_at(brief, 'id')}"))
        read = with_primary(_questions(form.get("fields"), known))
        kind = next((one.kind for one in read if one.primary), "custom")
        questions: list[JsonValue] = [one.record() for one in read]
        yield form | {
            "created_at": text_at(brief, "created_at"),
            "last_updated_at": updated,
            "kind": kind,
            "questions": questions,
        }


def _questions(fields: object, known: Mapping[str, Kind]) -> list[Question]:
    found = []
    for field in records_at(fields):
        if text_at(field, "type") in ("group", "inline_group"):
            found += _questions(at(field, "properties", "fields"), known)
        elif (one := _question(field, known)) is not None:
            found.append(one)
    return found


def _question(field: Record, known: Mapping[str, Kind]) -> Question | None:
    key, name, text = text_at(field, "id"), text_at(field, "ref"), text_at(field, "title")
    steps = int(text_at(field, "properties", "steps") or 0)
    match text_at(field, "type"):
        case "nps":
            return scored(key, name, text, 0, 10, "number", {name: "nps", **known})
        case "opinion_scale":
            low = 1 if at(field, "properties", "start_at_one") else 0
            return scored(key, name, text, low, low + (steps or 11) - 1, "number", known)
        case "rating":
            return scored(key, name, text, 1, steps or 3, "stars", known)
        case kind if kind in _TEXTS:
            return Question(key, text, "custom", display="text")
        case kind if kind in _CHOICES:
            return Question(key, text, "custom", display="choice")
        case _:
            return None
