"""The work of one sync batch inside its transaction: raw, normalised, quarantine."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import orjson

from connectors import JsonValue, Source, Stream
from schemas import Entity
from warehouse.canonical import canonical_sql, joined_key
from warehouse.clients import ClientAccount
from warehouse.duckdb import Connection, quote_name, quote_text, scalar
from warehouse.errors import ImportFileError
from warehouse.landing import Tally
from warehouse.mapping import Mode, check_canonical
from warehouse.normalize import LoadContext, Normaliser
from warehouse.quality import check_unique
from warehouse.quarantine import BadRow, examine, quarantine_cells, quarantine_rows
from warehouse.raw import Batch, RawTable, raw_exists
from warehouse.raw_merge import STAGED_RECORDS, dedupe, drop_rows, forget, merge, prepare_memory, stage
from warehouse.spool import Piece
from warehouse.tables import table_name

SLUG_COLUMN = "client_slug"
GIVEN = "staging.given"  # the canonical rows of a batch, of every client account


@dataclass
class StreamTally(Tally):
    """Counts of a sync so far. `restated` are rows of days before today that were there and have changed."""

    restated: int = 0
    restated_from: date | None = None
    restated_to: date | None = None

    def add_restated(self, rows: int, first: date | None, last: date | None) -> None:
        """Add the rows of a batch."""
        self.restated += rows
        self.restated_from = min((day for day in (self.restated_from, first) if day is not None), default=None)
        self.restated_to = max((day for day in (self.restated_to, last) if day is not None), default=None)


@dataclass(frozen=True)
class StreamTarget:
    """A stream of a connection, the entities that it feeds and the client accounts that its records belong to."""

    source: Source
    stream: Stream
    entities: tuple[Entity, ...]
    clients: tuple[ClientAccount, ...]
    context: LoadContext
    table: RawTable
    accepts_deletions: bool = False
    named: bool = False

    @property
    def rules_hash(self) -> str:
        """Return what moves when the same record would give another row."""
        staging = [self.staging(entity) for entity in self.entities]
        text = "\n".join([*staging, *(f"{item.slug} {item.timezone} {item.report_currency}" for item in self.clients)])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def staging(self, entity: Entity) -> str:
        """Return the SELECT over `records` that gives an entity's rows: written by hand, or made of a mapping."""
        mapping = self.stream.mapping
        if mapping is None:
            return staging_text(self.source.staging, self.stream.name, entity)
        if len(self.clients) != 1:
            raise ImportFileError(f"'{self.stream.name}' has a mapping, so its connection needs one client account.")
        check_canonical(mapping, entity, Mode.UPSERT)
        return canonical_sql(entity, mapping, self.clients[0])

    def batch(self, piece: Piece, columns: tuple[str, ...], seq: int) -> Batch:
        """Return a spool piece as a batch of this stream."""
        return Batch(
            table=self.table,
            path=str(piece.path),
            columns=columns,
            numbered=True,
            longest=piece.longest,
            owner=self.context.connection_id,
            key=key_sql(self.stream),
            key_prefix="",
            version=version_sql(self.stream),
            rules=self.rules_hash,
            seq=seq,
            now=self.context.now.isoformat(sep=" "),
        )


def key_sql(stream: Stream) -> str:
    """Return the expression of a record's key."""
    return joined_key([f"nullif(trim({quote_name(name)}), '')" for name in stream.primary_key])


def version_sql(stream: Stream) -> str:
    """Return the expression that orders versions of a record."""
    if stream.version_field is None:
        return "cast(null as bigint)"
    field = quote_name(stream.version_field)
    return f"coalesce(epoch_us(try_cast({field} as timestamptz)), try_cast({field} as bigint))"


def staging_text(staging: Path, stream: str, entity: Entity) -> str:
    """Return a source's staging SELECT for an entity: a stream's own where several streams feed the entity."""
    own = staging / f"{stream}.{entity.name}.sql"
    chosen = own if own.exists() else staging / f"{entity.name}.sql"
    return chosen.read_text(encoding="utf-8").rstrip().rstrip(";")


def load_batch(connection: Connection, target: StreamTarget, batch: Batch, tally: StreamTally) -> None:
    """Land a batch in raw and publish what it touched."""
    prepare_memory(connection)
    tally.read += stage(connection, batch)
    drop_rows(connection, "_key is null")
    tally.duplicates += dedupe(connection)
    tally.add_merged(merge(connection, batch, batch.seq, only_new=False))
    if target.stream.mode.value == "full":
        _mark_seen(connection, batch)
    for entity in target.entities:
        publish(connection, target, entity, STAGED_RECORDS, batch.columns, tally)
    forget(connection)


def publish(
    connection: Connection,
    target: StreamTarget,
    entity: Entity,
    records: str,
    columns: Sequence[str],
    tally: StreamTally,
) -> None:
    """Normalise records for every client account of the connection."""
    staging, several = target.staging(entity), _says_whose(target, entity)
    # Every client account and every check reads these rows, so the source's SQL runs once.
    connection.execute(f"create or replace table {GIVEN} as with records as ({records}) {staging}")
    for client in target.clients:
        canonical = _of_client(f"select * from {GIVEN}", client, several=several)  # noqa: S608
        normaliser = Normaliser(connection, entity, client, target.context, canonical, records)
        findings = examine(normaliser, records)
        if findings.rows == 0:
            continue
        if findings.bad_rows:
            quarantine_rows(normaliser, records, columns)
            tally.rows_quarantined += findings.bad_rows
        quarantine_cells(normaliser, records, findings)
        # Entities of one stream have dates of several kinds.
        tally.add_findings(replace(findings, first=None, last=None))
        check_unique(normaliser, records)
        known, restated, first, last = _known(normaliser, records)
        if known:
            tally.add_restated(restated, first, last)
            normaliser.merge(records)
        else:
            normaliser.append(records)
    if several:
        tally.rows_quarantined += _quarantine_strangers(connection, target, entity, records, columns)
    connection.execute(f"drop table {GIVEN}")


def _known(normaliser: Normaliser, records: str) -> tuple[int, int, date | None, date | None]:
    """Return how many rows of these keys are there, and how many of them are of days before today, with these days.

    Where there are none, there is nothing to merge with.
    """
    day = f"t.{quote_name(normaliser.entity.date)}"
    found = normaliser.run(
        f"{normaliser.given(records)}, known as (select {day} as day from {table_name(normaliser.entity)} t "  # noqa: S608
        "where t.client_account_id = $client_account_id and t.source_system = $source_system "
        "and t.source_id in (select source_id from given)) select count(*), count_if(day < cast($now as date)), "
        "min(day) filter (where day < cast($now as date)), max(day) filter (where day < cast($now as date)) from known"
    ).fetchone()
    return (0, 0, None, None) if found is None else (found[0], found[1] or 0, found[2], found[3])


def client_sql(target: StreamTarget, entity: Entity, client: ClientAccount) -> str:
    """Return the SELECT of one client account's rows."""
    return _of_client(target.staging(entity), client, several=_says_whose(target, entity))


def _says_whose(target: StreamTarget, entity: Entity) -> bool:
    """Tell whether records say whose they are: those of several client accounts do, those of one need not.

    Where all others have left, what the source still tells of them must not become the last one's.
    """
    return len(target.clients) > 1 or (target.named and SLUG_COLUMN in target.staging(entity))


def _of_client(given: str, client: ClientAccount, *, several: bool) -> str:
    if not several:
        return given
    return f"select * from ({given}) where {SLUG_COLUMN} = {quote_text(client.slug)}"  # noqa: S608


def _quarantine_strangers(
    connection: Connection, target: StreamTarget, entity: Entity, records: str, columns: Sequence[str]
) -> int:
    context, slugs = target.context, [client.slug for client in target.clients]
    strange = f"given.{SLUG_COLUMN} is null or given.{SLUG_COLUMN} not in (select unnest($slugs::varchar[]))"
    found = connection.execute(f"select 1 from {GIVEN} as given where {strange} limit 1", {"slugs": slugs})  # noqa: S608
    if found.fetchone() is None:
        return 0
    fields = ", ".join(f"{quote_text(name)}, records.{quote_name(name)}" for name in columns)
    row = connection.execute(
        f"""insert into state.quarantine
            with records as ({records})
            select $load, $origin, $entity, null, given._line, given._key, '{SLUG_COLUMN}', given.{SLUG_COLUMN},
                'is not a client account of this connection', true, cast(json_object({fields}) as varchar), $now
            from {GIVEN} as given join records on records._key = given._key
            where {strange}""",  # noqa: S608
        {
            "load": context.load_id,
            "origin": context.origin,
            "entity": entity.name,
            "now": context.now,
            "slugs": slugs,
        },
    ).fetchone()
    return int(row[0]) if row is not None else 0


def quarantine_unusable(connection: Connection, target: StreamTarget, rows: Sequence[BadRow]) -> None:
    """Write what came in the place of records into the quarantine."""
    client = target.clients[0].id if len(target.clients) == 1 else None
    listed = [[row.line, row.reason, row.record] for row in rows]
    connection.execute(
        """insert into state.quarantine
           select $load, $origin, $entity, $client, cast(bad ->> 0 as bigint), null, null, null, bad ->> 1, true,
               bad ->> 2, $now
           from (select unnest(cast($rows as json[])) as bad)""",
        {
            "load": target.context.load_id,
            "origin": target.context.origin,
            "entity": target.entities[0].name,
            "client": client,
            "rows": orjson.dumps(listed).decode(),
            "now": target.context.now,
        },
    )


def delete_keys(connection: Connection, target: StreamTarget, tombstones: Sequence[dict[str, JsonValue]]) -> int:
    """Mark records as deleted and return how many; their rows stay, but nothing lists them."""
    keys = [_key_of(item, target.stream) for item in tombstones]
    if not keys:
        return 0
    return _delete_where(connection, target, "_key in (select unnest($keys::varchar[]))", {"keys": keys})


def _key_of(record: dict[str, JsonValue], stream: Stream) -> str:
    parts = [str(record[name]).strip() for name in stream.primary_key]
    if len(parts) == 1:
        return parts[0]
    return "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)


def delete_unseen(connection: Connection, target: StreamTarget, first_seq: int) -> int:
    """Mark the records that a completed full run did not bring as deleted and return how many."""
    return _delete_where(connection, target, "_seq < $first", {"first": first_seq})


def count_listed(connection: Connection, target: StreamTarget, before: int | None = None) -> int:
    """Count the records of a connection that are not deleted, or those of them that came last before a batch."""
    if not raw_exists(connection, target.table):
        return 0
    which = "" if before is None else f" and _seq < {before:d}"
    found = scalar(
        connection,
        f"select count(*) from {target.table.sql} where _owner = $1 and not _deleted{which}",  # noqa: S608
        [target.context.connection_id],
    )
    return int(str(found))


def _delete_where(connection: Connection, target: StreamTarget, condition: str, values: dict[str, object]) -> int:
    owner = {"owner": target.context.connection_id}
    updated = connection.execute(
        f"update {target.table.sql} set _deleted = true where _owner = $owner and not _deleted and {condition}",  # noqa: S608
        owner | values,
    ).fetchone()
    for entity in target.entities:
        connection.execute(
            f"""update {table_name(entity)} set is_deleted = true, {quote_name(entity.listed_by)} = false
                where connection_id = $owner and not coalesce(is_deleted, false)
                and source_id in (select _key from {target.table.sql} where _owner = $owner and _deleted)""",  # noqa: S608
            owner,
        )
    return int(updated[0]) if updated is not None else 0


def _mark_seen(connection: Connection, batch: Batch) -> None:
    connection.execute(
        f"update {batch.table.sql} set _seq = {batch.seq} where _owner = $owner "  # noqa: S608
        "and _key in (select _key from staging.unchanged)",
        {"owner": batch.owner},
    )
