"""What a closed month keeps, for paper and mail: as the page shows it; the viewer's `src/frozen.ts` is the twin."""

import gzip
from collections.abc import Iterable
from dataclasses import replace

import orjson

from api.frozen.personal import as_shown
from api.frozen.repository import FrozenPeriods
from api.reports.asking import Answer, Answers, Refusal, ask_all, key_of
from api.reports.choices import Choices
from api.reports.standing import Standing
from api.workspaces.records import Caller
from api.world import World
from looker_templates import ALL_TIME, DataRequest, ToggleControl

_NOT_KEPT = Refusal("This was not in the report when the month was closed.")


def as_reported(world: World, caller: Caller, standing: Standing, choices: Choices) -> Standing:
    """Return the report with the numbers that its closed month keeps, if it is one and nothing is narrowed."""
    if choices.as_of_now or not _is_whole(standing, choices):
        return standing
    state, clients = standing.state, standing.selection.clients
    client = clients[0].id if choices.client or len(caller.clients) == 1 else None
    with world.metadata.read() as session:
        periods = FrozenPeriods(session, caller)
        for one in periods.all(standing.report.id):
            if (one.client_account_id, one.start, one.end) == (client, state.start, state.end):
                model = world.model_of(caller.workspace.slug)
                kept = unpacked(as_shown(periods.answers(one.id), model, caller.personal))
                return replace(standing, state=replace(state, today=one.as_of), kept=kept, reported_on=one.as_of)
    return standing


def answers_of(world: World, caller: Caller, standing: Standing, bodies: Iterable[DataRequest]) -> Answers:
    """Return the answers of a report's requests, from what its closed month keeps if that is shown."""
    if standing.kept is None:
        return ask_all(world, caller, bodies)
    found: dict[str, Answer | Refusal] = {}
    live: list[DataRequest] = []
    for body in bodies:
        if body["dateRange"]["startDate"] == ALL_TIME[0].isoformat():
            live.append(body)  # which days have data at all is no number of the month
        else:
            found[key_of(body)] = standing.kept.get(kept_key(body), _NOT_KEPT)
    return {**found, **ask_all(world, caller, live)}


def kept_key(body: DataRequest) -> str:
    """Return what makes requests of one client account equal, whether it is named or the only one."""
    params = {"workspace": "", "dataset": body["configParams"]["dataset"]}
    return key_of({**body, "configParams": params})


def packed(bodies: Iterable[DataRequest], answers: Answers) -> bytes:
    """Return the answers as gzipped JSON: a list of `request` with its `answer`, or why it was `refused`."""
    listed = []
    for body in bodies:
        answer = answers[key_of(body)]
        told = {"refused": answer.text} if isinstance(answer, Refusal) else {"answer": answer}
        listed.append({"request": body, **told})
    return gzip.compress(orjson.dumps({"answers": listed}), mtime=0)


def unpacked(content: bytes) -> Answers:
    """Return what was packed, by `kept_key`."""
    document = orjson.loads(gzip.decompress(content))
    return {
        kept_key(one["request"]): Refusal(one["refused"]) if "refused" in one else one["answer"]
        for one in document["answers"]
    }


def _is_whole(standing: Standing, choices: Choices) -> bool:
    toggles = [one for one in standing.report.controls if isinstance(one, ToggleControl)]
    narrowed = (choices.filters, choices.searches, choices.ranges, choices.drills)
    return not any(narrowed) and all(choices.toggles.get(one.id, one.default) == one.default for one in toggles)
