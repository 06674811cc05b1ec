"""The declarative source: any REST API with lists of JSON, by one YAML file that the connection holds."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors.auth import ApiKey, Auth, NoAuth, Secret
from connectors.errors import StopError
from connectors.json_value import JsonValue, at, records_at
from connectors.paging import pages
from connectors.rest.definition import Definition, SinceRule, StreamRule, read_definition, split_path
from connectors.source import Account, Batch, Context, Cursor, DeleteSignal, Stream, SyncMode, Window
from connectors.vendor import Rate, Vendor

DEFINITION = "definition"
_SINCE = "since"


class RestSettings(BaseModel):
    """The settings of a connection."""

    model_config = ConfigDict(extra="forbid")

    definition: str = Field(
        title="Definition",
        description="The text of the YAML file that describes the API. See docs/declarative-sources.md.",
        json_schema_extra={"format": "textarea"},
    )

    @field_validator(DEFINITION)
    @classmethod
    def _can_be_read(cls, value: str) -> str:
        try:
            read_definition(value)
        except StopError as error:
            raise ValueError(str(error)) from error
        return value


class RestSource:
    """Lists of JSON objects, read as their definition says."""

    id = "rest"
    label = "REST API"
    staging = Path(__file__).parent / "staging"  # without files: every stream has a mapping
    vendor = Vendor("rest", "The API", rates=(Rate(10, 1.0),))
    auths: tuple[Auth, ...] = (
        ApiKey((Secret("key", "Key or token", "Sent as the definition says under 'auth'."),)),
        ApiKey((Secret("user", "User name"), Secret("key", "Password or key")), "{user}:{key}", basic=True),
        NoAuth(),
    )
    settings: type[BaseModel] = RestSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the definition's own address."""
        del credentials
        return read_definition(str(config[DEFINITION])).base_url

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the lists of the definition; none as long as there is no definition."""
        text = context.text(DEFINITION)
        if not text:
            return ()
        definition = read_definition(text)
        return tuple(_stream(definition, name, rule) for name, rule in definition.streams.items())

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the API itself, after a page of its first list has come."""
        definition = read_definition(context.text(DEFINITION))
        name, rule = next(iter(definition.streams.items()))
        async for _ in _Reading(context, definition, name, rule).pages(None):
            break
        return (Account(definition.name, definition.label or definition.name),)

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield the pages of a list."""
        del window
        definition = read_definition(context.text(DEFINITION))
        reading = _Reading(context, definition, stream.name, definition.streams[stream.name])
        async for batch in reading.batches(cursor):
            yield batch


def _stream(definition: Definition, name: str, rule: StreamRule) -> Stream:
    return Stream(
        name,
        rule.key,
        (rule.map.entity,),
        version_field=rule.updated,
        mode=SyncMode.FULL if rule.since is None else SyncMode.INCREMENTAL,
        deletes=DeleteSignal(rule.deletes),
        lookback=timedelta(minutes=rule.since.overlap_minutes) if rule.since else timedelta(0),
        reads=rule.reads or f"{name} of {definition.label or definition.name}",
        mapping=rule.mapping(definition.name),
    )


class _Reading:
    """One read of one list."""

    def __init__(self, context: Context, definition: Definition, name: str, rule: StreamRule) -> None:
        self._context, self._definition, self._name, self._rule = context, definition, name, rule
        mapping = rule.mapping(definition.name)
        self._wanted = dict.fromkeys([*mapping.source_columns, *([rule.updated] if rule.updated else [])])

    async def batches(self, cursor: Cursor) -> AsyncIterator[Batch]:
        """Yield a batch for each page; the cursor is the moment of the last change that is here for certain."""
        rule, reached = self._rule.since, _moment(cursor.value.get(_SINCE))
        asked = reached - timedelta(minutes=rule.overlap_minutes) if rule and reached else self._context.since
        newest = reached
        async for body, last in self.pages(asked):
            records = [self._with_paths(one) for one in self._records(body)]
            newest = max([one for one in (newest, *self._changes(records)) if one], default=None)
            # Only where records come in the order of their changes is a page done with what came before.
            if last or (rule and rule.oldest_first):
                reached = newest
            yield Batch(records, Cursor({} if reached is None else {_SINCE: reached.isoformat()}), done=last)

    async def pages(self, since: datetime | None) -> AsyncIterator[tuple[JsonValue, bool]]:
        """Yield the bodies of the list's pages, each with whether it is the last."""
        rule, definition = self._rule, self._definition
        params = dict(rule.params)
        if rule.since is not None and since is not None:
            params[rule.since.parameter] = _written(since, rule.since)
        async for page, last in pages(
            self._context.api,
            rule.path,
            params,
            rule.paging.paging(urlsplit(definition.base_url).netloc),
            count=lambda body: len(self._records(body)),
            headers=definition.headers,
            auth=definition.auth.auth(),
            what=self._name,
        ):
            yield page.body, last

    def _records(self, body: JsonValue) -> list[dict[str, JsonValue]]:
        path = split_path(self._rule.records)
        found = at(body, *path)
        if not isinstance(found, list):
            where = f"at '{self._rule.records}' of its answers" if path else "as its answer"
            raise StopError(
                f"'{self._name}' has no list {where}. Put the path of the list into 'records' of the definition.",
                source=RestSource.id,
                stream=self._name,
            )
        return records_at(body, *path)

    def _with_paths(self, record: dict[str, JsonValue]) -> dict[str, JsonValue]:
        """Give a record a field for each path that the mapping names, such as customer.name."""
        missing = [name for name in self._wanted if name not in record]
        return record | {name: _scalar(at(record, *split_path(name))) for name in missing}

    def _changes(self, records: list[dict[str, JsonValue]]) -> Iterator[datetime]:
        for record in records:
            moment = _moment(record.get(self._rule.updated or ""))
            # A clock that goes wrong at the vendor must not carry the cursor into the future.
            if moment is not None and moment <= self._context.now:
                yield moment


def _scalar(value: object) -> JsonValue:
    return value if isinstance(value, (str, int, float, bool)) else None


def _moment(value: object) -> datetime | None:
    """Return the moment that a text or a number of seconds or milliseconds means; None if it means none."""
    text = str(value)
    try:
        if text.replace(".", "", 1).isdigit():
            number = float(text)
            return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _written(moment: datetime, rule: SinceRule) -> str:
    moment = moment.astimezone(UTC)
    match rule.format:
        case "iso":
            return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        case "date":
            return moment.date().isoformat()
        case "epoch":
            return str(int(moment.timestamp()))
        case "epoch_ms":
            return str(int(moment.timestamp() * 1000))


SOURCE = RestSource
