"""GET /v1/catalog: every definition can be read, in the reader's language, and nothing of the data shows."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from api.cache import AnswerCache
from api.catalog.pages import dimensions_page, metrics_page
from schemas import load_model
from tests.api.serving import Served, serving

TEXTS = """\
metrics:
  tickets_created: {label: Tickets criados, description: Número de tickets recebidos.}
  tickets_solved_cohort: {label: Tickets resolvidos, description: Número de tickets resolvidos.}
groups: {Volume: Quantidade}
"""
ALIASES = 'opened_tickets: {id: tickets_created, since: "0.2", note: Renamed.}\nroute: {id: channel, since: "0.2"}\n'


@pytest.fixture(scope="module")
def renamed(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the same data with old ids and texts in another language."""
    folder = tmp_path_factory.mktemp("catalogue")
    (folder / "texts").mkdir()
    (folder / "texts" / "xa.yaml").write_text(TEXTS, encoding="utf-8")
    (folder / "aliases.yaml").write_text(ALIASES, encoding="utf-8")
    world = replace(served.world, model=load_model(folder), cache=AnswerCache(1_000_000), _fields={})
    with serving(world) as address:
        yield replace(served, address=address, world=world)


def get(served: Served, path: str = "", **headers: str) -> Any:
    with served.client() as client:
        answer = client.get(f"/v1/catalog{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    "path", ["", "/datasets", "/datasets/tickets", "/metrics/frt_avg_seconds", "/dimensions/channel"]
)
def test_nobody_gets_in_without_a_key(path: str, served: Served) -> None:
    with served.stranger() as client:
        answer = client.get(f"/v1/catalog{path}")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "not_authenticated"


def test_everything_is_listed(served: Served) -> None:
    model, listed = served.world.model, get(served)
    assert [one["id"] for one in listed["metrics"]] == list(model.metrics)
    assert [one["id"] for one in listed["dimensions"]] == list(model.dimensions)
    assert [one["id"] for one in listed["datasets"]] == list(model.datasets)
    assert listed["version"] == model.version


def test_units_tell_of_every_metric_how_it_is_written(served: Served) -> None:
    told = get(served, "/units")["metrics"]
    assert list(told) == list(served.world.model.metrics)
    assert told["frt_avg_seconds"] == {
        "label": "First response time (average)", "name": "First response time (average)",
        "type": "DURATION", "additive": False, "direction": "down",
    }  # fmt: skip
    assert told["tickets_created"]["additive"] is True


def test_every_metric_is_described(served: Served) -> None:
    """Kinds that have no wording of their own are described by their name, so none is ever without."""
    with served.client() as client:
        for name in served.world.model.metrics:
            one = client.get(f"/v1/catalog/metrics/{name}").json()
            assert one["id"] == name
            for key in ("label", "description", "unit", "direction", "formula", "definition", "additivity", "entities"):
                assert one[key] or key == "entities", (name, key)
            assert one["safe"]["advice"]
            assert (one["looker_formula"] is not None) == (one["additivity"] == "formula")
            assert "object at 0x" not in one["formula"] + one["definition"]


def test_a_ratio_is_described_in_words_and_as_a_formula(served: Served) -> None:
    one = get(served, "/metrics/frt_avg_seconds")
    assert one["formula"] == "First response time (sum) ÷ Tickets answered"
    assert one["definition"] == "frt_seconds_sum ÷ answered_tickets"
    assert one["looker_formula"] == "SUM($frt_seconds_sum) / SUM($answered_tickets)"
    assert [part["id"] for part in one["parts"]] == ["frt_seconds_sum", "answered_tickets"]
    assert (one["unit"], one["direction"], one["kind"]) == ("seconds", "down", "formula")
    assert one["safe"] == {
        "totals": True,
        "coarser_dates": True,
        "blends": False,
        "advice": "In a blend, rebuild it from its parts.",
    }
    assert one["entities"] == ["ticket"]
    assert "tickets" in one["datasets"]


@pytest.mark.parametrize(
    ("metric", "definition"),
    [
        ("tickets_created", "count of ticket"),
        ("unanswered_tickets", "count of ticket without first_reply_at"),
        ("handle_base", "count of ticket with handle_seconds where is_solved = true"),
        ("frt_p90_seconds", "quantile 0.9 of ticket.frt_seconds"),
        ("category_share", "tickets_created ÷ tickets_created of all values of category"),
    ],
)
def test_definitions_can_be_read(metric: str, definition: str, served: Served) -> None:
    assert get(served, f"/metrics/{metric}")["definition"] == definition


def test_what_cannot_be_added_up_says_so(served: Served) -> None:
    safe = get(served, "/metrics/frt_median_seconds")["safe"]
    assert (safe["totals"], safe["coarser_dates"], safe["blends"]) == (False, False, False)


def test_a_dimension_names_its_columns_and_datasets(served: Served) -> None:
    one = get(served, "/dimensions/ticket_id")
    assert one["columns"]["ticket"] == "source_id"
    assert "tickets" in one["datasets"]
    assert get(served, "/dimensions/date_month")["grain"] == "month"


def test_a_dataset_describes_its_fields(served: Served) -> None:
    one = get(served, "/datasets/tickets")
    dataset = served.world.model.datasets["tickets"]
    assert [field["id"] for field in one["metrics"]] == list(dataset.metrics)
    assert [field["id"] for field in one["dimensions"]] == list(dataset.dimensions)
    assert one["default_metric"] == "tickets_created"


@pytest.mark.parametrize(
    ("path", "close"),
    [
        ("/metrics/tickets_creatd", "tickets_created"),
        ("/dimensions/chanel", "channel"),
        ("/datasets/tickts", "tickets"),
        ("/metrics/channel", None),
    ],
)
def test_what_is_not_there_is_not_found(path: str, close: str | None, served: Served) -> None:
    with served.client() as client:
        answer = client.get(f"/v1/catalog{path}")
    assert answer.status_code == 404
    error = answer.json()["error"]
    assert error["code"] == "not_found"
    assert close is None or close in error["message"]


class TestLanguage:
    def test_asked_for_or_wanted_by_the_browser(self, renamed: Served) -> None:
        assert get(renamed, "/metrics/tickets_created?language=xa-BR")["label"] == "Tickets criados"
        assert (
            get(renamed, "/metrics/tickets_created", **{"accept-language": "xa-PT,xa;q=0.9,en;q=0.5"})["group"]
            == "Quantidade"
        )
        assert get(renamed, "/metrics/tickets_created?language=yy")["label"] == "Tickets created"

    def test_formulas_are_in_labels_of_the_language(self, renamed: Served) -> None:
        one = get(renamed, "/metrics/resolution_rate?language=xa")
        assert one["formula"] == "Tickets resolvidos ÷ Tickets criados"
        assert one["definition"] == "tickets_solved_cohort ÷ tickets_created"
        assert one["language"] == "xa"

    def test_a_very_long_language_is_refused(self, served: Served) -> None:
        with served.client() as client:
            assert client.get("/v1/catalog", params={"language": "x" * 100}).status_code == 422


class TestOldIds:
    def test_an_old_id_leads_to_the_new_and_says_so(self, renamed: Served) -> None:
        one = get(renamed, "/metrics/opened_tickets")
        assert one["id"] == "tickets_created"
        assert one["deprecated"] == {
            "old_id": "opened_tickets",
            "id": "tickets_created",
            "since": "0.2",
            "note": "Renamed.",
        }
        assert get(renamed, "/dimensions/route")["id"] == "channel"

    def test_the_field_names_its_old_ids(self, renamed: Served) -> None:
        one = get(renamed, "/metrics/tickets_created")
        assert [alias["old_id"] for alias in one["aliases"]] == ["opened_tickets"]
        assert "deprecated" not in one


class TestReferencePages:
    def test_every_metric_has_its_line(self, served: Served) -> None:
        page = metrics_page()
        for name, metric in served.world.model.metrics.items():
            assert f"| `{name}` | {metric.label} |" in page

    def test_every_dimension_has_its_line(self, served: Served) -> None:
        page = dimensions_page()
        for name, dimension in served.world.model.dimensions.items():
            assert f"| `{name}` | {dimension.label} |" in page

    def test_no_cell_breaks_the_table(self) -> None:
        for page in (metrics_page(), dimensions_page()):
            rows = [line for line in page.splitlines() if line.startswith("|")]
            assert rows
            for block in page.split("\n\n"):
                cells = {line.count("|") for line in block.splitlines() if line.startswith("|")}
                assert len(cells) <= 1, block
