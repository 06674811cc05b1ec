"""The source SurveyMonkey: surveys, and their answers with what custom variables say."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from connectors.auth import ApiKey, Auth, OAuth2, Secret
from connectors.json_value import JsonValue, text_at
from connectors.source import Account, Batch, Context, Cursor, Stream, Window
from connectors.survey_questions import Kind
from connectors.surveymonkey.answers import NAME, SURVEYMONKEY
from connectors.surveymonkey.responses import LOOKBACK, read_responses
from connectors.surveymonkey.surveys import list_surveys, questions_of, survey_details
from connectors.vendor import Vendor

HOSTS = ("api.surveymonkey.com", "api.eu.surveymonkey.com", "api.surveymonkey.ca")
_SURVEYS_A_BATCH = 20
_VARIABLE = r"^[A-Za-z0-9_-]{1,64}$"

_OAUTH = OAuth2(
    provider=NAME,
    authorize_url="https://{host}/oauth/authorize",
    token_url="https://{host}/oauth/token",  # noqa: S106
    pkce=False,
    refreshes=False,
    keep_from_token=("access_url",),
)
_TOKEN = ApiKey(
    secrets=(Secret("access_token", "Access token", "developer.surveymonkey.com > My apps > Settings."),),
    value="Bearer {access_token}",
)

_STREAMS = (
    Stream(
        "surveys",
        ("id",),
        ("survey", "survey_question"),
        reads="Surveys with their questions",
        fields=("title", "kind", "questions", "language", "date_created", "date_modified"),
    ),
    Stream(
        "responses",
        ("id",),
        ("survey_response",),
        version_field="date_modified",
        lookback=LOOKBACK,
        reads="Answers to rating questions, with their comments",
        fields=(
            "survey_id", "scores", "comment", "choice", "account_ref", "ticket_ref", "contact_ref", "response_status",
            "date_created", "date_modified", "total_time",
        ),
    ),
)  # fmt: skip


class SurveyMonkeySettings(BaseModel):
    """Where the account is, and what its custom variables mean."""

    model_config = ConfigDict(extra="forbid")

    host: Literal["api.surveymonkey.com", "api.eu.surveymonkey.com", "api.surveymonkey.ca"] = Field(
        default="api.surveymonkey.com", title="Data centre", description="Where the account's data are kept."
    )
    account_variable: str = Field(
        default="account_id", pattern=_VARIABLE, title="Account", description="Custom variable with the customer's id."
    )
    ticket_variable: str = Field(
        default="ticket_id", pattern=_VARIABLE, title="Ticket", description="Custom variable with the ticket's number."
    )
    contact_variable: str = Field(
        default="contact_id", pattern=_VARIABLE, title="Contact", description="Custom variable with the person's id."
    )
    kinds: dict[str, Kind] = Field(
        default={}, title="Kinds", description="nps, csat, ces, esat or custom by a question's id, where it is wrong."
    )


class SurveyMonkeySource:
    """The surveys of one SurveyMonkey account."""

    id = NAME
    label = "SurveyMonkey"
    staging = Path(__file__).parent / "staging"
    vendor: Vendor = SURVEYMONKEY
    auths: tuple[Auth, ...] = (_OAUTH, _TOKEN)
    settings: type[BaseModel] = SurveyMonkeySettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address that the sign-in has named, if it is one of SurveyMonkey's, else that of the settings."""
        named = urlsplit(credentials.get("access_url", "")).hostname
        return f"https://{named if named in HOSTS else config.get('host') or HOSTS[0]}/v3"

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return surveys and answers."""
        del context
        return _STREAMS

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield surveys that changed, or answers from the cursor on."""
        del window
        read = _read_surveys if stream.name == "surveys" else read_responses
        async for batch in read(context, cursor):
            yield batch

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the account that the sign-in belongs to."""
        me = await context.api.get("/users/me")
        return (Account(text_at(me, "id"), text_at(me, "username") or text_at(me, "email")),)


async def _read_surveys(context: Context, cursor: Cursor) -> AsyncIterator[Batch]:
    given = context.config.get("kinds")
    kinds = cast("dict[str, Kind]", given if isinstance(given, dict) else {})
    reached, some = text_at(dict(cursor.value), "modified"), list[dict[str, JsonValue]]()
    for brief in await list_surveys(context.api):
        modified = text_at(brief, "date_modified")
        if modified < reached:
            continue
        details = await survey_details(context.api, text_at(brief, "id"))
        read = questions_of(details, kinds)
        questions: list[JsonValue] = [one.record() for one in read]
        kind = next((one.kind for one in read if one.primary), "custom")
        some.append(details | {"date_modified": modified, "kind": kind, "questions": questions})
        reached = modified
        if len(some) == _SURVEYS_A_BATCH:
            yield Batch(some, Cursor({"modified": reached}), done=False)
            some = []
    yield Batch(some, Cursor({"modified": reached}), done=True)


SOURCE = SurveyMonkeySource
