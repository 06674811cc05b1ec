"""Runs the three kinds of questions against a real server, and counts what was asked."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings

from api.app import create_app
from api.settings import Settings
from api.workspaces.service import create_key, find_or_create_workspace
from api.world import open_world
from tests.api.serving import MAPPING, load, serving, write_tickets
from tests.fuzz.desk import Desk
from tests.fuzz.questions import Question, bodies, questions
from tests.fuzz.relations import wrong_on_wide_page
from tests.fuzz.rows import fill
from tests.fuzz.truth import Truth, wrong_status
from tests.fuzz.wide import DATASETS, Wide, wide_questions
from tests.fuzz.wire import Wire
from tests.plain_http import client_of

Test = TypeVar("Test", bound=Callable[..., None])
# Who asks, and which client account he chooses. What the last two get is what "acme" gets, and comes from memory.
PAIRS = (
    ("main", None), ("main", "globex"), ("acme", None), ("other", None), ("main", "acme"), ("acme", "acme"),
)  # fmt: skip
SCOPES = PAIRS[:4]
AGAIN = 2  # questions of a page are asked once more
PAGE = len(PAIRS) + 2 * len(SCOPES) + AGAIN
WIDE = 0.6  # of the questions are about any dataset
WIDE_PAGE = 18  # requests at most about such a question
CLIENTS = (("main", "acme", 60), ("main", "globex", 40), ("other", "initech", 30))


@dataclass(frozen=True)
class Stage:
    """A server that is asked: what is right about tickets, and the schemas of all datasets."""

    truth: Truth
    desk: Desk


@contextmanager
def asked(folder: Path) -> Iterator[Stage]:
    """Start a server with three clients' tickets and rows of every other entity, and read the truth about tickets."""
    settings = Settings(
        data_dir=folder / "data",
        log_level="error",
        rate_burst=10**9,
        rate_per_second=10**9,
        duckdb_threads=1,
        query_threads=2,
    )
    mapping = folder / "tickets.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    with open_world(settings) as world:
        for home, slug, rows in CLIENTS:
            load(world, home, slug.title(), write_tickets(folder / f"{slug}.csv", rows, rows), mapping)
        filled = {**fill(world.database("main")), **fill(world.database("other"))}
        main, other = (find_or_create_workspace(world.metadata, one) for one in ("main", "other"))
        keys = {
            "main": create_key(world.metadata, main, "all").secret,
            "acme": create_key(world.metadata, main, "acme", ["acme"]).secret,
            "other": create_key(world.metadata, other, "other").secret,
        }
        app = create_app(world)
        with serving(world, app) as address, client_of(address) as http:
            assert world.cache.loop is not None  # the server runs
            truth = Truth(Wire(http, app, world.cache.loop), keys)
            truth.read()
            desk = Desk(truth.wire, keys, filled)
            desk.read()
            yield Stage(truth, desk)


def ask_at_random(stage: Stage, requests: int, number: int) -> Counter[str]:
    """Ask at least that many questions, most of them well formed; raise on a wrong answer, made as small as it goes."""
    counts: Counter[str] = Counter()
    truth = stage.truth

    for dataset in DATASETS:
        _ask_dataset(stage.desk, dataset, ceil(requests * WIDE / len(DATASETS)), number, counts)

    @_drawn(ceil(requests * 0.1), number)
    @given(body=bodies())
    def nothing_breaks(body: object) -> None:
        counts["bodies"] += 1
        (answer,) = truth.wire.ask([(truth.keys["acme"], json.dumps(body).encode())])
        counts[str(answer.status)] += 1
        assert wrong_status(answer) is None
        assert not [one for one in ("Globex", "Initech") if one in answer.text and one not in str(body)]

    nothing_breaks()
    _ask_tickets(truth, requests - counts["wide"] - counts["bodies"], number, counts)
    return counts


def _ask_dataset(desk: Desk, dataset: str, requests: int, number: int, counts: Counter[str]) -> None:
    @_drawn(ceil(requests / WIDE_PAGE), number * len(DATASETS) + DATASETS.index(dataset))
    @given(question=wide_questions(dataset))
    def everything_agrees(question: Wide) -> None:
        wrong = wrong_on_wide_page(desk, question, counts)
        assert not wrong, wrong

    everything_agrees()


def _ask_tickets(truth: Truth, requests: int, number: int, counts: Counter[str]) -> None:
    @_drawn(ceil(requests / PAGE), number)
    @given(question=questions())
    def every_number_is_right(question: Question) -> None:
        wrong = wrong_on_a_page(truth, question, counts)
        assert not wrong, wrong[0]

    every_number_is_right()


def wrong_on_a_page(truth: Truth, drawn: Question, counts: Counter[str]) -> list[tuple[Question, str]]:
    """Ask a question and two like it for everybody, one of them over HTTP, some twice; return what was wrong."""
    asking = ((drawn, PAIRS), (drawn.turned(), SCOPES), (drawn.deepened(), SCOPES))
    page = [replace(one, asker=asker, client=client) for one, pairs in asking for asker, client in pairs]
    calls = [truth.call(one) for one in page]
    answers = [truth.wire.post(calls[0]), *truth.wire.ask(calls[1:])]
    again = truth.wire.ask(calls[:AGAIN])
    told = [*zip(page, answers, strict=True), *zip(page, again, strict=False)]
    counts["questions"] += len(told)
    counts.update(f"answered {answer.status}" for _, answer in told)
    return [(one, wrong) for one, answer in told if (wrong := truth.judge(one, answer)) is not None]


def _drawn(examples: int, number: int) -> Callable[[Test], Test]:
    how = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    return lambda test: seed(number)(how(test))
