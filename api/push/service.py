"""Takes a push in: its records go to a file, its receipt and its job into one transaction; a repetition is answered."""

import hashlib
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson
from pydantic import JsonValue
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from api.errors import ConflictError
from api.jobs.records import JobKind
from api.jobs.repository import JobRepository
from api.jobs.work import import_arguments, job_key
from api.workspaces.database import MetadataDatabase
from api.workspaces.linking_models import PushReceiptRow
from api.workspaces.models import new_id
from api.workspaces.records import Workspace
from warehouse import Mapping as FileMapping
from warehouse import Mode

FOLDER = "push"
_KEPT_SECONDS = 7 * 86_400  # a file that no job needs any more


@dataclass(frozen=True)
class Push:
    """Rows that a program sends under a key of its own choice."""

    stream: str
    entity: str
    client: str  # the client account's slug
    system: str  # whose ids the rows have
    key: str
    records: Sequence[Mapping[str, JsonValue]]

    @property
    def digest(self) -> str:
        """Return what is the same in a repetition."""
        body = [self.stream, self.client, self.system, [dict(one) for one in self.records]]
        return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True)
class Receipt:
    """That a push was taken in. `repeated` says that it had been before."""

    id: str
    stream: str
    records: int
    job_id: str
    created_at: datetime
    repeated: bool = False


def take_in(metadata: MetadataDatabase, data_dir: Path, workspace: Workspace, push: Push) -> Receipt:
    """Keep the records and queue their load, once for each key."""
    known = _known(metadata, workspace, push)
    if known is not None:
        return known
    receipt_id = new_id()
    path = _write(data_dir / FOLDER, receipt_id, push.records)
    columns = {name: {"from": name} for name in dict.fromkeys(name for one in push.records for name in one)}
    mapping = FileMapping.model_validate({"entity": push.entity, "source": push.system, "columns": columns})
    arguments = import_arguments(path, push.client, mapping, mode=Mode.UPSERT)
    try:
        with metadata.write() as session:
            key = job_key(workspace, JobKind.IMPORT, arguments)
            row = PushReceiptRow(
                id=receipt_id,
                workspace_id=workspace.id,
                key=push.key,
                digest=push.digest,
                stream=push.stream,
                records=len(push.records),
                job_id=JobRepository(session).add(workspace.id, JobKind.IMPORT, key, arguments),
            )
            session.add(row)
            session.flush()
            return _receipt(row)
    except IntegrityError:  # the same key at the same moment
        path.unlink()
        known = _known(metadata, workspace, push)
        if known is None:
            raise
        return known


def receipt_of(metadata: MetadataDatabase, workspace: Workspace, receipt_id: str) -> Receipt | None:
    """Return a receipt of the workspace."""
    query = select(PushReceiptRow).where(PushReceiptRow.workspace_id == workspace.id, PushReceiptRow.id == receipt_id)
    with metadata.read() as session:
        row = session.scalar(query)
    return None if row is None else _receipt(row)


def _known(metadata: MetadataDatabase, workspace: Workspace, push: Push) -> Receipt | None:
    query = select(PushReceiptRow).where(PushReceiptRow.workspace_id == workspace.id, PushReceiptRow.key == push.key)
    with metadata.read() as session:
        row = session.scalar(query)
    if row is None:
        return None
    if row.digest != push.digest:
        raise ConflictError(
            "Other records were pushed under this Idempotency-Key before. Send each batch under a key of its own.",
            push=row.id,
        )
    return _receipt(row, repeated=True)


def _write(folder: Path, name: str, records: Sequence[Mapping[str, JsonValue]]) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.glob("*.ndjson"):
        with suppress(FileNotFoundError):  # another push, or the job that has loaded it, was sooner
            if time.time() - old.stat().st_mtime > _KEPT_SECONDS:
                old.unlink()
    path = folder / f"{name}.ndjson"
    with path.open("xb") as file:
        for record in records:
            file.write(orjson.dumps(dict(record)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return path


def _receipt(row: PushReceiptRow, *, repeated: bool = False) -> Receipt:
    return Receipt(row.id, row.stream, row.records, row.job_id, row.created_at, repeated)
