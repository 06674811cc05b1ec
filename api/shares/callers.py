"""From a share link to a caller, who is held to it."""

from collections.abc import Mapping
from dataclasses import replace

from api.errors import NotAuthenticatedError, NotFoundError
from api.shares.confining import fields_of
from api.shares.links import GONE, is_unlocked
from api.shares.records import FilterValues, Share, ShareLimits
from api.templates.library import Library
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Caller
from api.workspaces.repository import Repository
from looker_templates import UnknownTemplateError
from schemas import PersonalData, Showing, current_id, load_model


def caller_of_share(metadata: MetadataDatabase, share: Share, visit: str | None) -> Caller:
    """Return the caller behind a link; `visit` is the secret of a browser that has given the password."""
    if not is_unlocked(metadata, share, visit):
        raise NotAuthenticatedError("This link needs its password. Load the page again and enter it.")
    with metadata.read() as session:
        repository = Repository(session)
        workspace = repository.workspace_by_id(share.workspace_id)
        known = repository.client_accounts(workspace.id)
        clients = tuple(one for one in known if share.clients is None or one.id in share.clients)
        try:
            report = Library(session, workspace.id).template(share.template_id)
        except UnknownTemplateError as error:
            raise NotFoundError(GONE) from error
    if not clients:
        raise NotFoundError(GONE)
    limits = ShareLimits(
        share.id, share.template_id, share.filters, share.dates, share.clients is None, fields_of(report)
    )
    caller = Caller(f"link {share.id}", "", workspace, clients, narrowed=True, share=limits)
    return replace(caller, share=replace(limits, filters=_as_shown(share.filters, caller.personal)))


def _as_shown(filters: Mapping[str, FilterValues], personal: PersonalData) -> Mapping[str, FilterValues]:
    """Return a link's filters with people named as its reader is shown them.

    Where they are hidden, one word stands for all of them and would open more than the link: no value is left, and
    nothing is answered.
    """
    if personal.showing is Showing.SHOWN:
        return filters
    model = load_model()
    shown = dict(filters)
    for name, values in filters.items():
        dimension = model.dimensions.get(current_id(model.aliases, name))
        if dimension is None or dimension.personal is None:
            continue
        hidden = personal.showing is Showing.HIDDEN
        shown[name] = () if hidden else tuple(None if one is None else personal.masked(one) for one in values)
    return shown
