"""The admin API of notices: what needs somebody, to whom it was sent, and the webhook."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.connections.admin import REFUSALS, AdminDep, parsed, takes
from api.dependencies import WorldDep
from api.errors import NotFoundError
from api.notices.letters import notice_document
from api.notices.records import Channel, DeliveryState, Notice, NoticeDelivery, NoticeKind, NoticeState
from api.notices.repository import NoticeRepository
from api.notices.webhook import put_webhook, remove_webhook
from api.people.roles import Permission, needs
from api.workspaces.records import Workspace
from api.world import World

router = APIRouter(prefix="/v1/notices", tags=["notices"], responses=REFUSALS, dependencies=[needs(Permission.OPERATE)])


class SubjectAnswer(BaseModel):
    """What a notice is about."""

    kind: str
    id: str
    name: str


class DeliveryAnswer(BaseModel):
    """A message of a notice; `error` is what the last try met, `next_try_at` when the next one is."""

    id: str
    channel: Channel
    recipient: str = Field(description="An e-mail address, or the origin of the webhook.")
    state: DeliveryState
    tries: int
    error: str | None
    next_try_at: datetime | None
    sent_at: datetime | None


class NoticeAnswer(BaseModel):
    """Something that needs somebody, or needed it."""

    id: str
    workspace: str
    kind: NoticeKind
    title: str
    state: NoticeState
    subject: SubjectAnswer
    evidence: str
    next_step: str
    first_seen_at: datetime
    last_sent_at: datetime | None
    resolved_at: datetime | None
    url: str = Field(description="The page of the console where something can be done about it.")
    deliveries: list[DeliveryAnswer]


class NoticesAnswer(BaseModel):
    """Notices: open ones first, then the newest first."""

    notices: list[NoticeAnswer]
    open: int
    webhook: str | None = Field(description="The origin of the webhook, if there is one.")


class WebhookAsked(BaseModel):
    """Where notices are to be posted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(min_length=1, max_length=2_000, description="The whole address, https:// in earnest.")


class WebhookAnswer(BaseModel):
    """The webhook that was set. The secret signs every message and is shown only now."""

    origin: str
    secret: str


@router.get("")
def notices(world: WorldDep, caller: AdminDep, state: NoticeState | None = None) -> NoticesAnswer:
    """List the notices with what became of their messages; `state=open` is what needs somebody now."""
    with world.metadata.read() as session:
        repository = NoticeRepository(session)
        found = repository.notices(caller.workspace.id, state)
        count, webhook = repository.open_count(caller.workspace.id), repository.webhook(caller.workspace.id)
    return NoticesAnswer(
        notices=[_answer(world, caller.workspace, one) for one in found],
        open=count,
        webhook=None if webhook is None else webhook.origin,
    )


@router.put("/webhook", openapi_extra=takes(WebhookAsked))
async def set_webhook(request: Request, world: WorldDep, caller: AdminDep) -> WebhookAnswer:
    """Set the webhook of the workspace, in the place of an earlier one; open notices are posted to it as well."""
    asked = await parsed(request, world, WebhookAsked)
    webhook = await run_in_threadpool(put_webhook, world.metadata, caller.workspace.id, asked.url)
    return WebhookAnswer(origin=webhook.origin, secret=webhook.secret)


@router.delete("/webhook", status_code=204)
def forget_webhook(world: WorldDep, caller: AdminDep) -> Response:
    """Forget the webhook; what waits for it is dropped."""
    if not remove_webhook(world.metadata, caller.workspace.id):
        raise NotFoundError("There is no webhook. PUT /v1/notices/webhook sets one.")
    return Response(status_code=204)


def _answer(world: World, workspace: Workspace, notice: Notice) -> NoticeAnswer:
    return NoticeAnswer.model_validate(
        {
            **notice_document(notice, workspace, world.settings.address),
            "last_sent_at": notice.last_sent_at,
            "resolved_at": notice.resolved_at,
            "deliveries": [_delivery(one) for one in notice.deliveries],
        }
    )


def _delivery(one: NoticeDelivery) -> dict[str, object]:
    return {
        "id": one.id,
        "channel": one.recipient.channel,
        "recipient": one.recipient.address,
        "state": one.state,
        "tries": one.tries,
        "error": one.error,
        "next_try_at": one.next_try_at if one.state is DeliveryState.WAITING else None,
        "sent_at": one.sent_at,
    }
