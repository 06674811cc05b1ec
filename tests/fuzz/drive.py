"""Runs the two kinds of questions against a real server, and counts what was asked."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import httpx2
from hypothesis import HealthCheck, Phase, given, seed, settings

from api.settings import Settings
from api.workspaces.service import create_key, find_or_create_workspace
from api.world import open_world
from tests.api.serving import MAPPING, load, serving, write_tickets
from tests.fuzz.questions import Question, Truth, bodies, judge, questions, wrong_status

Test = TypeVar("Test", bound=Callable[..., None])
# Who asks, and which client account he chooses.
PAIRS = (
    ("main", None), ("main", "acme"), ("main", "globex"), ("acme", None), ("acme", "acme"), ("other", None),
)  # fmt: skip
CLIENTS = (("main", "acme", 60), ("main", "globex", 40), ("other", "initech", 30))


@contextmanager
def asked(folder: Path) -> Iterator[Truth]:
    """Start a server with three clients' tickets, and read the truth about them."""
    settings = Settings(data_dir=folder / "data", log_level="error", rate_burst=10**9, rate_per_second=10**9)
    mapping = folder / "tickets.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    with open_world(settings) as world:
        for home, slug, rows in CLIENTS:
            load(world, home, slug.title(), write_tickets(folder / f"{slug}.csv", rows, rows), mapping)
        main, other = (find_or_create_workspace(world.metadata, one) for one in ("main", "other"))
        keys = {
            "main": create_key(world.metadata, main, "all").secret,
            "acme": create_key(world.metadata, main, "acme", ["acme"]).secret,
            "other": create_key(world.metadata, other, "other").secret,
        }
        with serving(world) as address, httpx2.Client(base_url=address, timeout=60) as wire:
            truth = Truth(wire, keys)
            truth.read()
            yield truth


def ask_at_random(truth: Truth, requests: int, number: int) -> Counter[str]:
    """Ask about that many questions, most of them well formed; raise on a wrong answer, made as small as it goes."""
    counts: Counter[str] = Counter()

    @_drawn(requests * 9 // 10 // (2 * len(PAIRS)), number)
    @given(question=questions())
    def every_number_is_right(question: Question) -> None:
        for asker, client in PAIRS:  # drawing costs more than asking
            for _ in range(2):  # the second answer comes from memory
                counts["questions"] += 1
                assert judge(truth, replace(question, asker=asker, client=client)) is None

    @_drawn(requests // 10, number)
    @given(body=bodies())
    def nothing_breaks(body: object) -> None:
        counts["bodies"] += 1
        answer = truth.ask("acme", body)
        counts[str(answer.status_code)] += 1
        assert wrong_status(answer) is None
        assert not [one for one in ("Globex", "Initech") if one in answer.text and one not in str(body)]

    every_number_is_right()
    nothing_breaks()
    return counts


def _drawn(examples: int, number: int) -> Callable[[Test], Test]:
    how = settings(
        max_examples=max(1, examples),
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    return lambda test: seed(number)(how(test))
