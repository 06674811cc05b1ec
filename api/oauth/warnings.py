"""Sign-ins that end soon: people are warned 14, 7 and 1 days ahead, where the vendor tells the end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from api.oauth.repository import OAuthRepository
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Connection
from api.workspaces.repository import Repository

DAYS_AHEAD = (14, 7, 1)


@dataclass(frozen=True)
class SignInWarning:
    """A connection whose sign-in ends. `days` is the warning that is due: 14, 7 or 1; 0 once it has ended."""

    connection: Connection
    ends_at: datetime
    days: int

    @property
    def sentence(self) -> str:
        """Return what a person is told."""
        day = f"{self.ends_at:%d %B %Y}"
        if self.days == 0:
            return f"The sign-in of '{self.connection.name}' has ended on {day}. Link the account again."
        return f"The sign-in of '{self.connection.name}' ends on {day}. Link the account again before that day."


def sign_ins_ending(metadata: MetadataDatabase, workspace_id: str, now: datetime) -> list[SignInWarning]:
    """Return the connections whose sign-in ends within two weeks, the first to end first."""
    with metadata.read() as session:
        ends = OAuthRepository(session).sign_in_ends(workspace_id)
        connections = Repository(session).connections(workspace_id)
    found = [
        SignInWarning(one, ends[one.grant_id], days)
        for one in connections
        if one.grant_id in ends and (days := due_warning(ends[one.grant_id], now)) is not None
    ]
    return sorted(found, key=lambda one: one.ends_at)


def due_warning(ends_at: datetime, now: datetime) -> int | None:
    """Return which of the warnings is due; None while there is time."""
    left = ends_at - now
    if left <= timedelta(0):
        return 0
    return next((days for days in sorted(DAYS_AHEAD) if left <= timedelta(days=days)), None)
