"""Every route of the application states what it needs, and the table says who has it."""

from collections.abc import Iterator

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.app import create_app
from api.people.roles import ALLOWED, GIVES, OF_ADMIN_KEYS, OF_READING_KEYS, Needs, Permission, Role, may
from api.settings import Settings
from api.world import open_world

# Whoever has no session and no key may come here; each finds out by itself what a link or a password is good for.
PUBLIC = {
    "/",
    "/.well-known/oauth-authorization-server",
    "/brand/{brand_id}.css",
    "/brand/{brand_id}/logo",
    "/connect/{token}",
    "/console/forgot",
    "/console/invitation/{token}",
    "/console/openid/{name}",
    "/console/openid/{name}/callback",
    "/console/reset/{token}",
    "/console/sign-in",
    "/console/sign-in/code",
    "/console/static/{name}",
    "/console/welcome/{token}",
    "/healthz",
    "/metrics",  # by a token of its own, or this machine
    "/oauth/callback/{provider}",
    "/oauth/choose",
    "/oauth/start/{token}",
    "/r/{template_id}",
    "/readyz",
    "/s/{token}",
    "/static/{name:path}",
    "/unsubscribe/{token}",
    "/v1/looker/oauth/introspect",
    "/v1/looker/oauth/revoke",
    "/v1/looker/oauth/token",
}
# Of these addresses one method is public: the page that asks for consent, and the exchange of a key for a cookie.
PUBLIC_METHODS = {("GET", "/console/authorise"), ("POST", "/v1/session"), ("DELETE", "/v1/session")}
_GUARDS = {"get_caller", "get_visitor"}  # they hold whoever asks to what the route has stated


def routes_of(router: object) -> Iterator[APIRoute]:
    """Give the routes of an application, those of included routers too."""
    for route in getattr(router, "routes", ()):
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from routes_of(included)
        elif isinstance(route, APIRoute):
            yield route


def calls_of(dependant: Dependant) -> Iterator[object]:
    """Give everything that runs before a route."""
    for one in dependant.dependencies:
        yield one.call
        yield from calls_of(one)


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[APIRoute]:
    with open_world(Settings(data_dir=tmp_path_factory.mktemp("roles"), log_level="warning")) as world:
        return list(routes_of(create_app(world)))


def test_every_route_states_what_it_needs_and_asks_who_comes(routes: list[APIRoute]) -> None:
    assert len(routes) > 150
    silent, unguarded, known = [], [], set()
    for route in routes:
        for method in route.methods or ():
            known.add(route.path)
            if route.path in PUBLIC or (method, route.path) in PUBLIC_METHODS:
                continue
            calls = list(calls_of(route.dependant))
            if not any(isinstance(one, Needs) for one in calls):
                silent.append(f"{method} {route.path}")
            if not _GUARDS & {getattr(one, "__name__", "") for one in calls}:
                unguarded.append(f"{method} {route.path}")
    assert not silent, f"say what they need with needs(Permission...): {silent}"
    assert not unguarded, f"they state a need that nothing checks: {unguarded}"
    assert PUBLIC - known <= {"/.well-known/oauth-authorization-server"}, "a public address is gone"


def test_what_is_stated_runs_before_whoever_asks_is_found_out(routes: list[APIRoute]) -> None:
    """A need that is noted after the check would let everybody in, or nobody."""
    for route in routes:
        calls = [getattr(one, "__name__", type(one).__name__) for one in calls_of(route.dependant)]
        if "Needs" in calls and _GUARDS & set(calls):
            last = max(at for at, name in enumerate(calls) if name == "Needs")
            assert last < min(at for at, name in enumerate(calls) if name in _GUARDS), route.path


def test_the_table() -> None:
    everything = frozenset(Permission)
    assert ALLOWED[Role.OWNER] == everything
    assert everything - ALLOWED[Role.MANAGER] == {Permission.OWN}
    assert ALLOWED[Role.ANALYST] == {"self", "read", "explore", "write", "design"}
    assert ALLOWED[Role.CLIENT_VIEWER] == {"self", "read"}
    assert Role.OWNER not in GIVES[Role.MANAGER]
    assert not GIVES[Role.ANALYST] | GIVES[Role.CLIENT_VIEWER]
    assert {"self", "keys", "people", "own"}.isdisjoint(OF_ADMIN_KEYS)
    assert OF_READING_KEYS < OF_ADMIN_KEYS


@pytest.mark.parametrize("role", Role)
def test_a_route_that_states_nothing_is_for_owners_alone(role: Role) -> None:
    assert may(role, frozenset()) == (role is Role.OWNER)
    assert not may(None, frozenset({Permission.SELF}))


def test_no_body_is_read_without_a_limit(routes: list[APIRoute]) -> None:
    """What the framework reads by itself has no limit: bodies are read by `read_body`, which answers 413."""
    assert [route.path for route in routes if route.body_field is not None] == []
