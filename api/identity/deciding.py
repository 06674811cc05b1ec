"""What people decide about matches: accepting, refusing, taking back, and saying by hand that two records are one."""

import secrets

from api.errors import MalformedRequestError, NotFoundError
from api.identity.matching import Place
from api.identity.queue import MatchQueue, StoredMatch, look_for_matches, person_says, read_candidates
from api.jobs.records import JobKind
from api.workspaces.records import Workspace
from api.world import World


def decide_match(world: World, workspace: Workspace, match_id: str, state: str, who: str) -> StoredMatch | None:
    """Accept or refuse a match or take a decision back; None if there is none with this id. Numbers follow soon."""
    with world.metadata.write() as session:
        found = MatchQueue(session, workspace.id).decide(match_id, state, who)
    if found is not None:
        _follow(world, workspace)
    return found


def search_matches(world: World, workspace: Workspace) -> int:
    """Look at the accounts that were loaded, and return how many new matches there are."""
    if workspace.slug not in world.warehouse.slugs():
        return 0
    found = look_for_matches(world.metadata, world.database(workspace.slug), workspace.id)
    if found:
        _follow(world, workspace)
    return found


def match_by_hand(
    world: World, workspace: Workspace, client_account_id: str, places: tuple[Place, Place], who: str
) -> StoredMatch:
    """Accept that two records are the same account because a person says so; both must be there."""
    first, second = places
    if first == second:
        raise MalformedRequestError("These are one and the same record. Name two.")
    known = _known_places(world, workspace, client_account_id)
    for place in places:
        if place not in known:
            named = f"'{place.account_id[:80]}' of the source '{place.source[:40]}'"
            raise NotFoundError(
                f"This client account has no account {named} here. Use the id that the source has for it, and sync the "
                "source first."
            )
    with world.metadata.write() as session:
        stored = MatchQueue(session, workspace.id).accept(client_account_id, person_says(first, second), who)
    _follow(world, workspace)
    return stored


def _known_places(world: World, workspace: Workspace, client_account_id: str) -> set[Place]:
    if workspace.slug not in world.warehouse.slugs():
        return set()
    candidates = read_candidates(world.database(workspace.slug))
    return {one.place for one in candidates.get(client_account_id, [])}


def _follow(world: World, workspace: Workspace) -> None:
    # Each decision is a job of its own: one that runs may have read the matches before it.
    world.runner.enqueue(workspace, JobKind.LINKS, {"change": secrets.token_hex(8)})
