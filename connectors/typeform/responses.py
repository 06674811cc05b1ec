"""Answers, form by form. Typeform gives the newest first and goes back by token.

So a form's mark moves only at its end; until then the cursor holds the token, and a crash goes on from there.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta

from connectors.json_value import JsonValue, at, records_at, text_at
from connectors.paging import LoopGuard
from connectors.source import Batch, Context, Cursor
from connectors.survey_questions import company_domain
from connectors.typeform.forms import list_forms

Record = dict[str, JsonValue]

PAGE = 1_000
LOOKBACK = timedelta(hours=1)  # Typeform says that fresh answers may be missing for half an hour


async def read_responses(context: Context, cursor: Cursor) -> AsyncIterator[Batch]:
    """Yield the pages of every form."""
    marks: dict[str, JsonValue] = dict(_marks(cursor.value.get("forms")))
    for form in await list_forms(context.api):
        key = text_at(form, "id")
        mark = marks.get(key)
        async for records, moved in _of_form(context, key, mark if isinstance(mark, dict) else {}):
            marks = marks | {key: moved}
            yield Batch(records, Cursor({"forms": marks}), done=False)
    yield Batch([], Cursor({"forms": marks}), done=True)


async def _of_form(context: Context, form: str, mark: Record) -> AsyncIterator[tuple[list[Record], Record]]:
    since, before, reached = text_at(mark, "since"), text_at(mark, "before"), text_at(mark, "reached")
    guard = LoopGuard(f"the answers of form {form}")
    while True:
        answer = await context.api.get(
            f"/forms/{form}/responses",
            {
                "page_size": PAGE,
                "since": _start(since, context),
                "before": before or None,
                "response_type": "completed",
            },
        )
        items = records_at(answer, "items")
        if not items:
            yield [], {"since": reached or since}
            return
        before = text_at(items[-1], "token")
        guard.check(before)
        reached = max(reached, *(text_at(one, "submitted_at") for one in items))
        records = [_told(one, form, context) for one in items]
        yield records, {"since": since, "before": before, "reached": reached}


def _start(since: str, context: Context) -> str | None:
    start = datetime.fromisoformat(since) - LOOKBACK if since else context.since
    return None if start is None else start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _told(item: Record, form: str, context: Context) -> Record:
    """Return an answer with what its hidden fields, named in the settings, say of whom it is from."""
    hidden = at(item, "hidden")
    emails = [text_at(one, "email") for one in records_at(item, "answers") if one.get("type") == "email"]
    emails += [text_at(hidden, "email")]
    domain = next((found for one in emails if (found := company_domain(one))), None)
    return item | {
        "form_id": form,
        "account_ref": text_at(hidden, context.text("account_field") or "account_id") or domain,
        "ticket_ref": text_at(hidden, context.text("ticket_field") or "ticket_id") or None,
        "contact_ref": text_at(hidden, context.text("contact_field") or "contact_id") or None,
    }


def _marks(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}
