"""The source Google Sheets: one range, its first row the header, read whole each time."""

import re
from collections.abc import AsyncIterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import cast
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connectors.auth import Auth
from connectors.errors import SourceDownError, StopError, UnexpectedSchemaError
from connectors.google import google_account, service_account, understand_google
from connectors.google_sheets.cells import ROW, Cells, header_of, records_of, same_moment
from connectors.json_value import JsonValue, at, text_at
from connectors.mapped import RowMapping
from connectors.source import Account, Batch, Context, Cursor, DeleteSignal, Stream, SyncMode, Window
from connectors.vendor import Rate, Share, Vendor

ADDRESS = "https://sheets.googleapis.com/v4/spreadsheets"
SCOPE = "https://www.googleapis.com/auth/spreadsheets.readonly"
ROWS_A_BATCH = 5_000
_MOST_TRIES = 3


class SheetSettings(BaseModel):
    """Which range of which spreadsheet, and what its columns mean."""

    model_config = ConfigDict(extra="forbid")

    spreadsheet_id: str = Field(
        title="Spreadsheet",
        description="The long part of its address, between /d/ and /edit.",
        pattern=r"^[A-Za-z0-9_-]{10,100}$",
    )
    range: str = Field(
        title="Range",
        description="Sheet and cells, such as Deals!A1:H. The first row of the range is the header.",
        min_length=1,
        max_length=200,
    )
    mapping: RowMapping = Field(
        title="Mapping",
        description="What the columns mean, as in mapping files. Without a key rows are known by their number.",
    )


class GoogleSheetsSource:
    """The rows of one range of a spreadsheet."""

    id = "google_sheets"
    label = "Google Sheets"
    staging = Path(__file__).parent / "staging"
    vendor = Vendor(
        "google",
        "Google Sheets",
        rates=(Rate(50, 60.0, Share.SIGN_IN), Rate(270, 60.0, Share.APP)),
        understand=understand_google,
    )
    auths: tuple[Auth, ...] = (google_account(SCOPE), service_account(SCOPE))
    settings: type[BaseModel] = SheetSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address of the API."""
        del config, credentials
        return ADDRESS

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the one list of rows."""
        if not context.config:
            return ()
        mapping = _settings(context).mapping
        mapping = mapping if mapping.key_columns else mapping.model_copy(update={"key": (ROW,)})
        return (
            Stream(
                "rows",
                mapping.key_columns,
                (mapping.entity,),
                mode=SyncMode.FULL,
                deletes=DeleteSignal.FULL_DIFF,
                reads=f"The rows of the range as {mapping.entity}",
                mapping=mapping,
            ),
        )

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the spreadsheet, after a look at the range's header."""
        settings = _settings(context)
        found = await context.api.get(
            settings.spreadsheet_id, {"fields": "spreadsheetId,properties.title,properties.timeZone"}
        )
        numbers, _ = await _cells(context, settings)
        _check(settings, numbers)
        name, zone = text_at(found, "properties", "title"), text_at(found, "properties", "timeZone")
        return (Account(settings.spreadsheet_id, name or settings.spreadsheet_id, timezone=zone or None),)

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield all rows of the range."""
        del stream, cursor, window
        settings = _settings(context)
        numbers, texts = await _cells(context, settings)
        _check(settings, numbers)
        records = records_of(numbers, texts, _first_row(settings.range))
        for start in range(0, len(records), ROWS_A_BATCH):
            yield Batch(records[start : start + ROWS_A_BATCH], Cursor(), done=False, expected=len(records))
        yield Batch([], Cursor(), done=True, expected=len(records))


async def _cells(context: Context, settings: SheetSettings) -> tuple[Cells, Cells]:
    """Return the range with times as numbers and with times as text, of one and the same state."""
    for _ in range(_MOST_TRIES):
        numbers = await _values(context, settings, "SERIAL_NUMBER")
        texts = await _values(context, settings, "FORMATTED_STRING")
        if same_moment(numbers, texts):
            return numbers, texts
    raise SourceDownError("The sheet is being changed while it is read.", source="google_sheets")


async def _values(context: Context, settings: SheetSettings, times: str) -> Cells:
    path = f"{settings.spreadsheet_id}/values/{quote(settings.range, safe='')}"
    asked = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": times, "majorDimension": "ROWS"}
    rows = at(await context.api.get(path, asked), "values")
    # Empty cells and rows at the end are left out, and an empty range has no values at all.
    return [list(row) for row in cast("list[JsonValue]", rows) if isinstance(row, list)] if rows else []


def _check(settings: SheetSettings, numbers: Cells) -> None:
    if not numbers:
        raise UnexpectedSchemaError(
            f"The range {settings.range} is empty: it lacks even its header.", source="google_sheets"
        )
    names = list(header_of(numbers[0]).values())
    missing = [name for name in settings.mapping.source_columns if name not in names]
    if missing:
        close = get_close_matches(missing[0], names, n=2)
        hint = f" Did you mean {' or '.join(close)}?" if close else f" It has: {', '.join(names)}."
        raise UnexpectedSchemaError(
            f"The header of {settings.range} has no column '{missing[0]}'.{hint}", source="google_sheets"
        )


def _first_row(text: str) -> int:
    """Return the number of a range's first row: 3 of Deals!A3:H, 1 where it names none."""
    found = re.match(r"^[$]?[A-Za-z]{0,3}[$]?(\d+)", text.rpartition("!")[2])
    return int(found[1]) if found else 1


def _settings(context: Context) -> SheetSettings:
    known = {name: value for name, value in context.config.items() if name in SheetSettings.model_fields}
    try:
        return SheetSettings.model_validate(known)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise StopError(f"The settings of the sheet are not complete: {place}: {first['msg']}.") from error


SOURCE = GoogleSheetsSource
