"""Business hours as people write them: a YAML file with weekly opening times and holidays for each schedule."""

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeAlias
from zoneinfo import available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from warehouse.errors import ImportFileError

Weekday: TypeAlias = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MINUTES_A_DAY = 24 * 60
_MINUTES_A_WEEK = 7 * MINUTES_A_DAY
_TIMES = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-4]):([0-5]\d)", re.ASCII)


def known_zone(name: str) -> str:
    """Return the name of a time zone, or raise ValueError."""
    if name not in _zones():
        raise ValueError(f"'{name}' is not a time zone; it is written as Europe/Athens or UTC")
    return name


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


class Schedule(BaseModel):
    """When somebody works: a client account's team, a client account, a team, or everybody without one of these."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    client: str | None = None  # slug
    team: str | None = None
    timezone: Annotated[str, AfterValidator(known_zone)]
    hours: dict[Weekday, tuple[str, ...]] = Field(min_length=1)
    holidays: tuple[date, ...] = ()

    @field_validator("hours", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {day: [times] if isinstance(times, str) else times or [] for day, times in value.items()}

    @model_validator(mode="after")
    def _apart(self) -> "Schedule":
        spans = self.spans
        again = [(start + _MINUTES_A_WEEK, end + _MINUTES_A_WEEK) for start, end in spans[:1]]
        for (_, end), (start, _) in zip(spans, [*spans[1:], *again], strict=False):
            if start < end:
                raise ValueError("two opening times overlap; write them as one")
        if not spans:
            raise ValueError("no day has an opening time")
        return self

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Return the opening times as minutes since Monday 00:00, in order; one may end on the next day."""
        return sorted(
            (place * MINUTES_A_DAY + start, place * MINUTES_A_DAY + end)
            for place, day in enumerate(WEEKDAYS)
            for start, end in map(_minutes, self.hours.get(day, ()))
        )

    @property
    def whose(self) -> str:
        """Say in words who works by this schedule."""
        parts = [f"team '{self.team}'"] if self.team else []
        parts += [f"client account '{self.client}'"] if self.client else []
        return " of ".join(parts) or "everybody"


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    schedules: tuple[Schedule, ...]

    @model_validator(mode="after")
    def _one_each(self) -> "_Document":
        seen: set[tuple[str | None, str | None]] = set()
        for schedule in self.schedules:
            key = (schedule.client, schedule.team)
            if key in seen:
                raise ValueError(f"there are two schedules for {schedule.whose}")
            seen.add(key)
        return self


def load_hours(path: Path) -> tuple[Schedule, ...]:
    """Read a file of business hours; an empty list takes all schedules away."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ImportFileError(f"{path.name} is not YAML: {error}") from error
    try:
        return parse_hours(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        text = first["msg"].removeprefix("Value error, ")
        raise ImportFileError(f"{path.name}, {place}: {text}. Nothing was changed.") from error


def parse_hours(content: object) -> tuple[Schedule, ...]:
    """Check business hours that were read already: a mapping with `schedules`."""
    return _Document.model_validate(content).schedules


def _minutes(text: str) -> tuple[int, int]:
    found = _TIMES.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"'{text}' is not an opening time; it is written as 09:00-18:00")
    start, end = (int(found[part]) * 60 + int(found[part + 1]) for part in (1, 3))
    if end > MINUTES_A_DAY:
        raise ValueError(f"'{text}' ends after midnight, which is 24:00")
    return start, end if end > start else end + MINUTES_A_DAY
