"""The page on which a person lets a copy of the connector read what he may see himself."""

from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from api.console.render import go_to, page
from api.console.sessions import OwnFormDep
from api.dependencies import WorldDep
from api.errors import MalformedRequestError, NotFoundError, NotSignedInError
from api.looker_oauth.answering import AUTHORISE
from api.looker_oauth.consenting import Asked, Consent, ask, canonical, decide
from api.looker_oauth.people import absent_visitor
from api.looker_oauth.records import Connector
from api.looker_oauth.request import Reply
from api.people.cookies import cookie_of
from api.people.records import Visitor
from api.people.roles import Permission, may, needs
from api.policy import policy
from api.telemetry import REQUEST_ID
from api.workspaces.records import Workspace
from api.world import World

router = APIRouter(include_in_schema=False, dependencies=[needs(Permission.SELF)])

_LONGEST = 8_000
_PRIVATE = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
# Chromium holds the redirect that follows a form to the policy of the form's page.
_GOOGLE = "https://script.google.com"


@router.get(AUTHORISE)
async def ask_for_consent(request: Request, world: WorldDep) -> Response:
    """Show what is asked; whoever is not signed in does that first and comes back."""
    return await run_in_threadpool(_ask, request, world, _query(request))


@router.post(AUTHORISE, dependencies=[needs(Permission.SELF)])
async def take_decision(request: Request, world: WorldDep, form: OwnFormDep) -> Response:
    """Go back to the connector with a code or a refusal. What was asked is in the address alone, never in the form."""
    return await run_in_threadpool(_decide, request, world, _query(request), form)


def _query(request: Request) -> str:
    if len(request.url.query) > _LONGEST:
        raise MalformedRequestError("The address is too long. Begin again from the data source.")
    try:
        return canonical(request.url.query)
    except ValueError as error:
        raise MalformedRequestError("The address cannot be read. Begin again from the data source.") from error


def _ask(request: Request, world: World, query: str) -> Response:
    asked = ask(world.metadata, world.settings, query)
    if isinstance(asked, Reply):
        return _sent_back(world, asked)
    try:
        visitor = world.people.visitor(cookie_of(request))
    except NotSignedInError:
        return go_to(f"/console/sign-in?next={quote(f'{AUTHORISE}?{query}', safe='')}")
    return _page(world, visitor, asked, query)


def _decide(request: Request, world: World, query: str, form: dict[str, str]) -> Response:
    asked = ask(world.metadata, world.settings, query)
    if isinstance(asked, Reply):
        return _sent_back(world, asked)
    visitor = world.people.visitor(cookie_of(request))
    consent = None
    if form.get("decision") == "allow":
        choices = workspaces_for(world, asked.connector, visitor)
        chosen = next((one for one in choices if one.id == form.get("workspace")), None)
        if chosen is None:
            return _page(world, visitor, asked, query, wrong="Choose the workspace that the connector may read.")
        consent = Consent(visitor.person.id, chosen.id)
    return _sent_back(world, decide(world.metadata, world.settings, query, consent))


def workspaces_for(world: World, connector: Connector, visitor: Visitor) -> tuple[Workspace, ...]:
    """Return the visitor's workspaces that a connector may be used for: its own, and those that whoever registered it
    administers. Somebody else's connector cannot ask for them."""
    others: set[str] = set()
    if connector.registered_by is not None:
        try:
            registrar = absent_visitor(world.metadata, connector.registered_by)
        except NotFoundError:
            registrar = None
        if registrar is not None:
            needed = frozenset({Permission.KEYS})
            others = {one.workspace.id for one in registrar.accesses if may(one.role, needed)}
    return tuple(one for one in visitor.workspaces if one.id == connector.workspace_id or one.id in others)


def _page(world: World, visitor: Visitor, asked: Asked, query: str, wrong: str = "") -> Response:
    shown = page(
        world,
        "authorise.html",
        status=422 if wrong else 200,
        who=visitor.person,
        csrf=visitor.csrf,
        connector=asked.connector,
        scopes=asked.scopes,
        choices=workspaces_for(world, asked.connector, visitor),
        action=f"{AUTHORISE}?{query}",
        wrong=wrong,
    )
    shown.headers.update({**_PRIVATE, "content-security-policy": policy(forms_to=(_GOOGLE,))})
    return shown


def _sent_back(world: World, reply: Reply) -> Response:
    if reply.location is not None:
        return RedirectResponse(reply.location, status_code=303, headers=_PRIVATE)
    # Without a connector that is known and its own address the browser goes nowhere.
    shown = page(
        world,
        "problem.html",
        status=400,
        title="This sign-in cannot go on",
        message=f"The connector asked in a way that cannot be answered. {reply.body.get('error_description') or ''} "
        "Whoever published it compares its client id and script id with those under Connectors.",
        code=str(reply.body.get("error")),
        request_id=REQUEST_ID.get(),
    )
    shown.headers.update(_PRIVATE)
    return shown
