"""From what a person was granted to the client accounts and reports that exist for him."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from api.errors import NotFoundError
from api.people.records import Access
from api.shares.confining import fields_of
from api.templates.library import Library
from api.workspaces.records import Caller, GrantedReports
from api.workspaces.repository import Repository
from looker_templates import Report, UnknownTemplateError
from schemas import Aliases, current_id
from warehouse import ClientAccount


def scope_of(session: Session, access: Access) -> tuple[tuple[ClientAccount, ...], GrantedReports | None]:
    """Return the client accounts of a person in a workspace, and his reports if he does not have all of theirs."""
    known, reach = Repository(session).client_accounts(access.workspace.id), access.reach
    if reach.every_client:
        return tuple(known), None
    if not reach.reports:
        return tuple(one for one in known if one.id in reach.clients), None
    every = frozenset(one.id for one in known)
    templates = Library(session, access.workspace.id).templates()
    reports = {
        name: every if clients is None else clients & every
        for name, clients in reach.reports.items()
        if name in templates
    }
    granted = GrantedReports(
        whole=reach.clients & every,
        reports=reports,
        fields={name: fields_of(templates[name]) for name in reports},
    )
    seen = granted.whole.union(*reports.values())
    return tuple(one for one in known if one.id in seen), granted


def granted_templates(caller: Caller, templates: Mapping[str, Report]) -> Mapping[str, Report]:
    """Return the templates that exist for a caller."""
    granted = caller.granted
    if granted is None or granted.whole:
        return templates
    return {name: one for name, one in templates.items() if granted.reports.get(name)}


def caller_for(caller: Caller, template_id: str, templates: Iterable[str] = ()) -> Caller:
    """Return a caller with those of his client accounts for which he may read a report; raise if there are none."""
    granted = caller.granted
    if granted is None:
        return caller
    seen = granted.whole | granted.reports.get(template_id, frozenset())
    if not seen:
        known = [name for name in templates if granted.reports.get(name)]
        raise UnknownTemplateError(template_id, known)
    return replace(caller, clients=tuple(one for one in caller.clients if one.id in seen))


def caller_asking(caller: Caller, dataset: str, names: Iterable[str], aliases: Aliases) -> Caller:
    """Return a caller with those of his client accounts whose granted reports show all of these fields."""
    granted = caller.granted
    if granted is None:
        return caller
    asked = list(names)
    seen = set(granted.whole)
    for client in caller.clients:
        shown = granted.shown(client.id, dataset)
        if asked and all(is_granted(shown, name, aliases) for name in asked):
            seen.add(client.id)
    if not seen:
        raise NotFoundError("There are no such numbers in the reports that were granted to you.")
    return replace(caller, clients=tuple(one for one in caller.clients if one.id in seen))


def granted_fields(caller: Caller, clients: Iterable[str], dataset: str) -> frozenset[str] | None:
    """Return the fields of a dataset that a person's reports show of these client accounts; None: all of them."""
    granted, asked = caller.granted, list(clients)
    if granted is None or granted.whole.intersection(asked):
        return None
    shown = frozenset[str]().union(*(granted.shown(one, dataset) for one in asked))
    if not shown:
        raise NotFoundError("There are no such numbers in the reports that were granted to you.")
    return shown


def is_granted(shown: frozenset[str], name: str, aliases: Aliases) -> bool:
    """Tell whether reports that show some fields show this one; what is made from a metric is shown with it."""
    known = {current_id(aliases, one) for one in shown} | shown
    return current_id(aliases, name) in known or current_id(aliases, name.partition("__")[0]) in known
