"""The source Typeform: forms, and their answers with what the answers' hidden fields say."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from connectors.auth import ApiKey, Auth, OAuth2, Secret
from connectors.errors import MissingScopeError, SourceError, TokenRevokedError
from connectors.json_value import JsonValue, text_at
from connectors.source import Account, Batch, Context, Cursor, Stream, Window
from connectors.survey_questions import Kind
from connectors.typeform.forms import changed_forms
from connectors.typeform.responses import LOOKBACK, read_responses
from connectors.vendor import Answer, Rate, Vendor

NAME = "typeform"
_FORMS_A_BATCH = 20
_HIDDEN = r"^[A-Za-z0-9_]{1,64}$"

_OAUTH = OAuth2(
    provider=NAME,
    authorize_url="https://{host}/oauth/authorize",
    token_url="https://{host}/oauth/token",  # noqa: S106
    scopes=("offline", "accounts:read", "forms:read", "responses:read"),
    pkce=False,
    rotates=True,
)
_TOKEN = ApiKey(
    (Secret("token", "Personal token", "Account > Personal tokens, with read scopes only."),), "Bearer {token}"
)

_STREAMS = (
    Stream(
        "forms",
        ("id",),
        ("survey", "survey_question"),
        reads="Forms with their questions",
        fields=("title", "kind", "questions", "created_at", "last_updated_at", "settings"),
    ),
    Stream(
        "responses",
        ("token",),
        ("survey_response",),
        lookback=LOOKBACK,
        reads="Completed answers to questions with a scale, with their comments",
        fields=("form_id", "answers", "submitted_at", "account_ref", "ticket_ref", "contact_ref", "hidden"),
    ),
)


class TypeformSettings(BaseModel):
    """Where the account is, and what its hidden fields mean."""

    model_config = ConfigDict(extra="forbid")

    host: Literal["api.typeform.com", "api.eu.typeform.com", "api.typeform.eu"] = Field(
        default="api.typeform.com", title="Data centre", description="api.eu.typeform.com for accounts in the EU."
    )
    account_field: str = Field(
        default="account_id", pattern=_HIDDEN, title="Account", description="Hidden field with the customer's id."
    )
    ticket_field: str = Field(
        default="ticket_id", pattern=_HIDDEN, title="Ticket", description="Hidden field with the ticket's number."
    )
    contact_field: str = Field(
        default="contact_id", pattern=_HIDDEN, title="Contact", description="Hidden field with the person's id."
    )
    kinds: dict[str, Kind] = Field(
        default={}, title="Kinds", description="nps, csat, ces, esat or custom by a question's ref, where it is wrong."
    )


def understand(answer: Answer) -> SourceError | None:
    """Return what Typeform means by `{code, description}`."""
    if answer.status not in (401, 403):
        return None
    try:
        code = text_at(answer.json(), "code")
    except ValueError:
        return None
    if answer.status == 401 or code == "AUTHENTICATION_FAILED":
        return TokenRevokedError("Typeform does not accept the sign-in any more. Link the account again.", source=NAME)
    return MissingScopeError(
        "Typeform refuses: the sign-in may not read forms or answers. Link the account again with all scopes.",
        source=NAME,
    )


class TypeformSource:
    """The forms of one Typeform account."""

    id = NAME
    label = "Typeform"
    staging = Path(__file__).parent / "staging"
    vendor = Vendor(NAME, "Typeform", rates=(Rate(2, 1.0),), understand=understand)
    auths: tuple[Auth, ...] = (_OAUTH, _TOKEN)
    settings: type[BaseModel] = TypeformSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address of the data centre."""
        del credentials
        return f"https://{config.get('host') or 'api.typeform.com'}"

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return forms and answers."""
        del context
        return _STREAMS

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield forms that changed, or answers from the cursor on."""
        del window
        read = _read_forms if stream.name == "forms" else read_responses
        async for batch in read(context, cursor):
            yield batch

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the account that the sign-in belongs to."""
        me = await context.api.get("/me")
        return (Account(text_at(me, "user_id") or text_at(me, "alias"), text_at(me, "alias") or text_at(me, "email")),)


async def _read_forms(context: Context, cursor: Cursor) -> AsyncIterator[Batch]:
    known = context.config.get("kinds")
    reached, some = text_at(dict(cursor.value), "updated"), list[dict[str, JsonValue]]()
    kinds = cast("dict[str, Kind]", known if isinstance(known, dict) else {})
    async for form in changed_forms(context.api, reached, kinds):
        some.append(form)
        reached = text_at(form, "last_updated_at")
        if len(some) == _FORMS_A_BATCH:
            yield Batch(some, Cursor({"updated": reached}), done=False)
            some = []
    yield Batch(some, Cursor({"updated": reached}), done=True)


SOURCE = TypeformSource
