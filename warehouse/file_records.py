"""The history of file imports: what tells that a file is already loaded."""

import hashlib
from dataclasses import dataclass

from warehouse.clients import ClientAccount
from warehouse.duckdb import Connection
from warehouse.landing import Tally
from warehouse.mapping import Mapping, Mode
from warehouse.normalize import LoadContext


@dataclass(frozen=True)
class FileTarget:
    """What a file is loaded into, and by which rules."""

    entity: str
    mapping: Mapping
    mode: Mode
    client: ClientAccount

    @property
    def rules_hash(self) -> str:
        """Return what moves when the same record would give another row."""
        rules = self.mapping.model_dump_json(exclude={"mode"})
        text = "\n".join([rules, self.client.timezone, self.client.report_currency])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def mapping_hash(self) -> str:
        """Return what moves when the same file would leave other rows behind."""
        return f"{self.rules_hash}:{self.mode}"


@dataclass(frozen=True)
class LastImport:
    """The newest import into a target."""

    file_hash: str
    file_bytes: int
    mapping_hash: str


def find_last(connection: Connection, target: FileTarget) -> LastImport | None:
    """Return the newest import of this client, source and entity."""
    row = connection.execute(
        """select file_hash, file_bytes, mapping_hash from state.files
           where entity = $1 and client_account_id = $2 and source_system = $3
           order by seq desc limit 1""",
        [target.entity, target.client.id, target.mapping.source],
    ).fetchone()
    return None if row is None else LastImport(*row)


def remember(
    connection: Connection, target: FileTarget, context: LoadContext, file: LastImport, tally: Tally, version: int
) -> None:
    """Write an import into the history, inside its transaction."""
    connection.execute(
        """insert into state.files
           select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
                  (select coalesce(max(seq), 0) + 1 from state.files)""",
        [
            context.load_id,
            context.origin,
            file.file_hash,
            file.file_bytes,
            file.mapping_hash,
            target.entity,
            target.client.id,
            target.mapping.source,
            target.mode.value,
            tally.read,
            tally.new + tally.changed + tally.unchanged,
            tally.rows_quarantined,
            tally.cells_quarantined,
            context.now,
            version,
        ],
    )
