"""Accepted matches become links in the warehouse, so that several records count as one account."""

from collections import defaultdict

from api.identity.matching import Place, standing
from api.identity.queue import ACCEPTED, MatchQueue, StoredMatch
from api.jobs.task import Task
from api.workspaces.database import MetadataDatabase
from warehouse import AccountLink, WorkspaceDatabase


def account_links(metadata: MetadataDatabase, workspace_id: str) -> list[AccountLink]:
    """Return the links that the accepted matches of a workspace make; each tells of the surest match of its record."""
    with metadata.read() as session:
        queue = MatchQueue(session, workspace_id)
        accepted = queue.matches(ACCEPTED)
        clients = {one.client_account_id for one in accepted}
        leaders = {client: queue.groups(client) for client in clients}
    surest: dict[tuple[str, Place], StoredMatch] = {}
    for one in accepted:  # the least sure come first
        surest |= {(one.client_account_id, place): one for place in (one.match.place, one.match.other)}
    return [
        _link(client, place, leader, position, surest[client, place])
        for client, of_client in leaders.items()
        for leader, members in _members(of_client).items()
        for position, place in enumerate(members)
    ]


def copy_account_links(metadata: MetadataDatabase, database: WorkspaceDatabase, workspace_id: str) -> bool:
    """Let the numbers of a workspace follow its accepted matches, and tell whether anything changed."""
    return database.put_account_links(lambda: account_links(metadata, workspace_id))


def run_links(task: Task) -> dict[str, object]:
    """Let numbers follow the matches, after a decision."""
    if task.workspace.slug not in task.warehouse.slugs():
        return {"changed": False}
    database = task.warehouse.workspace(task.workspace.slug)
    return {"changed": copy_account_links(task.metadata, database, task.workspace.id)}


def _members(leaders: dict[Place, Place]) -> dict[Place, list[Place]]:
    found: dict[Place, list[Place]] = defaultdict(list)
    for place in sorted(leaders, key=standing):
        found[leaders[place]].append(place)
    return found


def _link(client: str, place: Place, leader: Place, position: int, by: StoredMatch) -> AccountLink:
    return AccountLink(
        client,
        place.source,
        place.account_id,
        leader.source,
        leader.account_id,
        position,
        by.match.method.value,
        by.match.confidence,
        by.decided_by,
    )
