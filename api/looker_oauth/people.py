"""People without a browser before us: who stands behind a connector's token, and who registered a connector."""

from api.errors import NotFoundError
from api.people.access import accesses_of
from api.people.models import PersonRow
from api.people.records import Visitor
from api.people.sessions import as_person
from api.workspaces.database import MetadataDatabase


def absent_visitor(database: MetadataDatabase, person_id: str) -> Visitor:
    """Return a person as if he stood before the console, with no session and so with no form that he could send."""
    with database.read() as session:
        row = session.get(PersonRow, person_id)
        if row is None:
            raise NotFoundError("There is no such person any more.")
        return Visitor(as_person(row), "", accesses_of(session, row))
