"""What the rest of the program knows of connectors and of the consents of people: plain values."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ACCESS_PREFIX = "bva_"
REFRESH_PREFIX = "bvf_"
CODE_PREFIX = "bvo_"
SECRET_PREFIX = "bvc_"  # noqa: S105
CLIENT_PREFIX = "bvi_"  # no secret: it stands in addresses and in the connector's files

SCOPE = "reports.read"
SCOPE_TEXTS = {SCOPE: "Read the data of reports, as far as you may see them yourself. It can change nothing."}
AUDIENCE = "looker"  # the addresses under /v1/looker/, the only ones at which an access token works

CODE_LIFETIME = timedelta(minutes=1)
ACCESS_LIFETIME = timedelta(hours=1)
REFRESH_LIFETIME = timedelta(days=90)  # counted anew with each refresh
GRACE = timedelta(seconds=30)
OLD_SECRET_LIFETIME = timedelta(hours=24)


class Ending(StrEnum):
    """Why a consent no longer counts."""

    PERSON = "person"  # he revoked it himself
    ADMINISTRATOR = "administrator"
    CONNECTOR = "connector"  # it asked for it, or was removed
    REUSED_TOKEN = "reused token"  # noqa: S105
    REUSED_CODE = "reused code"


@dataclass(frozen=True)
class Connector:
    """A registered copy of the connector."""

    id: str
    workspace_id: str
    registered_by: str | None  # id of a person, while there is one
    client_id: str
    name: str
    script_id: str
    created_at: datetime
    old_secret_until: datetime | None
    revoked_at: datetime | None

    @property
    def redirect_uri(self) -> str:
        """Return the one address to which codes of this copy go."""
        return redirect_uri_of(self.script_id)


@dataclass(frozen=True)
class NewConnector:
    """A secret just made: the only moment when its text is known."""

    connector: Connector
    secret: str


@dataclass(frozen=True)
class Authorisation:
    """One person's consent, as it is listed."""

    id: str
    connector: str
    person: str
    email: str
    workspace: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    revoked_because: str | None


@dataclass(frozen=True)
class Holder:
    """For whom an access token stands: a person, within one workspace."""

    authorisation_id: str
    person_id: str
    workspace_id: str


def redirect_uri_of(script_id: str) -> str:
    """Return where Google takes a code for a script: its own address, one for each copy."""
    return f"https://script.google.com/macros/d/{script_id}/usercallback"
