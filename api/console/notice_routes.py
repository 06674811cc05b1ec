"""The page of notices: what needs somebody, to whom it was sent, and where else it is sent."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.console.render import go_to, page
from api.console.sessions import OwnFormDep, VisitorDep, chosen_workspace
from api.dependencies import WorldDep
from api.errors import InvalidSettingError
from api.notices.delivering import Post
from api.notices.recipients import owners_of
from api.notices.records import NoticeState, Recipient
from api.notices.repository import NoticeRepository
from api.notices.webhook import put_webhook, remove_webhook
from api.people.records import Visitor
from api.people.roles import Permission, needs
from api.workspaces.records import Workspace
from api.world import World

router = APIRouter(prefix="/console/notices", include_in_schema=False, dependencies=[needs(Permission.OPERATE)])

_MOST = 200  # on one page
_MOST_RESOLVED = 50


@router.get("")
def notices(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """List the notices, open ones first."""
    return _page(world, visitor, chosen_workspace(request, visitor))


@router.post("/webhook")
async def set_webhook(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Set the webhook; its secret is shown this one time."""
    workspace, url = chosen_workspace(request, visitor), form.get("url", "")
    try:
        webhook = await run_in_threadpool(put_webhook, world.metadata, workspace.id, url)
    except InvalidSettingError as error:
        return await run_in_threadpool(_page, world, visitor, workspace, wrong=str(error), given=url)
    return await run_in_threadpool(_page, world, visitor, workspace, secret=webhook.secret)


@router.post("/test")
async def send_test(request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep) -> Response:
    """Send a test to the person who asks and to the webhook, and say what became of it."""
    workspace, settings = chosen_workspace(request, visitor), world.settings
    post = Post(world.metadata, world.mailer, settings.address, settings.product_name)
    tried = await run_in_threadpool(post.try_out, workspace, visitor.person.email)
    return await run_in_threadpool(_page, world, visitor, workspace, tried=tried)


@router.post("/webhook/remove")
async def forget_webhook(request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep) -> Response:
    """Forget the webhook."""
    await run_in_threadpool(remove_webhook, world.metadata, chosen_workspace(request, visitor).id)
    return go_to("/console/notices")


def _page(
    world: World,
    visitor: Visitor,
    workspace: Workspace,
    *,
    secret: str = "",
    wrong: str = "",
    given: str = "",
    tried: Sequence[tuple[Recipient, str | None]] = (),
) -> Response:
    with world.metadata.read() as session:
        repository = NoticeRepository(session)
        opened = repository.notices(workspace.id, NoticeState.OPEN, _MOST)
        resolved = repository.notices(workspace.id, NoticeState.RESOLVED, _MOST_RESOLVED)
        webhook, owners = repository.webhook(workspace.id), owners_of(session, workspace.id)
    return page(
        world,
        "notices.html",
        visitor=visitor,
        workspace=workspace,
        status=422 if wrong else 200,
        here="/console/notices",
        opened=opened,
        resolved=resolved,
        owners=owners,
        mail_server=None if world.mailer is None else world.mailer.server.place,
        webhook=None if webhook is None else webhook.origin,
        secret=secret,
        wrong=wrong,
        given=given,
        tried=tried,
    )
