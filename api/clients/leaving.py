"""The jobs by which a client account leaves: deleted everywhere with a receipt, or handed over in a file."""

from pathlib import Path

from sqlalchemy.orm import Session

from api.audit.log import add_line, record
from api.audit.records import COMMAND, Action, Actor, ActorKind, Result
from api.clients.forgetting import forget_in_metadata
from api.clients.holding import Belongings, belongings_of, data_of
from api.clients.keeping import remove_file
from api.clients.receipts import keep_receipt, name_digest, receipts_of
from api.connections.removal import remove_connection
from api.errors import ConflictError, JobStoppedError
from api.jobs.records import Job, JobKind
from api.jobs.repository import JobRepository
from api.jobs.task import Task
from api.telemetry import log
from api.workspaces.models import new_id, now
from warehouse import Progress, forget_client, hand_over_client

BY_COMMAND = "command"
BACKUPS = (
    "Backups and copies of the data directory that were made before this moment still hold the client account until "
    "they are removed."
)


def deletion_arguments(client_id: str, who: str) -> dict[str, object]:
    """Return the arguments of a deletion; ids only, since they outlast it. `who` is a person's id, or BY_COMMAND."""
    return {"client_id": client_id, "who": who}


def run_deletion(task: Task) -> dict[str, object]:
    """Delete a client account and return the receipt; the audit log is told how it ended, whoever waits for it."""
    try:
        return {"receipt": _done_before(task) or _delete(task)}
    except JobStoppedError:
        raise  # it goes on when the program runs again
    except BaseException:
        _tell_failure(task)
        raise


def tell_lost(session: Session, job: Job) -> None:
    """Write into the audit log that a deletion which was stopped again and again is given up."""
    if job.kind is JobKind.DELETION:
        about, actor = str(job.arguments["client_id"]), _actor(job)
        add_line(session, actor, Action.CLIENT_DELETED, about, result=Result.FAILED, workspace_id=job.workspace_id)


def _done_before(task: Task) -> dict[str, object] | None:
    """Return the receipt of a deletion that was stopped after its last write but before its end."""
    with task.metadata.read() as session:
        known = receipts_of(session, task.workspace.id)
    found = next((one for one in known if one["client_account_id"] == task.arguments["client_id"]), None)
    if found is None:
        return None
    task.metadata.compact()
    return dict(found)


def _tell_failure(task: Task) -> None:
    about, place = str(task.arguments["client_id"]), task.workspace.id
    try:
        record(task.metadata, _actor(task), Action.CLIENT_DELETED, about, result=Result.FAILED, workspace_id=place)
    except Exception as error:  # What has failed is told by the job all the same.
        log().error("an audit line could not be written", action=Action.CLIENT_DELETED, exc_info=error)


def _actor(work: Task | Job) -> Actor:
    who = str(work.arguments["who"])
    return COMMAND if who == BY_COMMAND else Actor(ActorKind.PERSON, who, request_id=work.request_id)


def _delete(task: Task) -> dict[str, object]:
    """Delete from data, files and metadata, and return the receipt; again after a crash is safe."""
    found = belongings_of(task, str(task.arguments["client_id"]))
    task.on_progress(Progress("deleting", 0, None, "rows"))
    sign_ins = {}
    for one in found.connections:
        end = remove_connection(task.metadata, task.workspace.id, one)
        sign_ins[one.id] = {"source": one.source, "sign_in": end.value}
    database = data_of(task)
    rows = {} if database is None else forget_client(database, found.holdings)
    files = _remove_files(task, found) + _remove_handed_over(task, found)
    owned = frozenset(one.id for one in found.connections)
    with task.metadata.write(durable=True) as session:
        metadata = forget_in_metadata(session, task.workspace.id, found.client, owned)
        receipt = keep_receipt(
            session,
            task.workspace.id,
            {
                "receipt_id": new_id(),
                "workspace_id": task.workspace.id,
                "client_account_id": found.client.id,
                "name_sha256": name_digest(found.client.name),
                "deleted_at": now().isoformat(),
                "deleted_by": str(task.arguments["who"]),
                "data": dict(sorted(rows.items())),
                "metadata": metadata,
                "files": files,
                "connections": sign_ins,
                "still_held": BACKUPS,
            },
        )
        both = f"{found.client.id}/{receipt['receipt_id']}"
        add_line(session, _actor(task), Action.CLIENT_DELETED, both, workspace_id=task.workspace.id)
    task.metadata.compact()
    return receipt


def hand_over_arguments(client_id: str, target: Path) -> dict[str, object]:
    """Return the arguments of a file for a client account."""
    return {"client_id": client_id, "path": str(target.absolute()), "change": new_id()}


def run_hand_over(task: Task) -> dict[str, object]:
    """Write a client account's own DuckDB file and return its rows, by table."""
    found = belongings_of(task, str(task.arguments["client_id"]))
    database = data_of(task)
    if database is None:
        raise ConflictError("Nothing was loaded into this workspace yet.")
    target = Path(str(task.arguments["path"]))
    counts = hand_over_client(database, found.holdings, target, task.on_progress)
    return {"path": str(target), "bytes": target.stat().st_size, "rows": counts}


def _remove_files(task: Task, found: Belongings) -> int:
    """Remove the mapping rules of the client account from the workspace's own folder; return how many files."""
    folder = task.warehouse.places.own_folder(task.workspace.slug) / "rules"
    removed = 0
    for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        if _names_client(path, found.client.slug):
            path.unlink()
            removed += 1
    return removed


def _remove_handed_over(task: Task, found: Belongings) -> int:
    """Remove the files of the client account that wait to be downloaded; return how many."""
    with task.metadata.read() as session:
        jobs = JobRepository(session).of_kinds(task.workspace.id, [JobKind.HAND_OVER])
    own = [Path(str(one.arguments["path"])) for one in jobs if one.arguments.get("client_id") == found.client.id]
    return sum(remove_file(task.warehouse.data_dir, path) for path in own)


def _names_client(path: Path, slug: str) -> bool:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return any(line.partition(":")[0].strip() == "client" and slug == _plain(line.partition(":")[2]) for line in lines)


def _plain(text: str) -> str:
    return text.partition("#")[0].strip().strip("\"'")
