"""The browser's legs of a sign-in: the page of a connect link, the way to the vendor, and the way back."""

import asyncio
import secrets
from datetime import UTC, datetime
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from api.connections.links import OpenLink, open_link
from api.connections.service import choices_of, choose_accounts, finish_sign_in
from api.connections.syncing import ask_for_sync
from api.console.render import page
from api.dependencies import WorldDep, check_same_origin, is_own_host
from api.errors import NotFoundError, SignInFailedError
from api.limits import read_body
from api.oauth.flow import LIFETIME, come_back, fetch_tokens, find_sign_in, oauth_of, start
from api.people.cookies import cookie_of, is_secure, own_cookie
from api.problems import problem_of
from api.telemetry import REQUEST_ID, log
from api.workspaces.records import Connection
from api.workspaces.repository import Repository
from api.world import World
from connectors import Account, Context, LinkedSource

router = APIRouter(include_in_schema=False)

HOLDER_COOKIE = "belvedere_sign_in"
_PRIVATE = {"cache-control": "no-store", "referrer-policy": "no-referrer"}


def own_address(request: Request, world: World) -> str:
    """Return the address of this server as the browser and the vendor's registration know it."""
    if world.settings.public_url or not is_own_host(request):
        return world.settings.address
    return f"{request.url.scheme}://{request.headers['host']}"


@router.get("/connect/{token}")
def connect_page(token: str, world: WorldDep) -> Response:
    """Tell a client what he is asked for, before he signs in at the vendor."""
    try:
        link = open_link(world.metadata, token)
        return _start_page(world, link, token)
    except Exception as error:
        return _problem(world, error)


@router.get("/oauth/start/{token}")
def start_sign_in(token: str, request: Request, world: WorldDep) -> Response:
    """Send the browser to the vendor; what it gets as a cookie is what it must bring back."""
    holder = request.cookies.get(own_cookie(request, HOLDER_COOKIE)) or secrets.token_urlsafe(32)
    try:
        address = start(world.metadata, open_link(world.metadata, token), holder, own_address(request, world))
    except Exception as error:
        return _problem(world, error)
    response = RedirectResponse(address, status_code=302, headers=_PRIVATE)
    response.set_cookie(
        own_cookie(request, HOLDER_COOKIE),
        holder,
        max_age=int(LIFETIME.total_seconds()),
        path="/",
        httponly=True,
        secure=is_secure(request),
        samesite="lax",  # strict would lose it on the way back from the vendor
    )
    return response


@router.get("/oauth/callback/{provider}")
def callback(provider: str, request: Request, world: WorldDep) -> Response:
    """Take a person back from the vendor: keep the sign-in, find its account, start the first sync."""
    try:
        sign_in = come_back(
            world.metadata,
            provider,
            request.query_params.get("state", ""),
            request.cookies.get(own_cookie(request, HOLDER_COOKIE), ""),
        )
        redirect = dict(request.query_params)
        tokens = asyncio.run(fetch_tokens(world.metadata, sign_in, redirect, own_address(request, world)))
        linked = finish_sign_in(world.metadata, sign_in, tokens)
    except Exception as error:
        return _problem(world, error)
    if linked.choices:
        return _choose_page(world, sign_in.source, sign_in.id, linked.choices)
    return _done(world, request, sign_in.workspace_id, [linked.connection])


@router.post("/oauth/choose")
async def choose(request: Request, world: WorldDep) -> Response:
    """Take the accounts that the person who has signed in wants to be read."""
    check_same_origin(request)
    fields = parse_qs((await read_body(request, 64 * 1024)).decode("utf-8", "replace"))
    sign_in, accounts = fields.get("sign_in", [""])[0], list(dict.fromkeys(fields.get("account", [])))
    return await run_in_threadpool(_chosen, request, world, sign_in, accounts)


def _chosen(request: Request, world: World, sign_in_id: str, accounts: list[str]) -> Response:
    try:
        found = find_sign_in(world.metadata, sign_in_id, request.cookies.get(own_cookie(request, HOLDER_COOKIE), ""))
        if not accounts:
            choices = choices_of(world.metadata, found.workspace_id, found.connection)
            return _choose_page(world, found.source, sign_in_id, choices)
        if found.connection.account_id is not None:
            raise SignInFailedError("The account of this connection is chosen already.")
        wanted = [(account, None) for account in accounts]
        done = choose_accounts(world.metadata, found.workspace_id, found.connection, wanted)
    except Exception as error:
        return _problem(world, error)
    return _done(world, request, found.workspace_id, done)


def _done(world: World, request: Request, workspace_id: str, connections: list[Connection]) -> Response:
    with world.metadata.read() as session:
        workspace = Repository(session).workspace_by_id(workspace_id)
    for one in connections:
        if not one.paused:
            ask_for_sync(world.metadata, world.runner, workspace, one)
    names = [one.account_name or one.name for one in connections]
    ours = cookie_of(request) is not None  # only a hint for the page: the console asks who it is
    label = connections[0].name
    return page(world, "connect_done.html", label=label, names=names, connection=connections[0].id if ours else None)


def _start_page(world: World, link: OpenLink, token: str) -> Response:
    source = link.source
    if oauth_of(source) is None or not isinstance(source, LinkedSource):
        raise NotFoundError(f"{source.label} is not linked by signing in.")
    with world.metadata.read() as session:
        repository = Repository(session)
        workspace = repository.workspace_by_id(link.workspace_id)
        clients = repository.client_accounts(link.workspace_id)
    client = next((one.name for one in clients if one.id == link.connection.client_account_id), None)
    streams = source.streams(Context(link.connection.id, {}, datetime.now(UTC)))
    return page(
        world,
        "connect_start.html",
        label=source.label,
        vendor=source.vendor.label,
        workspace_name=workspace.name,
        client=client,
        reads=[one.reads or one.name for one in streams],
        start=f"/oauth/start/{token}",
    )


def _choose_page(world: World, source: LinkedSource, sign_in: str, accounts: tuple[Account, ...]) -> Response:
    return page(world, "connect_choose.html", vendor=source.vendor.label, sign_in=sign_in, accounts=list(accounts))


def _problem(world: World, error: Exception) -> Response:
    """Say what went wrong on a page: the person before it may have no account of ours."""
    problem = problem_of(error)
    if not problem.own_text:
        log().error("a sign-in failed unforeseen", exc_info=error)
    message = str(error) if problem.own_text else "Something went wrong on the server. Its log has more."
    return page(
        world,
        "connect_problem.html",
        status=problem.status,
        message=message,
        code=problem.code,
        request_id=REQUEST_ID.get(),
    )
