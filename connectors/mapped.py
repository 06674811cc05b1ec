"""What a person says about foreign columns: which of them fill which columns of an entity, and how to read their cells.

Files and the sources that read tables (SQL, sheets, declared REST) share it; the warehouse makes the SELECT of it.
"""

from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class ColumnRule(BaseModel):
    """How one canonical column is filled: from a source column, or by a constant."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    source: str | None = Field(default=None, validation_alias="from", serialization_alias="from")
    constant: str | int | float | bool | None = None
    format: tuple[str, ...] = ()
    timezone: str | None = None
    decimal_comma: bool | None = None
    values: dict[str, str | int | float | bool | None] = {}
    otherwise: Literal["keep", "quarantine", "null"] = "keep"

    @field_validator("format", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("otherwise", mode="before")
    @classmethod
    def _yaml_null(cls, value: object) -> object:
        return "null" if value is None else value

    @field_validator("values", mode="before")
    @classmethod
    def _text_keys(cls, value: object) -> object:
        return {str(key): item for key, item in value.items()} if isinstance(value, dict) else value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        return check_timezone(value)

    @model_validator(mode="after")
    def _one_origin(self) -> "ColumnRule":
        if (self.source is None) == (self.constant is None):
            raise ValueError("give either 'from' (a column of the file) or 'constant', not both and not neither")
        return self


class RowMapping(BaseModel):
    """From the columns of a table to the canonical columns of an entity. Keys that are not listed here are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entity: str = Field(description="What a row is, such as ticket or invoice.")
    source: str = Field(
        default="", description="The system that the rows are from, such as shop; rows of two systems never mix."
    )
    key: tuple[str, ...] = Field(default=(), description="The columns that tell rows apart.")
    timezone: str | None = Field(default=None, description="Of times without an offset; the client account's if empty.")
    decimal_comma: bool = False
    columns: dict[str, ColumnRule] = Field(
        description="For each canonical column the source column, or {from, format, timezone, values, otherwise}."
    )

    @field_validator("columns", mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {name: {"from": rule} if isinstance(rule, str) else rule for name, rule in value.items()}

    @field_validator("key", mode="before")
    @classmethod
    def _one_key(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        return check_timezone(value)

    @property
    def source_columns(self) -> tuple[str, ...]:
        """Return every foreign column that this mapping reads, each once, in order."""
        names = [rule.source for rule in self.columns.values() if rule.source is not None]
        return tuple(dict.fromkeys([*self.key, *names]))

    @property
    def key_columns(self) -> tuple[str, ...]:
        """Return the foreign columns that tell rows apart: those of `key`, or the one mapped to source_id."""
        rule = self.columns.get("source_id")
        return self.key or ((rule.source,) if rule is not None and rule.source is not None else ())

    @property
    def updated_column(self) -> str | None:
        """Return the foreign column that orders the versions of a row, if the mapping names it."""
        rule = self.columns.get("source_updated_at")
        return None if rule is None else rule.source


def check_timezone(value: str | None) -> str | None:
    """Return the zone's name, or raise ValueError if there is no such zone."""
    if value is None:
        return None
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"'{value}' is not a time zone; write one like Europe/Athens or UTC") from error
    return value
