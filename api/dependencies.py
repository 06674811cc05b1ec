"""Who asks, and what he may see: the only place where a scope is made."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from api.audit.records import ActorKind
from api.audit.stating import seen_as
from api.errors import (
    MissingChoiceError,
    NotAllowedError,
    NotAuthenticatedError,
    NotFoundError,
    NotSignedInError,
    SecondFactorNeededError,
    UnsupportedChoiceError,
)
from api.looker.messages import ALL_CLIENTS, ParameterValue, answers
from api.looker_oauth.access import access_ended, holder_of
from api.looker_oauth.people import absent_visitor
from api.looker_oauth.records import ACCESS_PREFIX
from api.people.callers import caller_of as caller_of  # what a person may see is made there
from api.people.callers import check_key, check_role, sees_all_of
from api.people.cookies import cookie_of, own_cookie
from api.shares.callers import caller_of_share
from api.shares.links import SHARE_PREFIX, share_of, visit_cookie
from api.shares.records import Share, ShareKind
from api.workspaces.callers import SESSION_PREFIX
from api.workspaces.records import Caller, Workspace
from api.workspaces.service import KEY_PREFIX
from api.world import World
from schemas import MixedCurrencyError, Money, Scope
from warehouse import ClientAccount

SESSION_COOKIE = "belvedere_session"
_THROUGH_LINKS = frozenset(
    {
        ("GET", "/v1/session"),
        ("GET", "/v1/templates/{template_id}"),
        ("POST", "/v1/looker/schema"),
        ("POST", "/v1/looker/data"),
        ("GET", "/v1/commentary"),
        ("GET", "/v1/catalog/units"),
        ("GET", "/v1/reports/{template_id}/pdf"),
        ("GET", "/v1/notes"),
        ("POST", "/v1/notes"),
        ("GET", "/v1/frozen"),
        ("GET", "/v1/frozen/{frozen_id}"),
        ("GET", "/v1/frozen/{frozen_id}/changes"),
    }
)
_LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Selection:
    """What a data source has chosen, cut down to what its caller may see."""

    workspace: Workspace
    clients: tuple[ClientAccount, ...]
    scope: Scope
    money: Money


def world_of(request: Request) -> World:
    """Return what this server works with."""
    world: World = request.app.state.world
    return world


async def get_world(request: Request) -> World:
    """Do the same as a dependency; async, because the framework sends plain functions to a thread."""
    return world_of(request)


WorldDep = Annotated[World, Depends(get_world)]


async def get_caller(request: Request, world: WorldDep) -> Caller:
    """Return who asks, by API key or by viewer cookie, within the limits of both."""
    bearer = _bearer(request)
    if bearer is not None and bearer.startswith(SHARE_PREFIX):
        return await run_in_threadpool(_through_link, request, world, bearer)
    if bearer is not None and bearer.startswith(ACCESS_PREFIX):
        return await _through_connector(request, world, bearer)
    secret = bearer if bearer is not None else request.cookies.get(own_cookie(request, SESSION_COOKIE))
    if not secret and cookie_of(request):
        return await _person(request, world)
    if not secret:
        raise NotAuthenticatedError("This needs an API key: send it as 'Authorization: Bearer bvk_...'.")
    if bearer is None:
        check_same_origin(request)
    prefix, find = (SESSION_PREFIX, world.callers.by_session) if bearer is None else (KEY_PREFIX, world.callers.by_key)
    caller = world.callers.remembered(secret, prefix)
    if caller is None:
        caller = await run_in_threadpool(find, secret)
    seen_as(request, ActorKind.KEY, caller.key_id, caller.workspace.id)
    check_key(request, caller)
    world.limits.admit(caller.key_id, caller.workspace.id)
    return caller


async def _through_connector(request: Request, world: World, token: str) -> Caller:
    """Return the person for whom a connector asks, as he sees the workspace that he chose; it only reads reports."""
    if not request.url.path.startswith("/v1/looker/"):
        raise NotFoundError(f"There is nothing at {request.url.path}.")
    caller = world.token_memory.find(token)
    if caller is None:
        caller = await run_in_threadpool(_holding, world, token)
        world.token_memory.keep(token, caller)
    seen_as(request, ActorKind.CONNECTOR, caller.key_id, caller.workspace.id)
    check_role(request, caller.role)
    world.limits.admit(caller.key_id, caller.limited_as)
    return caller


def _holding(world: World, token: str) -> Caller:
    holder = holder_of(world.metadata, token)
    try:
        visitor = absent_visitor(world.metadata, holder.person_id)
        slug = next((one.slug for one in visitor.workspaces if one.id == holder.workspace_id), None)
        caller = None if slug is None else caller_of(world, visitor, slug)
    except (NotFoundError, SecondFactorNeededError):
        # The sign-in, to which the connector sends its person then, is where a second factor is asked for and set up.
        caller = None
    if caller is None:
        raise access_ended()
    return replace(caller, admin=False)


def _through_link(request: Request, world: World, token: str) -> Caller:
    """Return whoever holds a link; only what a report's page needs exists for him, and only that report."""
    share = share_of(world.metadata, token)
    seen_as(request, ActorKind.LINK, share.id, share.workspace_id)
    check_link_allows(request, share)
    check_reader(request, world, share)
    caller = caller_of_share(world.metadata, share, request.cookies.get(own_cookie(request, visit_cookie(share))))
    world.limits.admit(caller.key_id, caller.limited_as)
    return caller


def check_link_allows(request: Request, share: Share) -> None:
    """Raise NotFoundError for every address but the few that a report's page needs; new ones are refused."""
    route = getattr(request.scope.get("route"), "path", "")
    named = {request.path_params.get("template_id", share.template_id)}
    named.update(*(request.query_params.getlist(name) for name in ("report", "template")))
    if (request.method, route) not in _THROUGH_LINKS or named != {share.template_id}:
        raise NotFoundError(f"There is nothing at {request.url.path}.")


def check_reader(request: Request, world: World, share: Share) -> None:
    """Raise NotAuthenticatedError if a link is for people who sign in and nobody is, or somebody who sees less."""
    if share.kind is not ShareKind.PERSON:
        return
    with suppress(NotSignedInError):
        visitor = world.people.visitor(cookie_of(request))
        access = visitor.access_to(share.workspace_id)
        if access is not None and not access.needs_factor and sees_all_of(world, access, share):
            return
    raise NotAuthenticatedError("This link is for people who are signed in. Sign in, and open the link again.")


async def _person(request: Request, world: World) -> Caller:
    """Return a person who is signed in to the console, within his role and what was granted to him."""
    check_same_origin(request)
    visitor = await run_in_threadpool(world.people.visitor, cookie_of(request))
    caller = await run_in_threadpool(caller_of, world, visitor, request.query_params.get("workspace"))
    seen_as(request, ActorKind.PERSON, visitor.person.id, caller.workspace.id)
    check_role(request, caller.role)
    world.limits.admit(caller.key_id, caller.workspace.id)
    return caller


CallerDep = Annotated[Caller, Depends(get_caller)]


def reader_of(request: Request, world: World) -> Caller | None:
    """Return whoever opens a report's page, by the cookie of the viewer or of the console; None if nobody is known."""
    secret = request.cookies.get(own_cookie(request, SESSION_COOKIE))
    with suppress(NotAuthenticatedError, NotSignedInError, SecondFactorNeededError, NotFoundError):
        if secret and is_own_host(request):
            return world.callers.remembered(secret, SESSION_PREFIX) or world.callers.by_session(secret)
        if cookie_of(request) and is_own_host(request):
            return caller_of(world, world.people.visitor(cookie_of(request)))
    return None


def choose(caller: Caller, params: Mapping[str, ParameterValue], *, clients: bool = True) -> Selection:
    """Return the chosen workspace and client accounts; what the caller may not see does not exist for him."""
    wanted = answers(params.get("workspace"))
    if wanted and wanted != (caller.workspace.slug,):
        raise NotFoundError(f"There is no workspace '{', '.join(wanted)}' for this key.", workspace=list(wanted))
    slugs = answers(params.get("client")) if clients else ()
    chosen = caller.clients
    if slugs and ALL_CLIENTS not in slugs:
        known = {client.slug: client for client in caller.clients}
        missing = [slug for slug in slugs if slug not in known]
        if missing:
            raise NotFoundError(
                f"There is no client account '{', '.join(missing)}' for this key. Edit the data source and choose.",
                client=missing,
            )
        chosen = tuple(known[slug] for slug in slugs)
    scope = Scope(frozenset(client.id for client in chosen), caller.personal)
    money = _money(caller.workspace, chosen, answers(params.get("report_currency")))
    _check_time_zone(chosen, answers(params.get("time_zone")))
    return Selection(caller.workspace, chosen, scope, money)


def chosen_dataset(params: Mapping[str, ParameterValue]) -> str:
    """Return the chosen dataset."""
    names = answers(params.get("dataset"))
    if len(names) != 1:
        raise MissingChoiceError(
            "The data source has no dataset. Edit its configuration and choose one.", missing="dataset"
        )
    return names[0]


def _money(workspace: Workspace, clients: tuple[ClientAccount, ...], wanted: tuple[str, ...]) -> Money:
    """Return the one currency of the clients, or the workspace's own if they report in several or it is asked for."""
    currencies = {client.report_currency.upper() for client in clients}
    own = currencies.pop() if len(currencies) == 1 else None
    base = workspace.currency.upper()
    asked = wanted[0].upper() if wanted else own or base
    if len(wanted) > 1 or asked not in {own, base}:
        there = f"{own} or {base}" if own not in {None, base} else base
        raise MixedCurrencyError(
            f"These numbers are kept in {there}, not in {', '.join(wanted)}. Clear the report currency of the data "
            "source, or change the currency of the client account or of the workspace.",
            report_currency=list(wanted),
        )
    return Money(asked) if asked == own else Money(base, base=bool(clients))


def _check_time_zone(clients: tuple[ClientAccount, ...], wanted: tuple[str, ...]) -> None:
    """Refuse another clock than that of the client accounts: their days were made when the rows were loaded."""
    others = sorted({client.timezone for client in clients} - set(wanted))
    if wanted and others:
        raise UnsupportedChoiceError(
            f"The days of these numbers are those of {', '.join(others)}, not of {', '.join(wanted)}. Clear the time "
            "zone of the data source, or change that of the client account: belvedere client set.",
            time_zone=list(wanted),
        )


def _bearer(request: Request) -> str | None:
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, secret = header.partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise NotAuthenticatedError("The Authorization header must read 'Bearer' and an API key.")
    return secret.strip()


def check_same_origin(request: Request) -> None:
    """Refuse a cookie that another site's page makes the browser send, or that comes under a foreign host name."""
    if not is_own_host(request):
        raise NotAuthenticatedError(
            "The report cannot sign in under this host name. Open its own address, or set BELVEDERE_PUBLIC_URL."
        )
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        same = site == "same-origin"
    elif origin is not None:
        same = urlsplit(origin).netloc == request.headers.get("host", "")
    else:
        # Browsers name the origin of every request that may change something; plain reads need not.
        same = request.method in {"GET", "HEAD"}
    if not same:
        raise NotAllowedError("The report's session works only from the report's own pages.")


def is_own_host(request: Request) -> bool:
    """Return whether the request came under a name that cannot have been bent to us by foreign DNS."""
    name = host_name(request)
    world = world_of(request)
    return name in _LOOPBACK_NAMES or name in {world.settings.host, urlsplit(world.settings.public_url).hostname}


def host_name(request: Request) -> str | None:
    """Return the host name that the client used, without the port."""
    try:
        return urlsplit(f"//{request.headers.get('host', '')}").hostname
    except ValueError:
        return None


def is_at_this_machine(request: Request) -> bool:
    """Return whether a browser on this machine asks, under a local name and through no proxy."""
    client = request.client.host if request.client else ""
    forwarded = {"forwarded", "x-forwarded-for", "x-forwarded-host", "via"} & set(request.headers)
    return client in _LOOPBACK_NAMES and host_name(request) in _LOOPBACK_NAMES and not forwarded
