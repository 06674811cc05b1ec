"""What Looker Studio sends and what Apps Script gives back to it. Unknown keys are ignored, absent ones tolerated."""

from typing import Literal, TypeAlias, TypedDict, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from api.errors import MalformedJsonError, MalformedRequestError
from schemas import Scalar

ParameterValue: TypeAlias = "str | bool | int | float | list[str | bool | int | float] | None"

ALL_CLIENTS = "all_clients"
RequestT = TypeVar("RequestT", bound=BaseModel)


class Message(BaseModel):
    """A part of a request."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class FieldWish(Message):
    """One requested field."""

    name: str
    for_filter_only: bool = Field(default=False, alias="forFilterOnly")

    @field_validator("for_filter_only", mode="before")
    @classmethod
    def _absent(cls, value: object) -> object:
        return False if value is None else value


class DateWish(Message):
    """The days asked for, inclusive at both ends."""

    start: str | None = Field(default=None, alias="startDate")
    end: str | None = Field(default=None, alias="endDate")


class Clause(Message):
    """One condition of a filter."""

    field: str = Field(alias="fieldName")
    type: Literal["INCLUDE", "EXCLUDE"] = "INCLUDE"
    operator: str
    values: tuple[Scalar, ...] = ()

    @field_validator("values", mode="before")
    @classmethod
    def _always_a_list(cls, value: object) -> object:
        if value is None:
            return ()
        return value if isinstance(value, list) else (value,)


class ScriptParams(Message):
    """How Looker Studio asks, beside what it asks for."""

    sample_extraction: bool | None = Field(default=None, alias="sampleExtraction")


class ConfigRequest(Message):
    """The body of getConfig."""

    language: str | None = Field(default=None, alias="languageCode")
    config_params: dict[str, ParameterValue] | None = Field(default=None, alias="configParams")


class SchemaRequest(Message):
    """The body of getSchema."""

    language: str | None = Field(default=None, alias="languageCode")
    config_params: dict[str, ParameterValue] | None = Field(default=None, alias="configParams")


class DataRequest(Message):
    """The body of getData. `pagination` and whatever else may come are ignored."""

    language: str | None = Field(default=None, alias="languageCode")
    config_params: dict[str, ParameterValue] | None = Field(default=None, alias="configParams")
    script_params: ScriptParams | None = Field(default=None, alias="scriptParams")
    date_range: DateWish | None = Field(default=None, alias="dateRange")
    fields: tuple[FieldWish, ...] | None = None
    filters: tuple[tuple[Clause, ...], ...] | None = Field(default=None, alias="dimensionsFilters")

    @property
    def is_sample(self) -> bool:
        """Return whether only the kinds of values are wanted, not the values."""
        return self.script_params is not None and self.script_params.sample_extraction is True


class Option(TypedDict):
    """One choice of a configuration element."""

    label: str
    value: str


class _ConfigElementRequired(TypedDict):
    type: Literal["SELECT_SINGLE", "SELECT_MULTIPLE", "CHECKBOX", "INFO"]
    name: str


class ConfigElement(_ConfigElementRequired, total=False):
    """One element of the data source's configuration page."""

    displayName: str
    helpText: str
    isDynamic: bool
    options: list[Option]
    text: str


class _ConfigAnswerRequired(TypedDict):
    configParams: list[ConfigElement]
    isSteppedConfig: bool


class ConfigAnswer(_ConfigAnswerRequired, total=False):
    """The answer of getConfig."""

    dateRangeRequired: bool


def parse(body: bytes, shape: type[RequestT]) -> RequestT:
    """Read a body, or say where it is wrong. An empty body is an empty request."""
    try:
        document = orjson.loads(body) if body.strip() else {}
    except orjson.JSONDecodeError as error:
        raise MalformedJsonError(f"The body is not JSON: {error}.") from error
    if not isinstance(document, dict):
        raise MalformedRequestError("The body must be one JSON object.")
    try:
        return shape.model_validate(document)
    except ValidationError as error:
        wrong = [{"at": ".".join(str(part) for part in item["loc"]), "problem": item["msg"]} for item in error.errors()]
        places = "; ".join(f"{item['at']}: {item['problem']}" for item in wrong[:5])
        raise MalformedRequestError(
            f"The request has a shape that Looker Studio does not send: {places}", wrong=wrong
        ) from error


def answers(value: ParameterValue) -> tuple[str, ...]:
    """Return what was chosen in one element: text, joined by commas, a list, or nothing."""
    if value is None:
        return ()
    items = value if isinstance(value, list) else [value]
    texts = [part.strip() for item in items for part in _text(item).split(",")]
    return tuple(dict.fromkeys(text for text in texts if text))


def _text(item: str | bool | int | float) -> str:
    return str(item).lower() if isinstance(item, bool) else str(item)
