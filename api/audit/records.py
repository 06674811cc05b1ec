"""The lines of the audit log: who, what, how it ended. The sets are closed, so that a search finds all there is."""

import getpass
import os
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ActorKind(StrEnum):
    """Who did it."""

    PERSON = "person"
    KEY = "key"
    LINK = "link"  # whoever holds a link to a report
    CONNECTOR = "connector"
    COMMAND = "command"  # the command line of the machine
    NOBODY = "nobody"  # not signed in, or not known yet


class Action(StrEnum):
    """What was done."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    ACCOUNT_CHANGE = "account_change"  # one's own password, second factor, sessions
    PERSON_INVITE = "person_invite"
    PERSON_CHANGE = "person_change"  # roles, memberships, the demand for a second factor
    GRANT_CHANGE = "grant_change"
    KEY_MAKE = "key_make"
    KEY_REVOKE = "key_revoke"
    CONNECTOR_CHANGE = "connector_change"
    TOKEN_ISSUE = "token_issue"  # noqa: S105
    TOKEN_REVOKE = "token_revoke"  # noqa: S105
    CONNECTION_LINK = "connection_link"
    CONNECTION_CHANGE = "connection_change"
    CONNECTION_REMOVE = "connection_remove"
    SYNC_START = "sync_start"
    DATA_PUSH = "data_push"
    DATA_LOAD = "data_load"  # a file, or exchange rates
    CLIENT_CHANGE = "client_change"
    CLIENT_ARCHIVE = "client_archive"
    CLIENT_RESTORE = "client_restore"
    CLIENT_DELETE = "client_delete"  # asked for
    CLIENT_DELETED = "client_deleted"  # the work has ended: the object is the client account and its receipt
    CLIENT_EXPORT = "client_export"
    SHARE_MAKE = "share_make"
    SHARE_REVOKE = "share_revoke"
    SCHEDULE_CHANGE = "schedule_change"
    ALERT_CHANGE = "alert_change"
    EXPORT = "export"  # a PDF, a CSV, a workbook
    MONTH_CLOSE = "month_close"
    REPORT_CHANGE = "report_change"  # templates, masters, brands
    WRITING_CHANGE = "writing_change"  # commentary, goals, annotations, findings, notes
    MATCH_DECIDE = "match_decide"
    RULE_CHANGE = "rule_change"
    NOTICE_CHANGE = "notice_change"
    SETTINGS_CHANGE = "settings_change"
    SECRETS_CHANGE = "secrets_change"  # the keys that encrypt stored sign-ins
    BACKUP = "backup"
    RESTORE = "restore"
    AUDIT_READ = "audit_read"


class Result(StrEnum):
    """How it ended."""

    OK = "ok"
    REFUSED = "refused"  # by us: not allowed, not found, not as asked
    FAILED = "failed"  # it went wrong


@dataclass(frozen=True)
class Actor:
    """Who did it: ids, never a secret. `workspace_id` is None before it is known."""

    kind: ActorKind
    id: str | None = None
    workspace_id: str | None = None
    address: str | None = None
    request_id: str | None = None


@dataclass(frozen=True)
class Entry:
    """One line as it is read."""

    sequence: int
    at: datetime
    actor_kind: ActorKind
    actor_id: str | None
    action: Action
    object_id: str | None
    address: str | None
    result: Result
    request_id: str | None


def _user_of_machine() -> str:
    """Return who runs this program; in a container the user may have a number alone."""
    try:
        return getpass.getuser()[:64]
    except (KeyError, OSError):
        return str(os.getuid())


COMMAND = Actor(ActorKind.COMMAND, _user_of_machine())
