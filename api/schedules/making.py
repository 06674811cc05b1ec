"""Makes what all mails of one period have in common: numbers, pictures, the PDF, the client's look, the live link."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from api.brands.records import Brand
from api.brands.repository import Brands, logo_of
from api.errors import NotFoundError, ReportDataError
from api.reports import Choices, MailParts, PrintedReport, locale_of, render_mail_parts, report_pdf, template_of
from api.schedules.freshness import Lacking
from api.schedules.pictures import trimmed
from api.schedules.records import LiveLink, Schedule
from api.shares.links import make_share, revoke_share
from api.shares.records import ShareKind
from api.shares.wishes import ShareWish, checked
from api.telemetry import log
from api.workspaces.records import Caller
from api.workspaces.repository import Repository
from api.world import World
from looker_templates import Days, DrawingLimitError, Report

LINK_DAYS = 60
MOST_ATTACHED = 5_000_000  # bytes; many mailboxes take 10 MB, and base64 adds a third


@dataclass(frozen=True)
class MadeReport:
    """A report, ready to be written to anybody. `pdf_bytes` tells how large a PDF is that is not attached."""

    parts: MailParts
    report: Report
    last: str  # day of the period, YYYY-MM-DD
    locale: str
    brand: Brand | None
    logo: bytes | None
    live: str
    link: LiveLink
    share_id: str | None
    pdf: PrintedReport | None
    pdf_bytes: int | None
    wants_pdf: bool
    lacking: tuple[Lacking, ...]


def reader_of(world: World, schedule: Schedule) -> tuple[Caller, str | None]:
    """Return who reads for a schedule: the one client account that it is for, or all; and that one's slug."""
    with world.metadata.read() as session:
        repository = Repository(session)
        workspace = repository.workspace_by_id(schedule.workspace_id)
        known = tuple(repository.client_accounts(workspace.id))
    name, narrowed = f"schedule {schedule.id}", schedule.client_account_id is not None
    clients = tuple(one for one in known if not narrowed or one.id == schedule.client_account_id)
    if not clients:
        raise NotFoundError("The workspace has no client account to report on.")
    return Caller(name, name, workspace, clients, narrowed=narrowed, for_guests=True), clients[
        0
    ].slug if narrowed else None


def make_report(world: World, schedule: Schedule, days: Days, lacking: tuple[Lacking, ...]) -> MadeReport:
    """Make a report for one period; a PDF that takes too long is left out, everything else is raised."""
    caller, client = reader_of(world, schedule)
    report, locale = template_of(world, caller, schedule.template_id), locale_of(schedule.locale)
    parts = render_mail_parts(world, caller, report, client, days, locale)
    if parts.refused:
        more = f"; and {len(parts.refused) - 2} more" if len(parts.refused) > 2 else ""
        told = "; ".join(parts.refused[:2]) + more
        raise ReportDataError(f"The report is not sent, because numbers could not be read. {told}")
    parts = replace(parts, charts=tuple(replace(one, png=trimmed(one.png)) for one in parts.charts))
    printed: PrintedReport | None = None
    if schedule.attach_pdf:
        try:
            printed = report_pdf(world, caller, report, Choices(client=client, days=days, locale=locale))
        except DrawingLimitError as error:
            log().warning("the PDF of a mail is left out", schedule=schedule.id, reason=str(error))
    size = len(printed.content) if printed else None
    with world.metadata.read() as session:
        brand = Brands(session, caller.workspace.id).of(schedule.client_account_id)
        logo = logo_of(session, brand.id, dark=False) if brand is not None and brand.has_logo else None
    live, share_id = _live(world, caller, report, schedule, client, days)
    return MadeReport(
        parts=parts,
        report=report,
        last=days[1].isoformat(),
        locale=locale,
        brand=brand,
        logo=logo,
        live=live,
        link=schedule.link,
        share_id=share_id,
        pdf=printed if size is not None and size <= MOST_ATTACHED else None,
        pdf_bytes=size,
        wants_pdf=schedule.attach_pdf,
        lacking=lacking,
    )


def forget_link(world: World, schedule: Schedule, made: MadeReport) -> None:
    """End the link of a report that nobody has got."""
    if made.share_id is not None:
        revoke_share(world.metadata, schedule.workspace_id, made.share_id)


def _live(
    world: World, caller: Caller, report: Report, schedule: Schedule, client: str | None, days: Days
) -> tuple[str, str | None]:
    """Make the link to the live report, and return its address and id."""
    if schedule.link is LiveLink.NONE:
        return "", None
    kind = ShareKind.LINK if schedule.link is LiveLink.LINK else ShareKind.PERSON
    name = f"Mail: {schedule.name}"[:200]
    wish = ShareWish(kind=kind, name=name, clients=(client,) if client else (), days=LINK_DAYS)
    new = checked(caller, report, world.model_of(caller.workspace.slug), wish)
    share, token = make_share(world.metadata, caller.workspace.id, new, schedule.created_by)
    chosen = urlencode({"from": days[0].isoformat(), "to": days[1].isoformat(), "lang": locale_of(schedule.locale)})
    return f"{world.settings.address}/s/{token}?{chosen}", share.id
