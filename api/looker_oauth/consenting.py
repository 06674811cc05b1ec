"""The browser's side of a sign-in: what is asked, which workspaces can be chosen, and the way back with a code."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from api.looker_oauth.answering import AUTHORISE
from api.looker_oauth.models import AuthorisationRow
from api.looker_oauth.records import SCOPE_TEXTS, Connector
from api.looker_oauth.registering import connector_of
from api.looker_oauth.request import ConnectorRequest, Error, Parameters, Reply, check_parameters, issuer_of
from api.looker_oauth.server import Server
from api.settings import Settings
from api.workspaces.database import MetadataDatabase


@dataclass(frozen=True)
class Asked:
    """A sound request for a consent: by which connector, and for what, in words."""

    connector: Connector
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Consent:
    """Who lets the connector read which workspace."""

    person_id: str
    workspace_id: str


def canonical(query: str) -> str:
    """Return a query with everything in it encoded, so that it can be part of a path of our own."""
    return urlencode(parse_qsl(query, keep_blank_values=True))


def ask(database: MetadataDatabase, settings: Settings, query: str) -> Asked | Reply:
    """Check what the browser was sent with; a Reply sends it back, or says why that cannot be done."""
    request = _request(settings, query)
    with database.read() as session:
        server = Server(session, issuer_of(settings))
        try:
            check_parameters(request.payload)
            grant = server.get_consent_grant(request)
        except Error as error:
            # Back to an address only if it was found to be the connector's own.
            reply: Reply = server.handle_error_response(request, error)
            return reply
        texts = tuple(SCOPE_TEXTS[one] for one in grant.request.scope.split())
        return Asked(connector_of(grant.client.row), texts)


def decide(database: MetadataDatabase, settings: Settings, query: str, consent: Consent | None) -> Reply:
    """Send the browser back with a code, or without a consent with the refusal."""
    request = _request(settings, query)
    with database.write() as session:
        server = Server(session, issuer_of(settings))
        try:
            check_parameters(request.payload)
            grant = server.get_consent_grant(request)
        except Error as error:
            refused: Reply = server.handle_error_response(request, error)
            return refused
        family = consent and AuthorisationRow(person_id=consent.person_id, workspace_id=consent.workspace_id)
        reply: Reply = server.create_authorization_response(request, grant_user=family, grant=grant)
        return reply


def _request(settings: Settings, query: str) -> ConnectorRequest:
    return ConnectorRequest("GET", issuer_of(settings), AUTHORISE, Parameters(query), None)
