"""The messages of the admin API, as its OpenAPI document shows them."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, JsonValue

_STATES = "new, syncing, backfilling, synced, waiting, needs_sign_in, lost_access, missing_permission, paused or failed"


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClientAsked(_Asked):
    """A client account to add."""

    name: str = Field(min_length=1, max_length=200, description="What the client is called.")
    timezone: str | None = Field(
        default=None, description="Whose days the client's reports count; the workspace's if empty."
    )
    report_currency: str | None = Field(
        default=None, pattern=r"^[A-Za-z]{3}$", description="Three letters, such as EUR."
    )
    industry: str | None = Field(default=None, max_length=200)
    region: str | None = Field(default=None, max_length=200)
    country: str | None = Field(default=None, max_length=200)


class ConnectionAsked(_Asked):
    """An account to link. Without credentials the answer holds the address where a person signs in."""

    source: str = Field(min_length=1, max_length=63, description="A source's id, from GET /v1/sources.")
    client: str | None = Field(
        default=None, max_length=200, description="Slug or name of the client account that it is of."
    )
    settings: dict[str, JsonValue] = Field(default={}, description="As the source's settings schema wants them.")
    credentials: dict[str, JsonValue] | None = Field(
        default=None, description="As one of the source's credentials schemas."
    )
    name: str = Field(
        default="", max_length=200, description="What the connection is called; made from the source if empty."
    )
    account: str | None = Field(
        default=None, max_length=200, description="Which account, where the credentials reach several."
    )
    schedule: str | None = Field(
        default=None, max_length=100, description="How often it syncs, as belvedere sync takes it."
    )
    link_days: float | None = Field(
        default=None, gt=0, le=30, description="How long the link to sign in works; an hour."
    )
    owner: str | None = Field(
        default=None,
        max_length=254,
        description="The e-mail address of the owner or manager who looks after it and is told of its troubles.",
    )


class ConnectionChanged(_Asked):
    """New values of a connection; what is not named stays."""

    name: str | None = Field(default=None, min_length=1, max_length=200)
    client: str | None = Field(default=None, max_length=200)
    paused: bool | None = None
    schedule: str | None = Field(default=None, max_length=100)
    owner: str | None = Field(
        default=None, max_length=254, description="The e-mail address of an owner or manager; an empty text for nobody."
    )


class SignInAsked(_Asked):
    """A new sign-in of a connection: with credentials at once, without them by a link."""

    credentials: dict[str, JsonValue] | None = None
    link_days: float | None = Field(default=None, gt=0, le=30)


class SyncAsked(_Asked):
    """How to sync; nothing need be said."""

    accept_deletions: bool = Field(
        default=False, description="Delete also where most of a list has gone at the source, which a sync holds back."
    )


class ChosenAccount(_Asked):
    """An account that is to be read, for a client account."""

    account: str = Field(min_length=1, max_length=200)
    client: str | None = Field(default=None, max_length=200)


class AccountsChosen(_Asked):
    """The accounts to read of those that a sign-in reaches; the second and later ones become connections too."""

    accounts: list[ChosenAccount] = Field(min_length=1, max_length=500)


class RegistrationAsked(_Asked):
    """This installation's registration at a vendor."""

    client_id: str = Field(min_length=1, max_length=500)
    client_secret: str = Field(default="", max_length=2000)


class ClientAnswer(BaseModel):
    """A client account."""

    id: str
    slug: str
    name: str
    timezone: str
    report_currency: str


class StreamAnswer(BaseModel):
    """A list that a source reads."""

    name: str
    reads: str
    entities: list[str]
    mode: str
    primary_key: list[str]
    deletes: str


class SourceAnswer(BaseModel):
    """A source: its streams, the JSON Schema of its settings, and for each way in what a person gives."""

    id: str
    label: str
    streams: list[StreamAnswer]
    settings: dict[str, JsonValue]
    credentials: list[dict[str, JsonValue]]


class SourcesAnswer(BaseModel):
    """Every source."""

    sources: list[SourceAnswer]


class AccountAnswer(BaseModel):
    """An account at the vendor."""

    id: str
    name: str
    currency: str | None = None
    timezone: str | None = None


class ProblemAnswer(BaseModel):
    """Why a run failed, and what to do."""

    code: str | None
    message: str
    advice: str | None


class RunAnswer(BaseModel):
    """One run of a connection. `state` is queued, running, done or failed; `wasted` requests brought nothing."""

    id: str
    connection: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    rows_new: int | None
    rows_changed: int | None
    rows_total: int | None
    requests: int | None
    wasted: int | None
    waited_seconds: float | None
    data_through: datetime | None
    error: ProblemAnswer | None
    report: dict[str, JsonValue] | None


class ConnectionAnswer(BaseModel):
    """A connection and how it stands. `authorize_url` is there while a person has to sign in, on creation alone."""

    id: str
    name: str
    source: str
    client: str | None
    account: AccountAnswer | None
    state: str = Field(description=f"One of {_STATES}.")
    state_code: str | None
    reason: str | None
    next_step: str | None
    paused: bool
    schedule: str | None
    next_run_at: datetime | None
    settings: dict[str, JsonValue]
    sign_in_ends_at: datetime | None = Field(default=None, description="When only a person can renew the sign-in.")
    owner: str | None = Field(default=None, description="The e-mail address of who looks after it, if anybody does.")
    last_run: RunAnswer | None = None
    run: str | None = Field(default=None, description="The first run, where one was begun.")
    authorize_url: str | None = Field(
        default=None, description="Where the sign-in starts: it sends the browser to the vendor."
    )
    connect_link: str | None = Field(
        default=None, description="The same with a page before it, to be sent to a client."
    )
    link_expires_at: datetime | None = None
    accounts: list[AccountAnswer] | None = Field(
        default=None, description="To choose from, where a sign-in reaches several."
    )


class ConnectionsAnswer(BaseModel):
    """The connections of the workspace."""

    connections: list[ConnectionAnswer]


class RemovedAnswer(BaseModel):
    """A connection that was removed, and what became of its sign-in at the source."""

    removed: str
    sign_in: str = Field(description="none, in_use, revoked, by_hand, shared or failed.")
    message: str = Field(description="The same for a person, with what is left to do.")


class AccountsAnswer(BaseModel):
    """The accounts that a connection's sign-in reaches."""

    accounts: list[AccountAnswer]


class RunsAnswer(BaseModel):
    """The runs of a connection, newest first."""

    runs: list[RunAnswer]


class SyncAnswer(BaseModel):
    """A sync that was asked for: GET /v1/runs/{run} tells how it goes."""

    run: str
    job: str
    connection: str


class ErrorDetail(BaseModel):
    """What is wrong, for the reader, for the owner and for programs."""

    code: str
    message: str
    debug: str
    detail: dict[str, JsonValue]
    docs: str
    request_id: str


class ErrorAnswer(BaseModel):
    """The one shape of every refusal."""

    error: ErrorDetail
