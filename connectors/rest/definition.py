"""What one YAML file says of a REST API: how to sign in, which lists there are, how they are cut, what they mean."""

import re
from difflib import get_close_matches
from functools import lru_cache
from typing import Annotated, Literal, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from connectors.auth import ApiKey, Auth, NoAuth
from connectors.errors import StopError
from connectors.mapped import RowMapping
from connectors.paging import CursorPages, LinkPages, NumberedPages, OffsetPages, OnePage, Paging, Path

Name: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_PLACEHOLDER = re.compile(r"\{(key|user)\}")


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AuthRule(_Rule):
    """How requests are signed: `{key}` and `{user}` are what a person enters when linking."""

    kind: Literal["none", "bearer", "basic", "header"] = "bearer"
    header: str = Field(default="Authorization", pattern=r"^[A-Za-z0-9-]+$")
    value: str = "{key}"

    @field_validator("value")
    @classmethod
    def _known_placeholders(cls, value: str) -> str:
        if set("{}") & set(_PLACEHOLDER.sub("", value)):
            raise ValueError("only {key} and {user} can stand in braces")
        return value

    def auth(self) -> Auth:
        """Return what signs requests."""
        match self.kind:
            case "none":
                return NoAuth()
            case "bearer":
                return ApiKey((), "Bearer {key}")
            case "basic":
                return ApiKey((), "{user}:{key}", basic=True)
            case "header":
                return ApiKey((), self.value, self.header)


class PagingRule(_Rule):
    """How a list is cut into pages; paths are keys joined by points."""

    kind: Literal["none", "page", "offset", "cursor", "link"] = "none"
    parameter: str = ""
    next: str = ""
    more: str = ""
    size_parameter: str = ""
    size: int | None = Field(default=None, ge=1)
    start: int = 1

    @model_validator(mode="after")
    def _complete(self) -> "PagingRule":
        if self.kind == "cursor" and not (self.parameter and self.next):
            raise ValueError("a cursor needs 'parameter', how it is sent, and 'next', where the body names it")
        if self.kind == "offset" and not self.size:
            raise ValueError("an offset needs 'size', the number of records on a full page")
        return self

    def paging(self, host: str) -> Paging:
        """Return the pages of the list."""
        size_parameter = self.size_parameter or None
        match self.kind:
            case "none":
                return OnePage()
            case "page":
                return NumberedPages(self.parameter or "page", size_parameter, self.size, self.start)
            case "offset":
                return OffsetPages(self.parameter or "offset", size_parameter or "limit", self.size or 100)
            case "cursor":
                more = split_path(self.more) if self.more else None
                return CursorPages(self.parameter, split_path(self.next), more, size_parameter, self.size)
            case "link":
                path = split_path(self.next) if self.next else None
                return LinkPages(path, size_parameter, self.size, (host,))


class SinceRule(_Rule):
    """How to ask for what changed: `oldest_first` says that records come in the order of their changes."""

    parameter: str
    format: Literal["iso", "date", "epoch", "epoch_ms"] = "iso"
    overlap_minutes: int = Field(default=5, ge=0, le=60 * 24 * 60)
    oldest_first: bool = False


class StreamRule(_Rule):
    """One list: where it is, what tells its records apart, and what they mean."""

    path: str
    params: dict[str, str] = {}
    records: str = ""
    key: tuple[str, ...]
    updated: str | None = None
    paging: PagingRule = PagingRule()
    since: SinceRule | None = None
    deletes: Literal["none", "full_diff"] = "none"
    reads: str = ""
    map: RowMapping

    @field_validator("key", mode="before")
    @classmethod
    def _one_key(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("path")
    @classmethod
    def _below_the_base(cls, value: str) -> str:
        if "://" in value or value.startswith("//"):
            raise ValueError("write the path below 'base_url', such as /orders")
        return value

    @model_validator(mode="after")
    def _fits(self) -> "StreamRule":
        if self.since is not None and self.updated is None:
            raise ValueError("'since' needs 'updated': the field that holds the moment of the last change")
        if self.since is not None and self.deletes == "full_diff":
            raise ValueError("'full_diff' needs every record each time, so leave 'since' out")
        if self.map.key:
            raise ValueError("'key' belongs to the stream, not to its map")
        return self

    def mapping(self, system: str) -> RowMapping:
        """Return the mapping with the stream's key and system."""
        return self.map.model_copy(update={"key": self.key, "source": self.map.source or system})


class Definition(_Rule):
    """One API."""

    name: Name
    label: str = ""
    base_url: str = Field(pattern=r"^https?://[^/\s?#@]+(/[^\s?#]*)?$")
    auth: AuthRule = AuthRule()
    headers: dict[str, str] = {}
    streams: dict[Name, StreamRule] = Field(min_length=1)


@lru_cache(maxsize=64)
def read_definition(text: str) -> Definition:
    """Return what a file says; raises StopError with every mistake in it."""
    try:
        # BaseLoader makes text, lists and maps and nothing else: No stays No, 01 stays 01.
        document = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    except yaml.YAMLError as error:
        raise StopError(f"The definition is not valid YAML: {error}") from error
    if not isinstance(document, dict):
        raise StopError("The definition must be a list of settings such as 'name:', 'base_url:' and 'streams:'.")
    try:
        return Definition.model_validate(document)
    except ValidationError as error:
        raise StopError(f"The definition has mistakes:\n{_explained(error)}") from error


def split_path(path: str) -> Path:
    """Return the keys and places of a path written with points; nothing for the body itself."""
    return tuple(int(part) if part.isdigit() else part for part in path.split(".") if part)


def _explained(error: ValidationError) -> str:
    lines = []
    for item in error.errors():
        place = ".".join(str(part) for part in item["loc"] if part != "[key]")
        text = item["msg"].removeprefix("Value error, ")
        if item["type"] == "extra_forbidden":
            close = get_close_matches(str(item["loc"][-1]), _all_names(), n=1)
            text = "there is no such setting" + (f"; did you mean '{close[0]}'?" if close else "")
        lines.append(f"  {place}: {text}")
    return "\n".join(lines)


def _all_names() -> list[str]:
    rules = (Definition, StreamRule, PagingRule, SinceRule, AuthRule, RowMapping)
    return sorted({name for rule in rules for name in rule.model_fields})
