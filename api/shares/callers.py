"""From a share link to a caller, who is held to it."""

from api.errors import NotAuthenticatedError, NotFoundError
from api.shares.confining import fields_of
from api.shares.links import GONE, is_unlocked
from api.shares.records import Share, ShareLimits
from api.templates.library import Library
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Caller
from api.workspaces.repository import Repository
from looker_templates import UnknownTemplateError


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
    return Caller(f"link {share.id}", "", workspace, clients, narrowed=True, share=limits)
