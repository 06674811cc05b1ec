"""What the connector's own calls are answered: tokens, revocation, introspection, metadata. Always JSON.

A page of HTML or a refusal of the general rate limits would read as 'not authorised' to the connector, and every viewer
would be asked to sign in again.
"""

from sqlalchemy.exc import OperationalError

from api.looker_oauth.errors import AddressNeededError
from api.looker_oauth.grants import AUTH_METHODS
from api.looker_oauth.records import SCOPE_TEXTS
from api.looker_oauth.request import ConnectorRequest, Error, Parameters, Reply, check_parameters, issuer_of
from api.looker_oauth.server import Server
from api.settings import Settings
from api.telemetry import log
from api.workspaces.database import MetadataDatabase

AUTHORISE = "/console/authorise"
TOKEN = "/v1/looker/oauth/token"  # noqa: S105
REVOKE = "/v1/looker/oauth/revoke"
INTROSPECT = "/v1/looker/oauth/introspect"


def answer(database: MetadataDatabase, settings: Settings, path: str, text: str, authorization: str | None) -> Reply:
    """Answer one call of a connector."""
    try:
        payload = Parameters(text)
        request = ConnectorRequest("POST", issuer_of(settings), path, payload, authorization)
        check_parameters(payload)
        # Committed even where it is refused: a token that was reused has ended the consent.
        with database.write() as session:
            server = Server(session, issuer_of(settings))
            if path == TOKEN:
                reply: Reply = server.create_token_response(request)
            else:
                reply = server.create_endpoint_response("revocation" if path == REVOKE else "introspection", request)
        return reply
    except AddressNeededError as error:
        return refusal(400, "invalid_request", str(error))
    except Error as error:
        return Reply(error.status_code, dict(error.get_body()))
    except ValueError:  # what is no form, or no Basic header
        return refusal(400, "invalid_request", "The request could not be read.")
    except OperationalError as error:
        log().warning("metadata busy", path=path, problem=type(error.orig).__name__)
        return busy(2)


def refusal(status: int, code: str, text: str) -> Reply:
    """Return a refusal in the standard's shape."""
    return Reply(status, {"error": code, "error_description": text})


def busy(seconds: int) -> Reply:
    """Return that the connector should come again."""
    told = refusal(429, "temporarily_unavailable", f"Try again in {seconds} seconds.")
    return Reply(told.status, told.body, headers=(("retry-after", str(seconds)),))


def metadata_of(settings: Settings) -> dict[str, object]:
    """Return what there is to know before asking (RFC 8414)."""
    issuer = issuer_of(settings)
    return {
        "issuer": issuer,
        "authorization_endpoint": issuer + AUTHORISE,
        "token_endpoint": issuer + TOKEN,
        "revocation_endpoint": issuer + REVOKE,
        "introspection_endpoint": issuer + INTROSPECT,
        "scopes_supported": list(SCOPE_TEXTS),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": AUTH_METHODS,
        "revocation_endpoint_auth_methods_supported": AUTH_METHODS,
        "introspection_endpoint_auth_methods_supported": AUTH_METHODS,
        "authorization_response_iss_parameter_supported": True,
    }
