"""What the pages of people show, and how their forms say what is granted."""

from collections.abc import Mapping

from fastapi import Response

from api.console.render import page
from api.errors import ApiError, MalformedRequestError, NotFoundError
from api.people.granting import grants_of, groups_of
from api.people.invitations import invitations_of
from api.people.members import demands_second_factor, members_of
from api.people.records import Access, Grant, Visitor
from api.people.roles import GIVES, Permission, Role, may
from api.templates.library import Library
from api.workspaces.repository import Repository
from api.world import World
from looker_templates import in_english
from schemas import Showing

_HERE = "/console/people"
_CLIENT = "client."
DOES = {
    Role.OWNER: "does everything",
    Role.MANAGER: "does everything but what is the owner’s: owners, their keys, the rules of the workspace",
    Role.ANALYST: "reads and explores, writes commentary and goals; sees no connections",
    Role.CLIENT_VIEWER: "reads the reports that are granted, nothing else",
}

SHOWINGS = {
    Showing.SHOWN: ("Shown", "values are shown as they are"),
    Showing.HIDDEN: ("Hidden", "every value reads (hidden), so rows fall together and totals stay the same"),
    Showing.HASHED: ("Hashed", "each value becomes a pseudonym that stays the same, so rows can still be told apart"),
}


def grant_of(world: World, access: Access, form: Mapping[str, str]) -> Grant:
    """Return what a form grants: the client accounts by slug, and a report if one was chosen."""
    with world.metadata.read() as session:
        known = {one.slug: one.id for one in Repository(session).client_accounts(access.workspace.id)}
    scope = form.get("scope", "")
    if scope not in {"all", "some"}:
        raise MalformedRequestError("Choose whether all client accounts are granted, or which.")
    slugs = [name.removeprefix(_CLIENT) for name in form if name.startswith(_CLIENT)]
    if any(one not in known for one in slugs):
        raise NotFoundError("There is no such client account. Load the page again.")
    chosen = () if scope == "all" else tuple(known[one] for one in slugs)
    return Grant(scope == "all", chosen, form.get("template") or None)


def people_page(
    world: World,
    visitor: Visitor,
    access: Access,
    wrong: tuple[str, ApiError] | None = None,
    *,
    given: Mapping[str, str] | None = None,
    made: tuple[str, str, str] | None = None,
    said: str = "",
) -> Response:
    """Return the page of all people; `made` is an invitation's address, its link and why it was not mailed."""
    workspace_id = access.workspace.id
    with world.metadata.read() as session:
        values: dict[str, object] = {
            "members": members_of(session, workspace_id),
            "invitations": invitations_of(session, workspace_id),
            "groups": groups_of(session, workspace_id),
            "grants": [one for one in grants_of(session, workspace_id) if one.kind != "person"],
            "demanded": demands_second_factor(session, workspace_id),
        }
    return _page(world, visitor, access, "people.html", wrong, given=dict(given or {}), made=made, said=said, **values)


def person_page(
    world: World, visitor: Visitor, access: Access, person_id: str, wrong: tuple[str, ApiError] | None = None
) -> Response:
    """Return the page of one person."""
    with world.metadata.read() as session:
        found = next((one for one in members_of(session, access.workspace.id) if one.person.id == person_id), None)
    if found is None:
        raise NotFoundError("There is no such person in this workspace.")
    return _page(world, visitor, access, "person.html", wrong, member=found, given={})


def _page(
    world: World, visitor: Visitor, access: Access, name: str, wrong: tuple[str, ApiError] | None, **values: object
) -> Response:
    with world.metadata.read() as session:
        clients = Repository(session).client_accounts(access.workspace.id)
        templates = Library(session, access.workspace.id).templates()
    return page(
        world,
        name,
        visitor=visitor,
        workspace=access.workspace,
        status=200 if wrong is None else 422,
        here=_HERE,
        clients=clients,
        client_names={one.id: one.name for one in clients},
        templates={one.id: in_english(one.title) for one in templates.values()},
        roles=[(one, DOES[one]) for one in Role if one in GIVES[access.role]],
        gives=GIVES[access.role],
        showings=SHOWINGS,
        owns=may(access.role, frozenset({Permission.OWN})),
        wrong={} if wrong is None else {wrong[0]: str(wrong[1])},
        **values,
    )
