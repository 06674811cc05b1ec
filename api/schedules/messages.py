"""The messages of the admin API of scheduled reports."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schedules.periods import PeriodName
from api.schedules.records import DeliveryState, LiveLink, RunState
from api.schedules.wishes import MOST_HOURS

Address = Annotated[str, Field(max_length=254)]


class ScheduleMessage(BaseModel):
    """A report to send. `client` is a slug, without one it is about all; the zone is the client's by default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    report: str = Field(max_length=100)
    client: str = Field(default="", max_length=200)
    name: str = Field(default="", max_length=200)
    recipients: list[Address] = Field(min_length=1, max_length=100)
    cron: str = Field(default="0 8 * * 1", max_length=200, description="Minute, hour, day, month, weekday.")
    timezone: str = Field(default="", max_length=64)
    period: PeriodName = "last_full_week"
    language: Literal["en", "pt", "es", "ro", "el", "zh-Hans"] = "en"
    attach_pdf: bool = True
    link: LiveLink = Field(default=LiveLink.LINK, description="Who may open the live report from the mail.")
    wait_hours: int = Field(default=12, ge=0, le=MOST_HOURS, description="How long it waits for the period's data.")


class ScheduleChange(BaseModel):
    """What is to be different; everything else stays. `paused` lets it rest or go on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    report: str | None = Field(default=None, max_length=100)
    client: str | None = Field(default=None, max_length=200)
    name: str | None = Field(default=None, max_length=200)
    recipients: list[Address] | None = Field(default=None, min_length=1, max_length=100)
    cron: str | None = Field(default=None, max_length=200)
    timezone: str | None = Field(default=None, max_length=64)
    period: PeriodName | None = None
    language: Literal["en", "pt", "es", "ro", "el", "zh-Hans"] | None = None
    attach_pdf: bool | None = None
    link: LiveLink | None = None
    wait_hours: int | None = Field(default=None, ge=0, le=MOST_HOURS)
    paused: bool | None = None


class TrialMessage(BaseModel):
    """Where a test goes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: Address


class DeliveryAnswer(BaseModel):
    """One mail. `unknown` may have arrived, and is not sent again by itself."""

    id: str
    recipient: str
    state: DeliveryState
    tries: int
    error: str | None
    next_try_at: datetime | None
    sent_at: datetime | None


class RunAnswer(BaseModel):
    """One period that was due; `lacking` names the data that it waits for, or was sent without if `late`."""

    id: str
    first: date
    last: date
    due_at: datetime
    state: RunState
    late: bool
    lacking: str | None
    deliveries: list[DeliveryAnswer]


class RecipientAnswer(BaseModel):
    """Who gets it; with a moment of unsubscribing, not any more."""

    address: str
    unsubscribed_at: datetime | None


class ScheduleAnswer(BaseModel):
    """A report that goes out again and again."""

    id: str
    name: str
    report: str
    client: str | None = Field(description="The slug of the client account; null: all of them.")
    recipients: list[RecipientAnswer]
    cron: str
    timezone: str
    period: str
    language: str
    attach_pdf: bool
    link: LiveLink
    wait_hours: int
    paused: bool
    next_run_at: datetime | None
    last_run: RunAnswer | None


class SchedulesAnswer(BaseModel):
    """Schedules, by name."""

    schedules: list[ScheduleAnswer]


class HistoryAnswer(BaseModel):
    """A schedule with its runs, the newest first."""

    schedule: ScheduleAnswer
    runs: list[RunAnswer]


class SentAnswer(BaseModel):
    """What the mail server said to a test."""

    message_id: str
    to: list[str]


class DaysAnswer(BaseModel):
    """The days that go out now."""

    first: date
    last: date
