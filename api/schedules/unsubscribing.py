"""The address in each mail that ends it: asked back for people, at once for mail programs (RFC 8058)."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response
from sqlalchemy import select, update
from starlette.concurrency import run_in_threadpool

from api.brands.repository import Brands
from api.brands.routes import shown
from api.console.render import page
from api.dependencies import WorldDep
from api.limits import read_body
from api.reports.choices import locale_of
from api.schedules.models import ReportDeliveryRow, ReportRecipientRow, ReportRunRow, ReportScheduleRow
from api.schedules.words import mail_words
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import now
from api.workspaces.service import digest
from api.world import World

router = APIRouter(prefix="/unsubscribe", include_in_schema=False)

_MOST_BYTES = 2_000
_GOING_ON = b"subscribe=again"


@dataclass(frozen=True)
class _Subscription:
    """What the token of a mail stands for."""

    recipient_id: str
    address: str
    workspace_id: str
    client_account_id: str | None
    name: str
    locale: str
    unsubscribed_at: datetime | None


@router.get("/{token}")
def asked(token: str, request: Request, world: WorldDep) -> Response:
    """Ask back: programs that look at every link of a mail must not end it."""
    found = _find(world.metadata, token)
    return _page(request, world, found, "" if found is None or found.unsubscribed_at is None else "stopped")


@router.post("/{token}")
async def change(token: str, request: Request, world: WorldDep) -> Response:
    """End the mails to this recipient, or take them up again; a mail program's own button posts here as well."""
    body = await read_body(request, _MOST_BYTES)
    return await run_in_threadpool(_changed, token, request, world, body.strip() == _GOING_ON)


def _changed(token: str, request: Request, world: World, going_on: bool) -> Response:
    found = _find(world.metadata, token)
    if found is not None:
        mine = update(ReportRecipientRow).where(ReportRecipientRow.id == found.recipient_id)
        with world.metadata.write() as session:
            session.execute(mine.values(unsubscribed_at=None if going_on else found.unsubscribed_at or now()))
    return _page(request, world, found, "going" if going_on else "stopped")


def _find(metadata: MetadataDatabase, token: str) -> _Subscription | None:
    recipient, schedule = ReportRecipientRow, ReportScheduleRow
    query = (
        select(recipient, schedule)
        .join(schedule, schedule.id == recipient.schedule_id)
        .join(ReportRunRow, ReportRunRow.schedule_id == schedule.id)
        .join(ReportDeliveryRow, ReportDeliveryRow.run_id == ReportRunRow.id)
        .where(ReportDeliveryRow.digest == digest(token), ReportDeliveryRow.recipient == recipient.address)
    )
    with metadata.read() as session:
        row = session.execute(query).first()
        if row is None:
            return None
        person, about = row
        return _Subscription(
            recipient_id=person.id,
            address=person.address,
            workspace_id=about.workspace_id,
            client_account_id=about.client_account_id,
            name=about.name,
            locale=about.locale,
            unsubscribed_at=person.unsubscribed_at,
        )


def _page(request: Request, world: World, found: _Subscription | None, state: str) -> Response:
    locale = found.locale if found else locale_of(request.headers.get("accept-language", "").split(",")[0])
    words, brand = mail_words(locale), None
    if found is not None:
        with world.metadata.read() as session:
            brand = Brands(session, found.workspace_id).of(found.client_account_id)
    kind = "gone" if found is None else state or "stop"
    text: str = getattr(words, f"{kind}_text")
    if found is not None:
        text = text.format(name=found.name, address=found.address)
    return page(
        world,
        "unsubscribe.html",
        status=404 if found is None else 200,
        lang=locale,
        title=getattr(words, f"{kind}_title"),
        text=text,
        button={"stop": words.stop, "stopped": words.again}.get(kind, ""),
        going_on=kind == "stopped",
        brand=None if brand is None else shown(brand),
    )
