"""The page where people look at accounts of several sources that may be the same."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.console.render import go_to, page
from api.console.sessions import OwnFormDep, VisitorDep, chosen_workspace
from api.console.standing import label_of
from api.dependencies import WorldDep
from api.errors import ApiError, MalformedRequestError, NotFoundError
from api.identity.deciding import decide_match, match_by_hand, search_matches
from api.identity.matching import Place
from api.identity.queue import ACCEPTED, PROPOSED, REFUSED, MatchQueue, StoredMatch, read_candidates
from api.people.records import Visitor
from api.people.roles import Permission, needs
from api.workspaces.records import Workspace
from api.workspaces.repository import Repository
from api.world import World

router = APIRouter(prefix="/console/matches", include_in_schema=False, dependencies=[needs(Permission.CONNECT)])

_MOST = 200  # on one page; the least sure come first


@dataclass(frozen=True)
class ShownMatch:
    """A match with the names that people know its accounts by."""

    stored: StoredMatch
    client: str
    names: tuple[str, str]
    sources: tuple[str, str]


@router.get("")
def matches(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """List what waits for a decision, and what was decided."""
    return _page(world, visitor, chosen_workspace(request, visitor))


@router.post("/search")
async def search(request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep) -> Response:
    """Look for matches among the accounts that are here now."""
    await run_in_threadpool(search_matches, world, chosen_workspace(request, visitor))
    return go_to("/console/matches")


@router.post("")
async def add(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Take two records for the same account because a person says so."""
    workspace = chosen_workspace(request, visitor)
    try:
        await run_in_threadpool(_add, world, workspace, form, visitor.person.email)
    except (NotFoundError, MalformedRequestError) as error:
        return _page(world, visitor, workspace, form, error)
    return go_to("/console/matches")


@router.post("/{match_id}")
async def decide(match_id: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Accept or refuse a match, or put it back."""
    workspace, state = chosen_workspace(request, visitor), form.get("state", "")
    if state not in {PROPOSED, ACCEPTED, REFUSED}:
        raise NotFoundError("There is no such decision. Load the page again.")
    await run_in_threadpool(_decide, world, workspace, match_id, state, visitor.person.email)
    return go_to("/console/matches")


def _decide(world: World, workspace: Workspace, match_id: str, state: str, who: str) -> None:
    if decide_match(world, workspace, match_id, state, who) is None:
        raise NotFoundError("There is no such match any more. Load the page again.")


def _add(world: World, workspace: Workspace, form: dict[str, str], who: str) -> None:
    client = form.get("client", "")
    with world.metadata.read() as session:
        if client not in {one.id for one in Repository(session).client_accounts(workspace.id)}:
            raise NotFoundError("There is no such client account any more. Load the page again.")
    first, second = (Place(form.get(f"source_{one}", ""), form.get(f"account_{one}", "").strip()) for one in (1, 2))
    match_by_hand(world, workspace, client, (first, second), who)


def _page(
    world: World,
    visitor: Visitor,
    workspace: Workspace,
    given: dict[str, str] | None = None,
    error: ApiError | None = None,
) -> Response:
    with world.metadata.read() as session:
        stored = MatchQueue(session, workspace.id).matches()
        clients = {one.id: one.name for one in Repository(session).client_accounts(workspace.id)}
    names = _names(world, workspace)
    shown = [_shown(one, clients, names) for one in stored]
    return page(
        world,
        "matches.html",
        visitor=visitor,
        workspace=workspace,
        status=200 if error is None else 422,
        here="/console/matches",
        waiting=[one for one in shown if one.stored.state == PROPOSED][:_MOST],
        decided=[one for one in shown if one.stored.state != PROPOSED][:_MOST],
        total=len(stored),
        most=_MOST,
        clients=clients,
        sources=sorted(((one, label_of(one)) for one in {place.source for place in names}), key=lambda one: one[1]),
        given=given or {},
        wrong="" if error is None else str(error),
    )


def _shown(stored: StoredMatch, clients: dict[str, str], names: dict[Place, str]) -> ShownMatch:
    places = (stored.match.place, stored.match.other)
    return ShownMatch(
        stored,
        clients.get(stored.client_account_id, "–"),
        (names.get(places[0]) or places[0].account_id, names.get(places[1]) or places[1].account_id),
        (label_of(places[0].source), label_of(places[1].source)),
    )


def _names(world: World, workspace: Workspace) -> dict[Place, str]:
    if workspace.slug not in world.warehouse.slugs():
        return {}
    candidates = read_candidates(world.database(workspace.slug))
    return {one.place: one.name for listed in candidates.values() for one in listed}
