"""Commentary for those who read a report: what was written, and whether its numbers still hold."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.connections.admin import REFUSALS
from api.dependencies import CallerDep, WorldDep
from api.errors import MissingChoiceError
from api.people.roles import Permission, needs
from api.shares.confining import shows_text
from api.workspaces.records import Caller
from api.world import World
from api.writing.commentary import Entry
from api.writing.writing_commentary import facts_now, shown_entries
from schemas import InvalidDateRangeError

router = APIRouter(
    prefix="/v1/commentary", tags=["commentary"], responses=REFUSALS, dependencies=[needs(Permission.READ)]
)


class FactAnswer(BaseModel):
    """A number that the text speaks of; a change is in points of a percentage or score, else a share."""

    metric: str
    show: str
    value: float | None = Field(description="When the text was written.")
    now: float | None


class EntryAnswer(BaseModel):
    """One text, in Markdown, and the period that it was written for."""

    item: str
    text: str
    author: str
    written_at: datetime
    start: date
    end: date
    facts: list[FactAnswer]


class CommentaryAnswer(BaseModel):
    """Texts by item, the newest period first."""

    entries: list[EntryAnswer]


@router.get("")
def commentary(
    world: WorldDep,
    caller: CallerDep,
    start: Annotated[date, Query(alias="from", description="First day of the report's period.")],
    to: Annotated[date, Query(description="Last day.")],
    template: Annotated[str | None, Query(max_length=100, description="The template's id.")] = None,
    report: Annotated[str | None, Query(max_length=100, description="The same, as the report page says it.")] = None,
    client: Annotated[str | None, Query(max_length=200, description="A client account's slug.")] = None,
    lang: Annotated[str, Query(max_length=16, description="The reader's language.")] = "",
) -> CommentaryAnswer:
    """Return what was written for a report, a client account and a period.

    The text of the very period is alone; without one, those of periods within it or with half of its days in common.
    """
    name = template or report
    if name is None:
        raise MissingChoiceError("Say which template: ?template=...", missing="template")
    if to < start:
        raise InvalidDateRangeError("Give both days, `from` and `to`, in order.")
    found = shown_entries(world, caller, name, client or None, (start, to), lang)
    if (held := caller.share) is not None:
        placed = [(one, one.place) for one in found]
        found = [one for one, at in placed if shows_text(held, at.client_account_id, at.start, at.end)]
    return CommentaryAnswer(entries=[_answer(world, caller, one) for one in found])


def _answer(world: World, caller: Caller, one: Entry) -> EntryAnswer:
    return EntryAnswer(
        item=one.place.item,
        text=one.text,
        author=caller.personal.masked(one.author),
        written_at=one.written_at,
        start=one.place.start,
        end=one.place.end,
        facts=[FactAnswer.model_validate(fact) for fact in facts_now(world, caller, one)],
    )
