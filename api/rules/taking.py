"""Takes what is saved: the catalogue and rules that loads and questions follow, and history made again by a job."""

import secrets
from dataclasses import dataclass

from api.jobs.records import Job, JobKind
from api.jobs.repository import JobRepository
from api.rules.files import RULES
from api.workspaces.records import Workspace
from api.workspaces.repository import Repository
from api.world import World
from schemas import SchemaError, extend_model
from warehouse import InvalidRuleError, read_rules


@dataclass(frozen=True)
class Standing:
    """Whether what is saved is what holds; `wrong` says why it could not be taken."""

    is_taken: bool
    wrong: str = ""


def standing(world: World, workspace: Workspace) -> Standing:
    """Compare the files with the catalogue and the rules that hold now."""
    folder = world.warehouse.places.own_folder(workspace.slug)
    with world.metadata.read() as session:
        clients = {one.slug: one.id for one in Repository(session).client_accounts(workspace.id, archived=True)}
    try:
        model = extend_model(world.warehouse.model, folder)
        files = read_rules(folder / RULES, model, list(clients))
    except (SchemaError, InvalidRuleError) as error:
        return Standing(is_taken=False, wrong=str(error).replace(f"{folder}/", ""))
    if workspace.slug not in world.warehouse.slugs():
        return Standing(is_taken=not files and model is world.warehouse.model)
    same = model.version == world.model_of(workspace.slug).version
    return Standing(is_taken=same and world.database(workspace.slug).has_rules(files))


def take(world: World, workspace: Workspace, *, again: bool) -> str:
    """Queue the job that takes the files and makes history again, and return its id; `again` even if no rule moved."""
    folder = world.warehouse.places.own_folder(workspace.slug)
    (folder / RULES).mkdir(mode=0o700, parents=True, exist_ok=True)
    # The files may have changed since an equal job, so no two of these are the same work.
    arguments = {"folder": str(folder / RULES), "apply": True, "again": again, "call": secrets.token_hex(8)}
    return world.runner.enqueue(workspace, JobKind.RULES, arguments)


def last_taking(world: World, workspace: Workspace) -> Job | None:
    """Return the newest job that took the files, or that tries them for a command."""
    with world.metadata.read() as session:
        return JobRepository(session).newest(workspace.id, JobKind.RULES)
