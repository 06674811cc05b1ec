"""getData, asked at random: no wrong number, no row of somebody else, no answer that says that we have failed."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz.drive import WIDE_PAGE, Stage, ask_at_random, asked
from tests.fuzz.questions import FIRST, LAST
from tests.fuzz.wide import DATASETS

REQUESTS = 9_850  # of each seed; with those of test_openapi.py 20,000 in all, and `make fuzz` asks a million


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@pytest.fixture(scope="module")
def stage(folder: Path) -> Iterator[Stage]:
    with asked(folder) as stage:
        yield stage


def test_the_truth_is_that_of_the_files(stage: Stage, folder: Path) -> None:
    truth = stage.truth
    for asker, clients in (("main", ("acme", "globex")), ("acme", ("acme",)), ("other", ("initech",))):
        files = [(folder / f"{one}.csv").read_text(encoding="utf-8").splitlines() for one in clients]
        rows = [row for lines in files for row in csv.DictReader(lines)]
        for metric, column in (("tickets_created", "created"), ("escalated_tickets", "escalated")):
            inside = [row for row in rows if FIRST.isoformat() <= row["created"][:10] <= LAST.isoformat()]
            right = sum(row[column] != "no" for row in inside)
            assert sum(float(row[metric] or 0) for row in truth.rows[asker]) == right > 0, (asker, metric)
        assert {row["client_account"] for row in truth.rows[asker]} == {one.title() for one in clients}


@pytest.mark.parametrize("seed", [6, 7])
def test_every_answer_is_right_or_a_plain_refusal(stage: Stage, seed: int) -> None:
    counts = ask_at_random(stage, REQUESTS, seed)
    assert counts["wide"] + counts["questions"] + counts["bodies"] >= REQUESTS, counts
    assert counts["answered 200"] > 0.9 * counts["questions"], counts  # the others may be refused, none may fail
    assert counts["200"] > 0, counts  # bodies that nobody would send, and that mean something
    assert min(counts[one] for one in DATASETS) > 0.01 * REQUESTS, counts
    # What was compared was mostly something, not nothing with nothing.
    pages = counts["wide"] / WIDE_PAGE
    assert counts["made up of parts"] > 0.3 * pages, counts
    assert counts["one client"] > 0.4 * pages, counts
    assert counts["some pass"] > 0.3 * pages, counts
    assert counts["refused as promised"] > 0, counts
