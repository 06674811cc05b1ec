"""Probes, figures and traces: ready or why not, Prometheus' text and who may read it, spans for OpenTelemetry."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import httpx2
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from api.errors import StartError
from api.operation.readiness import check
from api.operation.tracing import configure_traces
from api.settings import Settings
from api.workspaces.database import NEWEST
from api.workspaces.service import find_or_create_workspace
from api.world import World, open_world
from tests.api.serving import Served, serving
from tests.plain_http import client_of

_SAMPLE = re.compile(r'[a-z_]+(\{([a-z]+="[^"\\\n]*",?)+\})? -?[0-9.e+-]+')
_TOKEN = "f3b1c8d27a9e4c55"


def _figures(body: str) -> dict[str, float]:
    lines = [line for line in body.splitlines() if not line.startswith("#")]
    assert all(_SAMPLE.fullmatch(line) for line in lines), [one for one in lines if not _SAMPLE.fullmatch(one)]
    found = {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}
    assert len(found) == len(lines), "a sample is told twice"
    return found


def test_figures_count_what_was_asked_and_name_nobody(served: Served) -> None:
    body = {
        "configParams": {"workspace": "main", "dataset": "tickets"},
        "fields": [{"name": "channel"}, {"name": "tickets_created"}],
        "dateRange": {"startDate": "2025-01-01", "endDate": "2025-01-17"},
    }
    with served.client() as client, served.stranger() as stranger:
        before = _figures(stranger.get("/metrics").text)
        for _ in range(3):
            assert client.post("/v1/looker/data", json=body).status_code == 200
        assert stranger.get("/nothing/here").status_code == 404
        answer = stranger.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    after = _figures(answer.text)

    def grown(name: str) -> float:
        return after[name] - before.get(name, 0)

    assert grown('belvedere_questions_total{cached="no"}') == 1
    assert grown('belvedere_questions_total{cached="yes"}') == 2
    assert grown("belvedere_query_seconds_count") == 1
    assert grown('belvedere_requests_total{route="data",status="200"}') == 3
    assert grown('belvedere_requests_total{route="other",status="404"}') == 1
    assert grown('belvedere_request_seconds_bucket{route="data",le="+Inf"}') == 3
    assert (
        after['belvedere_request_seconds_bucket{route="data",le="60.0"}']
        <= after['belvedere_request_seconds_count{route="data"}']
    )
    assert after["process_resident_memory_bytes"] > 10 * 2**20
    assert after['belvedere_active_jobs{state="queued"}'] == 0
    assert after['belvedere_duckdb_memory_bytes{workspace="main"}'] > 0
    assert after['belvedere_jobs_total{kind="import",state="done"}'] >= 3
    assert not {"acme", "globex", "initech", "bvk_"} & set(re.findall(r"[a-z]+_?", answer.text.lower()))


class _Collector(BaseHTTPRequestHandler):
    """A collector of OpenTelemetry, which remembers the spans that it gets."""

    got: ClassVar[dict[str, dict[str, Any]]] = {}

    def do_POST(self) -> None:
        assert self.path == "/v1/traces"
        told = json.loads(self.rfile.read(int(self.headers["content-length"])))
        (resource,) = told["resourceSpans"]
        assert resource["resource"]["attributes"] == [{"key": "service.name", "value": {"stringValue": "belvedere"}}]
        self.got.update({one["name"]: one for one in resource["scopeSpans"][0]["spans"]})
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_a_trace_goes_from_the_caller_through_the_request_to_the_query(served: Served) -> None:
    trace, above = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    body = {
        "configParams": {"workspace": "main", "dataset": "tickets"},
        "fields": [{"name": "category"}, {"name": "tickets_created"}],
        "dateRange": {"startDate": "2025-01-02", "endDate": "2025-01-19"},
    }
    with HTTPServer(("127.0.0.1", 0), _Collector) as collector:
        thread = threading.Thread(target=collector.serve_forever)
        thread.start()
        configure_traces(f"http://127.0.0.1:{collector.server_port}")
        try:
            with served.client() as client:
                headers = {"traceparent": f"00-{trace}-{above}-01"}
                assert client.post("/v1/looker/data", json=body, headers=headers).status_code == 200
        finally:
            configure_traces("")  # sends what is left
            collector.shutdown()
            thread.join()
    request, query = _Collector.got["data"], _Collector.got["query"]
    assert (request["traceId"], request["parentSpanId"], request["kind"]) == (trace, above, 2)
    assert {"key": "status", "value": {"intValue": "200"}} in request["attributes"]
    assert (query["traceId"], query["parentSpanId"]) == (trace, request["spanId"])
    assert query["attributes"] == [{"key": "dataset", "value": {"stringValue": "tickets"}}]
    inside = [int(one[at]) for one, at in ((request, "startTimeUnixNano"), (query, "startTimeUnixNano"))]
    assert inside == sorted(inside)
    assert int(query["endTimeUnixNano"]) <= int(request["endTimeUnixNano"])


def test_figures_are_for_this_machine_or_for_the_token(served: Served, tmp_path: Path) -> None:
    with served.stranger() as stranger:
        assert stranger.get("/metrics", headers={"x-forwarded-for": "192.0.2.1"}).status_code == 404
        assert stranger.get("/metrics", headers={"host": "data.example.org"}).status_code == 404
    settings = Settings(data_dir=tmp_path / "data", log_level="error", metrics_token=SecretStr(_TOKEN))
    with open_world(settings) as world, serving(world) as address:
        _see_token_alone_opens(address)
        _see_what_is_not_ready(world, address)
    with (
        pytest.raises(StartError, match="BELVEDERE_METRICS_TOKEN"),
        open_world(Settings(data_dir=tmp_path / "other", metrics_token=SecretStr("secret"))),
    ):
        pass


def _see_token_alone_opens(address: str) -> None:
    with client_of(address) as client:
        assert client.get("/metrics").status_code == 404
        assert client.get("/metrics", headers={"authorization": f"Bearer {_TOKEN}x"}).status_code == 404
        given = {"authorization": f"Bearer {_TOKEN}", "x-forwarded-for": "192.0.2.1"}
        assert "belvedere_info" in client.get("/metrics", headers=given).text


def _see_what_is_not_ready(world: World, address: str) -> None:
    names = ("metadata", "migrations", "workspaces", "disk")
    answer = httpx2.get(f"{address}/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "checks": {name: {"ok": True} for name in names}}

    find_or_create_workspace(world.metadata, "broken")
    file = world.warehouse.places.workspace_file("broken")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"no database" * 1000)
    _execute(world, "update alembic_version set version_num = '0001'")
    found = check(world)
    assert not found.is_ready
    assert "1 of 1 workspaces" in str(found.reasons["workspaces"])
    assert NEWEST in str(found.reasons["migrations"])
    assert "broken" not in str(found.reasons)
    file.unlink()
    _execute(world, "alter table alembic_version rename to away")
    assert "cannot be read" in str(check(world).reasons["metadata"])
    world.settings.__dict__["least_free_bytes"] = 2**62  # as if the disk were full
    assert "MB are free" in str(check(world).reasons["disk"])
    world.runner.ask_to_stop()
    answer = httpx2.get(f"{address}/readyz")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["checks"]["server"] == {"ok": False, "reason": "The server is stopping."}


def _execute(world: World, statement: str) -> None:
    with world.metadata.write() as session:
        session.execute(text(statement))
