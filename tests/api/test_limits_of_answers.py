"""Answers that are too large or take too long are refused with advice, never cut short; logs hold no values."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from api.cache import AnswerCache
from api.settings import Settings
from api.telemetry import configure_logs, log, redact, request_id
from api.workspaces.service import create_key, find_workspace
from api.world import open_world
from tests.api.asking import ask, body_of, condition, post, refused
from tests.api.serving import MAPPING, Served, load, serving, write_tickets


def serve_with(served: Served, **changes: object) -> Iterator[Served]:
    settings = served.settings.model_copy(update=changes)
    world = replace(served.world, settings=settings, cache=AnswerCache(1_000_000))
    with serving(world) as address:
        yield replace(served, address=address, world=world)


class TestRows:
    @pytest.fixture
    def tight(self, served: Served) -> Iterator[Served]:
        yield from serve_with(served, max_rows=50)

    def test_more_rows_than_the_limit_are_refused_naming_the_widest_dimension(self, tight: Served) -> None:
        error = refused(tight, body_of("date_day", "channel", "tickets_created"), 400, "too_many_rows")
        assert error["detail"]["dimension"] == "date_day"
        assert "date_day" in error["message"]

    def test_the_limit_itself_passes(self, tight: Served) -> None:
        body = body_of("date_day", "tickets_created", dateRange={"startDate": "2025-01-01", "endDate": "2025-02-19"})
        assert len(ask(tight, body).values) == 50


class TestBytes:
    @pytest.fixture
    def tight(self, served: Served) -> Iterator[Served]:
        yield from serve_with(served, max_bytes=2_000)

    def test_more_bytes_than_the_limit_are_refused(self, tight: Served) -> None:
        refused(tight, body_of("date_day", "channel", "tickets_created"), 400, "too_many_rows")
        assert ask(tight, body_of("tickets_created")).single() == [360]


class TestTime:
    def test_a_query_that_runs_too_long_is_stopped(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        folder = tmp_path_factory.mktemp("slow")
        (folder / "map.yaml").write_text(MAPPING, encoding="utf-8")
        settings = Settings(data_dir=folder / "data", query_timeout_seconds=0.01)
        with open_world(settings) as world:
            load(world, "main", "Acme", write_tickets(folder / "a.csv", 3_000, 1), folder / "map.yaml")
            key = create_key(world.metadata, find_workspace(world.metadata, None), "k").secret
            with serving(world) as address:
                slow = Served(address, settings, world, {}, key, key, key)
                # Without fields every one that goes together is meant, row by row: far more than 10 ms of work.
                # The limit may pass before DuckDB has begun, so another question gets another chance.
                questions = [{"configParams": {"dataset": "tickets"}, "dateRange": days} for days in _ranges(8)]
                answers = [post(slow, "data", question) for question in questions]
        refusals = [answer.json()["error"] for answer in answers if answer.status_code != 200]
        assert refusals
        assert {error["code"] for error in refusals} == {"query_timeout"}
        assert "shorter date range" in refusals[0]["message"]


def _ranges(count: int) -> list[dict[str, str]]:
    return [{"startDate": f"2025-01-{day + 1:02}", "endDate": "2030-12-31"} for day in range(count)]


class TestLogs:
    def test_no_key_and_no_value_is_written(self, served: Served, capfd: pytest.CaptureFixture[str]) -> None:
        configure_logs("info")
        filters = [[condition("channel", "EQUALS", "Confidential-Channel")]]
        post(served, "data", body_of("city", "tickets_created", dimensionsFilters=filters))
        post(served, "data", body_of("no_such_field"))
        configure_logs("warning")
        lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
        text = json.dumps(lines)
        assert "Confidential" not in text
        assert served.key not in text
        (line,) = [line for line in lines if line["event"] == "data"]
        assert line["workspace"] == "main"
        assert line["filters"] == 1
        assert line["rows"] == 0
        assert line["elapsed_ms"] > 0
        assert line["request_id"]

    def test_secrets_are_hidden_wherever_they_stand(self, capfd: pytest.CaptureFixture[str]) -> None:
        configure_logs("info")
        log().info("x", authorization="Bearer a", text="key bvk_abcdefghijkl of postgresql://me:rosebud@host/db")
        configure_logs("warning")
        text = capfd.readouterr().err
        assert "bvk_abc" not in text
        assert "rosebud" not in text
        # Other threads of the test run may write to standard error at the same moment.
        (line,) = [json.loads(one) for one in text.splitlines() if '"event": "x"' in one]
        assert line["authorization"] == "(hidden)"

    def test_lines_go_to_standard_error_as_it_is_then(self, monkeypatch: pytest.MonkeyPatch) -> None:
        before, after = io.StringIO(), io.StringIO()
        monkeypatch.setattr(sys, "stderr", before)
        configure_logs("info")
        logger = log()
        before.close()
        monkeypatch.setattr(sys, "stderr", after)
        logger.info("still here")
        logging.getLogger("elsewhere").warning("and here")
        configure_logs("warning")
        assert [json.loads(line)["event"] for line in after.getvalue().splitlines()] == ["still here", "and here"]

    def test_redaction_and_ids(self) -> None:
        assert redact("bvs_0123456789 and bvk_0123456789") == "(hidden) and (hidden)"
        assert request_id("a.b-c_1") == "a.b-c_1"
        assert request_id("x" * 65) != "x" * 65
        assert request_id(None) != request_id(None)
