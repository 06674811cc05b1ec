"""Client accounts from a list: a CSV file is checked line by line, and added whole or not at all."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from api.errors import InvalidSettingError, MalformedRequestError
from api.people.granting import DOMAIN, checked_domain, keep_grant
from api.people.records import Grant
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import new_id
from api.workspaces.records import Workspace
from api.workspaces.repository import Repository
from api.workspaces.service import slug_of
from api.workspaces.settings import client_change
from warehouse import ClientAccount

MOST_LINES = 2_000
MOST_BYTES = 1_000_000
COLUMNS = {
    "name": "name",
    "slug": "slug",
    "currency": "report_currency",
    "timezone": "timezone",
    "industry": "industry",
    "region": "region",
    "country": "country",
    "service_level": "service_level",
    "owner": "account_owner",
    "domain": "domain",
}
_NOT_SETTINGS = frozenset({"name", "slug", "domain"})


@dataclass(frozen=True)
class Listed:
    """A client account of the list; people with an address of `domain` may read its reports."""

    line: int
    client: ClientAccount
    domain: str | None = None


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a line; line 1 is the header."""

    line: int
    problem: str


@dataclass(frozen=True)
class Plan:
    """What a list would add, and what is wrong with it."""

    listed: tuple[Listed, ...] = ()
    troubles: tuple[Trouble, ...] = field(default=())


def plan_list(session: Session, workspace: Workspace, data: bytes) -> Plan:
    """Read a list and check every line against the workspace and the lines before; nothing is stored."""
    lines = list(_lines(data))
    header = [_column(one) for one in (lines[0][1] if lines else [])]
    unknown = [one for one in header if one not in COLUMNS]
    if unknown or "name" not in header or len(set(header)) != len(header):
        wrong = f"'{unknown[0][:40]}' is no column" if unknown else "a column 'name' is needed, and each column once"
        return Plan(troubles=(Trouble(1, f"{wrong}. There are: {', '.join(COLUMNS)}."),))
    known = Repository(session).client_accounts(workspace.id, archived=True)
    taken = {one.slug for one in known} | {one.name.casefold() for one in known}
    listed, troubles = [], []
    for line, cells in lines[1:]:
        if len(cells) != len(header):
            troubles.append(Trouble(line, f"{len(cells)} cells, but the header has {len(header)}."))
            continue
        try:
            found = _listed(
                line, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}, workspace, taken
            )
        except (InvalidSettingError, MalformedRequestError) as error:
            troubles.append(Trouble(line, str(error)))
            continue
        taken |= {found.client.slug, found.client.name.casefold()}
        listed.append(found)
    if not listed and not troubles:
        troubles.append(Trouble(1, "There is no line below the header."))
    return Plan(tuple(listed), tuple(troubles))


def add_list(metadata: MetadataDatabase, workspace: Workspace, data: bytes, who: str) -> Plan:
    """Add every client account of a list in one transaction; with a single mistake in it, none."""
    with metadata.write() as session:
        plan = plan_list(session, workspace, data)
        if plan.troubles:
            return plan
        repository = Repository(session)
        for one in plan.listed:
            repository.add_client_account(workspace.id, one.client)
        for one in plan.listed:
            if one.domain is not None:
                keep_grant(
                    session, workspace.id, DOMAIN, one.domain, Grant(every_client=False, clients=(one.client.id,)), who
                )
    return plan


def _listed(line: int, cells: Mapping[str, str], workspace: Workspace, taken: set[str]) -> Listed:
    given = {COLUMNS[name]: cell for name, cell in cells.items() if cell and name not in _NOT_SETTINGS}
    name, slug = cells["name"], cells.get("slug", "")
    values = client_change({**given, "name": name})
    if slug and slug != slug_of(slug):
        raise MalformedRequestError(f"'{slug[:60]}' cannot be a slug: use lower-case letters, digits and hyphens.")
    if name.casefold() in taken:
        raise MalformedRequestError(f"There is a client account '{name[:60]}' already.")
    if slug in taken:
        raise MalformedRequestError(f"There is a client account with the slug '{slug}' already.")
    domain = cells.get("domain", "")
    client = ClientAccount(
        id=new_id(),
        slug=slug or _free(slug_of(name), taken),
        name=name,
        timezone=workspace.timezone,
        report_currency=workspace.currency,
    )
    return Listed(line, replace(client, **values), checked_domain(domain) if domain else None)  # type: ignore[arg-type]  # checked above


def _free(wanted: str, taken: set[str]) -> str:
    slug, number = wanted, 2
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


def _lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each line that is not empty, with its number; comma or semicolon, whichever the header has."""
    if len(data) > MOST_BYTES:
        raise MalformedRequestError(f"The list is too long: at most {MOST_BYTES:,} bytes.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedRequestError("The list is not UTF-8. Save it as CSV in UTF-8 and try again.") from error
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",", strict=True)
    count = 0
    try:
        for cells in reader:
            if not any(one.strip() for one in cells):
                continue
            count += 1
            if count > MOST_LINES + 1:
                raise MalformedRequestError(f"The list is too long: at most {MOST_LINES:,} client accounts at once.")
            yield reader.line_num, cells
    except csv.Error as error:
        raise MalformedRequestError(f"Line {reader.line_num} of the list cannot be read: {error}.") from error


def _column(name: str) -> str:
    plain = name.strip().lower().replace(" ", "_").replace("-", "_")
    return {"time_zone": "timezone", "report_currency": "currency", "account_owner": "owner"}.get(plain, plain)
