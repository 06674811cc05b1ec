"""Delighted closed on 30 June 2026. Choosing it says so, and how its exported files are imported."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import NoReturn

from pydantic import BaseModel, ConfigDict, model_validator

from connectors.auth import Auth, NoAuth
from connectors.errors import StopError
from connectors.json_value import JsonValue
from connectors.source import Account, Batch, Context, Cursor, Stream, Window
from connectors.vendor import Vendor

CLOSED = (
    "Delighted closed on 30 June 2026, and its API with it, so there is nothing to link. Import the files that you "
    "exported: belvedere import responses.csv --as survey_response --client NAME --mapping "
    "connectors/delighted/responses.mapping.yaml, or watch a folder for them with the source 'files'."
)


class ClosedSettings(BaseModel):
    """No settings are right."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="after")
    def _closed(self) -> NoReturn:
        raise ValueError(CLOSED)


class DelightedSource:
    """Refuses, kindly."""

    id = "delighted"
    label = "Delighted (closed: exported files only)"
    staging = Path(__file__).parent / "staging"
    vendor = Vendor("delighted", "Delighted")
    auths: tuple[Auth, ...] = (NoAuth(),)
    settings: type[BaseModel] = ClosedSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return nothing: there is no address any more."""
        del config, credentials
        return ""

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return nothing: there is nothing left to read."""
        del context
        return ()

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Refuse."""
        del context
        raise StopError(CLOSED, source=self.id)

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Refuse."""
        del context, stream, cursor, window
        raise StopError(CLOSED, source=self.id)
        yield  # what makes this an iterator


SOURCE = DelightedSource
