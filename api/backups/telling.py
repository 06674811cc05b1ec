"""Says by a notice that the nightly backup was not made, once, and closes the notice when one is made again."""

from collections.abc import Mapping
from datetime import datetime

from api.notices.records import Finding, NoticeKind
from api.notices.repository import NoticeRepository
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Workspace

_SUBJECT = "backup"
_NEXT_STEP = (
    "Look at the reason, and at the server's log for more. Make room or mend the folder, then try it: "
    "belvedere backup FOLDER. The next one is tried at its time."
)


def tell_failure(metadata: MetadataDatabase, workspace: Workspace, error: Mapping[str, object], at: datetime) -> None:
    """Open a notice in a workspace; one that is open already only learns the newest reason."""
    reason = str(error.get("message") or "The job ended without saying why.")
    finding = Finding(NoticeKind.BACKUP_FAILED, _SUBJECT, "The nightly backup", reason, _NEXT_STEP)
    with metadata.write() as session:
        notices = NoticeRepository(session)
        known = notices.open_about(workspace.id, finding.kind, finding.subject)
        if known is None:
            notices.add(workspace.id, finding, at)
        else:
            notices.renew(known, finding)


def tell_success(metadata: MetadataDatabase, workspace: Workspace, at: datetime) -> None:
    """Close the notice, if there is one."""
    with metadata.read() as session:
        known = NoticeRepository(session).open_about(workspace.id, NoticeKind.BACKUP_FAILED, _SUBJECT)
    if known is not None:
        with metadata.write() as session:
            NoticeRepository(session).resolve(known, at)
