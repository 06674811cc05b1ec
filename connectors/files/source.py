"""The source Files: a folder of the inbox that is watched, or one address that is asked for its file."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from pydantic import BaseModel, ValidationError

from connectors.auth import Auth, NoAuth
from connectors.errors import StopError
from connectors.file_source import FileMark, FoundFile
from connectors.files.address import fetch
from connectors.files.folder import look, watched_folder
from connectors.files.settings import FilesSettings
from connectors.json_value import JsonValue
from connectors.source import Account, Batch, Context, Cursor, Stream, Window
from connectors.vendor import Vendor


class FilesSource:
    """Files that somebody else writes. They are imported whole, so there is no list of records to read."""

    id = "files"
    label = "Watched folder or address"
    staging = Path(__file__).parent / "staging"
    vendor = Vendor("files", "The place of the files")
    auths: tuple[Auth, ...] = (NoAuth(),)
    settings: type[BaseModel] = FilesSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return nothing: the address is asked as it is."""
        del config, credentials
        return ""

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return nothing: files are imported, not read record by record."""
        del context
        return ()

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the place, after a look at whether it may be watched."""
        settings = _settings(context)
        if settings.folder is not None:
            watched_folder(settings.folder)
        place = settings.folder if settings.url is None else settings.address_name
        return (Account(settings.url or f"folder:{settings.folder}", str(place)),)

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Refuse: there are no records."""
        del context, cursor, window
        raise StopError(f"Files are imported whole; there is no stream '{stream.name}'.", source=self.id)
        yield  # what makes this an iterator

    async def files(self, context: Context, seen: Mapping[str, FileMark], folder: Path) -> AsyncIterator[FoundFile]:
        """Yield what is new since `seen`, the oldest first; downloads go into `folder`."""
        settings = _settings(context)
        if settings.url is not None:
            found = await fetch(settings.url, settings.address_name, seen, folder)
            if found is not None:
                yield found
            return
        items = look(watched_folder(settings.folder or "."), settings.pattern, seen, time.time())
        while (item := await asyncio.to_thread(next, items, None)) is not None:
            yield item


def _settings(context: Context) -> FilesSettings:
    known = {name: value for name, value in context.config.items() if name in FilesSettings.model_fields}
    try:
        return FilesSettings.model_validate(known)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise StopError(f"The settings of the files are not complete: {place}: {first['msg']}.") from error


SOURCE = FilesSource
