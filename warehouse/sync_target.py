"""What a sync knows of its connection, and where the records of each stream go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connectors import Access, JsonValue, Source, Stream
from schemas import SemanticModel
from warehouse.clients import ClientAccount
from warehouse.errors import ImportFileError
from warehouse.mapping import resolve_entity
from warehouse.normalize import LoadContext
from warehouse.parents import parent_depth
from warehouse.raw import RawTable
from warehouse.state import Settings
from warehouse.stream_load import StreamTarget


@dataclass(frozen=True)
class SyncOptions:
    """What a sync knows about its connection; records of several client accounts name theirs by slug, and with `named`
    those of a source that names them at all do so also while there is one client account alone.

    `since` is where history begins, 24 months ago if it is None. After `history_seconds` a sync leaves the rest of the
    history to the next one. `apart` reads the source in a process of its own. With `accept_deletions` also that which
    most of a list has vanished is believed.
    """

    connection_id: str
    label: str
    clients: tuple[ClientAccount, ...]
    config: Mapping[str, JsonValue] = field(default_factory=dict)
    now: datetime | None = None
    since: datetime | None = None
    access: Access | None = None
    history_seconds: float | None = None
    apart: bool = False
    accept_deletions: bool = False
    named: bool = False


def stream_target(
    model: SemanticModel,
    source: Source,
    stream: Stream,
    options: SyncOptions,
    settings: Settings,
    load_id: str,
    now: datetime,
) -> StreamTarget:
    """Return where the records of a stream go, and what is the same for all of them."""
    table = RawTable.named(source.id, stream.name)
    context = LoadContext(
        load_id=load_id,
        origin=f"{options.label}: {stream.name}",
        connection_id=options.connection_id,
        connection=options.label,
        source_system=stream.system(source.id),
        data_origin_id=options.connection_id,
        raw_ref=f"raw.{table.name}",
        now=now.astimezone(UTC).replace(tzinfo=None),
        settings=settings,
    )
    entities = tuple(
        sorted(
            (model.entities[name] for name in stream.entities), key=lambda one: parent_depth(model.entities, one.name)
        )
    )
    return StreamTarget(
        source, stream, entities, options.clients, context, table, options.accept_deletions, options.named
    )


def _check_entity(model: SemanticModel, stream: Stream) -> None:
    """Raise ImportFileError if a person has named what no row can be, in a mapping."""
    if stream.mapping is None:
        return
    found = resolve_entity(model, stream.mapping.entity)
    if found.name != stream.mapping.entity:
        raise ImportFileError(f"'{stream.mapping.entity}' is a dataset; its rows are of the entity '{found.name}'.")


def parents_first(model: SemanticModel, streams: Sequence[Stream]) -> list[Stream]:
    """Return the streams so that those whose rows others take attributes from come first."""
    for stream in streams:
        _check_entity(model, stream)
    return sorted(streams, key=lambda one: max(parent_depth(model.entities, name) for name in one.entities))
