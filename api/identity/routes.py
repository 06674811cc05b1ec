"""The admin API of account matches: the review queue, decisions, and taking them back."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.connections.admin import REFUSALS, AdminDep, client_id_of, parsed, takes
from api.dependencies import WorldDep
from api.errors import NotFoundError
from api.identity.deciding import decide_match, match_by_hand, search_matches
from api.identity.matching import Place
from api.identity.queue import MatchQueue, StoredMatch
from api.people.roles import Permission, needs
from api.workspaces.records import Caller
from api.world import World

router = APIRouter(prefix="/v1/matches", tags=["matches"], responses=REFUSALS, dependencies=[needs(Permission.CONNECT)])

State = Literal["proposed", "accepted", "refused"]


class Decision(BaseModel):
    """What becomes of a match; `proposed` takes a decision back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: State


class NamedAccount(BaseModel):
    """An account's record at a source, by the id that the source has for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(min_length=1, max_length=63)
    account_id: str = Field(min_length=1, max_length=200)


class SameAccounts(BaseModel):
    """Two records of a client account that are the same account."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    client: str = Field(min_length=1, description="Slug or name of the client account.")
    accounts: tuple[NamedAccount, NamedAccount]


class PlaceAnswer(BaseModel):
    """An account's record at a source."""

    source: str
    account_id: str


class MatchAnswer(BaseModel):
    """Two records that are taken for one account, and why. Without `decided_by` a rule was sure enough."""

    id: str
    client: str | None
    accounts: list[PlaceAnswer]
    method: str = Field(description="explicit_id, crm_id, domain, email_domain or person.")
    evidence: str
    confidence: float
    state: State
    decided_by: str | None
    decided_at: datetime | None


class MatchesAnswer(BaseModel):
    """Matches, the least sure first; `found` says how many are new after a search."""

    matches: list[MatchAnswer]
    found: int = 0


@router.get("")
def matches(world: WorldDep, caller: AdminDep, state: State | None = None) -> MatchesAnswer:
    """List the matches; `state=proposed` is the queue that waits for a person."""
    return _listed(world, caller, state)


@router.post("/search")
def search(world: WorldDep, caller: AdminDep) -> MatchesAnswer:
    """Look at the accounts that were loaded for matches that are new."""
    found = search_matches(world, caller.workspace)
    return _listed(world, caller, None).model_copy(update={"found": found})


@router.post("", status_code=201, openapi_extra=takes(SameAccounts))
async def add(request: Request, world: WorldDep, caller: AdminDep) -> MatchAnswer:
    """Say by hand that two records are the same account; it is accepted at once, and numbers follow."""
    asked = await parsed(request, world, SameAccounts)
    return await run_in_threadpool(_added, world, caller, asked)


@router.post("/{match_id}", openapi_extra=takes(Decision))
async def decide(match_id: str, request: Request, world: WorldDep, caller: AdminDep) -> MatchAnswer:
    """Accept or refuse a match, or take a decision back; numbers follow within moments."""
    asked = await parsed(request, world, Decision)
    return await run_in_threadpool(_decided, world, caller, match_id, asked)


def _decided(world: World, caller: Caller, match_id: str, asked: Decision) -> MatchAnswer:
    found = decide_match(world, caller.workspace, match_id, asked.state, _who(caller))
    if found is None:
        raise NotFoundError(f"There is no match '{match_id[:40]}'. GET /v1/matches lists them.")
    return _answer(caller, found)


def _added(world: World, caller: Caller, asked: SameAccounts) -> MatchAnswer:
    first, second = (Place(one.source, one.account_id) for one in asked.accounts)
    client = client_id_of(world, caller, asked.client)
    if client is None:
        raise NotFoundError("Name a client account.")
    return _answer(caller, match_by_hand(world, caller.workspace, client, (first, second), _who(caller)))


def _who(caller: Caller) -> str:
    return f"key {caller.key_name}"[:200]


def _listed(world: World, caller: Caller, state: str | None) -> MatchesAnswer:
    with world.metadata.read() as session:
        found = MatchQueue(session, caller.workspace.id).matches(state)
    return MatchesAnswer(matches=[_answer(caller, one) for one in found])


def _answer(caller: Caller, stored: StoredMatch) -> MatchAnswer:
    slugs = {one.id: one.slug for one in caller.clients}
    places = (stored.match.place, stored.match.other)
    return MatchAnswer.model_validate(
        {
            "id": stored.id,
            "client": slugs.get(stored.client_account_id),
            "accounts": [{"source": one.source, "account_id": one.account_id} for one in places],
            "method": stored.match.method.value,
            "evidence": stored.match.evidence,
            "confidence": stored.match.confidence,
            "state": stored.state,
            "decided_by": stored.decided_by,
            "decided_at": stored.decided_at,
        }
    )
