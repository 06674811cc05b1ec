"""The two pages about the semantic layer say what the code does."""

import re
from pathlib import Path

from schemas import load_model

ROOT = Path(__file__).parents[2]
WALK = (ROOT / "docs/how-a-query-becomes-sql.md").read_text()
ADD = (ROOT / "docs/add-a-metric.md").read_text()
GOLDEN = (Path(__file__).parent / "golden/duckdb/walkthrough.sql").read_text()


def _block(page: str, language: str) -> str:
    match = re.search(rf"^( *)```{language}\n(.*?)^ *```", page, re.DOTALL | re.MULTILINE)
    assert match is not None
    return "\n".join(line.removeprefix(match[1]) for line in match[2].splitlines())


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def test_the_statement_that_is_shown_is_the_one_that_runs() -> None:
    assert _flat(_block(WALK, "sql")) == _flat(GOLDEN.split("-- $1")[0])


def test_the_metric_that_is_shown_can_be_added(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    folder.mkdir()
    (folder / "own.yaml").write_text(_block(ADD, "yaml"))
    assert {"urgent_tickets", "urgent_rate"} <= set(load_model(tmp_path).metrics)
