"""The page where people look at accounts of several sources that may be the same."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.console.render import go_to, page
from api.console.sessions import OwnFormDep, VisitorDep, chosen_workspace
from api.console.standing import label_of
from api.dependencies import WorldDep
from api.errors import NotFoundError
from api.identity.matching import Place
from api.identity.queue import ACCEPTED, PROPOSED, REFUSED, MatchQueue, StoredMatch, look_for_matches, read_candidates
from api.people.records import Visitor
from api.workspaces.records import Workspace
from api.workspaces.repository import Repository
from api.world import World

router = APIRouter(prefix="/console/matches", include_in_schema=False)

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
    workspace = chosen_workspace(request, visitor)
    if workspace.slug in world.warehouse.slugs():
        database = world.database(workspace.slug)
        await run_in_threadpool(look_for_matches, world.metadata, database, workspace.id)
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
    with world.metadata.write() as session:
        if MatchQueue(session, workspace.id).decide(match_id, state, who) is None:
            raise NotFoundError("There is no such match any more. Load the page again.")


def _page(world: World, visitor: Visitor, workspace: Workspace) -> Response:
    with world.metadata.read() as session:
        stored = MatchQueue(session, workspace.id).matches()
        clients = {one.id: one.name for one in Repository(session).client_accounts(workspace.id)}
    names = _names(world, workspace) if stored else {}
    shown = [_shown(one, clients, names) for one in stored]
    return page(
        world,
        "matches.html",
        visitor=visitor,
        workspace=workspace,
        here="/console/matches",
        waiting=[one for one in shown if one.stored.state == PROPOSED][:_MOST],
        decided=[one for one in shown if one.stored.state != PROPOSED][:_MOST],
        total=len(stored),
        most=_MOST,
    )


def _shown(stored: StoredMatch, clients: dict[str, str], names: dict[Place, str]) -> ShownMatch:
    places = (stored.match.place, stored.match.other)
    return ShownMatch(
        stored,
        clients.get(stored.client_account_id, "–"),
        (names.get(places[0], places[0].account_id), names.get(places[1], places[1].account_id)),
        (label_of(places[0].source), label_of(places[1].source)),
    )


def _names(world: World, workspace: Workspace) -> dict[Place, str]:
    if workspace.slug not in world.warehouse.slugs():
        return {}
    candidates = read_candidates(world.database(workspace.slug))
    return {one.place: one.name for listed in candidates.values() for one in listed if one.name}
