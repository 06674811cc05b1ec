"""Real service requests: imported by the command line, asked over HTTP, compared with SQL on the file itself."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import httpx2
import pytest

from api.settings import Settings
from api.workspaces.service import create_key, find_workspace
from api.world import open_world
from tests.api.serving import serving

FOLDER = os.environ.get("BELVEDERE_REAL_DATA", "")
FILE = Path(FOLDER) / "nyc311_animals.csv"
MAPPING = Path(__file__).parents[2] / "docs" / "examples" / "nyc311.yaml"

pytestmark = pytest.mark.skipif(
    not (FOLDER and FILE.is_file()), reason="set BELVEDERE_REAL_DATA to a folder that holds nyc311_animals.csv"
)


@dataclass(frozen=True)
class Answers:
    """The server with the file in it."""

    address: str
    key: str
    last_line: str

    def ask(self, *fields: str) -> list[list[Any]]:
        body = {
            "configParams": {"workspace": "main", "client": "new-york-311", "dataset": "tickets"},
            "dateRange": {"startDate": "2025-01-01", "endDate": "2025-03-31"},
            "fields": [{"name": field} for field in fields],
        }
        headers = {"authorization": f"Bearer {self.key}"}
        answer = httpx2.post(f"{self.address}/v1/looker/data", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return [row["values"] for row in answer.json()["rows"]]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    data_dir = tmp_path_factory.mktemp("real")
    words = ("import", str(FILE), "--as", "tickets", "--client", "New York 311", "--mapping", str(MAPPING))
    done = subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", *words],
        env={**os.environ, "BELVEDERE_DATA_DIR": str(data_dir)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    settings = Settings(data_dir=data_dir, log_level="warning")
    with open_world(settings) as world:
        key = create_key(world.metadata, find_workspace(world.metadata, "main"), "real")
        with serving(world) as address:
            yield Answers(address, key.secret, done.stdout.splitlines()[-1])


def sql(question: str) -> list[tuple[Any, ...]]:
    """Answer by plain SQL on the file; instants are compared as New York's clocks showed them."""
    with duckdb.connect() as connection:
        connection.execute(
            f"""create view t as select "Borough" as borough, "Complaint Type" as kind,
                timezone('America/New_York', strptime("Created Date", '%m/%d/%Y %H:%M')) as created,
                timezone('America/New_York', strptime("Closed Date", '%m/%d/%Y %H:%M')) as closed
                from read_csv('{FILE}', all_varchar = true)"""
        )
        return connection.execute(question).fetchall()


def test_the_last_line_counts_every_row(real: Answers) -> None:
    assert real.last_line == (
        'Loaded 4,969 rows into client account "New York 311" (new-york-311): 4,969 new, 0 changed, 0 unchanged; '
        "0 rows and 0 cells in quarantine."
    )


def test_totals(real: Answers) -> None:
    ((created, solved, average),) = real.ask("tickets_created", "tickets_solved_cohort", "resolution_avg_seconds")
    assert (created, solved) == (4_969, 4_692)
    assert round(float(average), 2) == 94_422.07


def test_months_are_those_of_new_york(real: Answers) -> None:
    assert real.ask("date_month", "tickets_created") == [["202501", 2_038], ["202502", 1_884], ["202503", 1_047]]


@pytest.mark.parametrize(("field", "column"), [("city", "borough"), ("category", "kind")])
def test_each_borough_and_category_is_what_sql_says(real: Answers, field: str, column: str) -> None:
    expected = sql(
        f"select {column}, count(*), count(closed), avg(epoch(closed) - epoch(created)) from t group by 1 order by 1"
    )
    found = real.ask(field, "tickets_created", "tickets_solved_cohort", "resolution_avg_seconds")
    assert [row[:3] for row in found] == [list(row[:3]) for row in expected]
    for row, (_, _, _, average) in zip(found, expected, strict=True):
        assert (None if row[3] is None else float(row[3])) == pytest.approx(average)
