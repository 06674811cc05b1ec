"""POST /v1/looker/explain: how an answer comes about, within the caller's scope."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from api.workspaces.repository import Repository
from api.workspaces.service import find_workspace
from schemas import DateRange, Query, Scope, compile_query, entity_questions, load_model
from schemas.errors import IncompatibleFieldsError
from tests.api.asking import ask, body_of, condition, post
from tests.api.serving import Served, serving


def explain(served: Served, body: dict[str, Any], key: str | None = None) -> dict[str, Any]:
    answer = post(served, "explain", body, key)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def metric(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [one for one in document["metrics"] if one["id"] == name]
    assert len(found) == 1
    return found[0]


def test_nobody_gets_in_without_a_key(served: Served) -> None:
    with served.stranger() as client:
        assert client.post("/v1/looker/explain", json=body_of("tickets_created")).status_code == 401


def test_the_sql_is_the_one_that_runs(served: Served) -> None:
    body = body_of("channel", "resolution_rate")
    document = explain(served, body)
    database = served.world.database("main")
    with database.reading() as cursor:
        rows = cursor.execute(document["sql"], document["parameters"]).fetchall()
    assert [list(row) for row in rows] == ask(served, body).values
    assert document["rows"] == len(rows)
    assert [column["id"] for column in document["columns"]] == ["channel", "resolution_rate"]


def test_a_ratio_is_taken_apart(served: Served) -> None:
    ratio = metric(explain(served, body_of("channel", "resolution_rate")), "resolution_rate")
    solved, created = ratio["parts"]
    assert (solved["id"], created["id"]) == ("tickets_solved_cohort", "tickets_created")
    expected = ask(served, body_of("tickets_solved_cohort", "tickets_created", "resolution_rate")).single()
    assert [solved["total"], created["total"], ratio["total"]] == expected
    assert ratio["total"] == solved["total"] / created["total"]
    assert ratio["formula"] == "Tickets solved ÷ Tickets created"


def test_what_needs_a_dimension_has_no_total(served: Served) -> None:
    name = "category_resolution_contribution"
    one = metric(explain(served, body_of("category", name)), name)
    assert one["total"] is None
    assert [part["id"] for part in one["parts"]] == ["tickets_solved_cohort", "tickets_created"]
    assert all(part["total"] > 0 for part in one["parts"])


def test_filters_count_for_parts_and_rows(served: Served) -> None:
    filters = [[condition("channel", "EQUALS", "Email")]]
    body = body_of("category", "resolution_rate", {"name": "channel", "forFilterOnly": True}, dimensionsFilters=filters)
    document = explain(served, body)
    (created,) = ask(served, body_of("tickets_created", dimensionsFilters=filters)).single()
    assert document["filters"]["applied"] is True
    assert document["filters"]["clauses"][0][0]["field"] == "channel"
    assert metric(document, "resolution_rate")["parts"][1]["total"] == created
    assert document["entities"] == [{"id": "ticket", "rows": created}]
    assert any("channel" in line for line in document["plan"])


def test_filters_that_cannot_be_applied_are_left_out_of_the_parts_too(served: Served) -> None:
    filters = [[condition("channel", "LIKE_NOTHING_ELSE", "Email")]]
    body = body_of("channel", "tickets_created", dimensionsFilters=filters)
    document = explain(served, body)
    assert document["filters"]["applied"] is False
    assert metric(document, "tickets_created")["total"] == 360


def test_rows_read_are_those_in_range_and_scope(served: Served) -> None:
    days = {"startDate": "2025-01-01", "endDate": "2025-01-10"}
    body = body_of("channel", "frt_avg_seconds", dateRange=days)
    (created,) = ask(served, body_of("tickets_created", dateRange=days)).single()
    document = explain(served, body)
    assert document["entities"] == [{"id": "ticket", "rows": created}]
    assert document["dates"] == {"first_day": "2025-01-01", "day_after_last": "2025-01-11"}


def test_a_key_for_one_client_sees_that_client_alone(served: Served) -> None:
    mine, all_ = (
        explain(served, body_of("tickets_created"), served.acme_key),
        explain(served, body_of("tickets_created")),
    )
    assert mine["entities"] == [{"id": "ticket", "rows": 240}]
    assert all_["entities"] == [{"id": "ticket", "rows": 360}]
    assert list(mine["time_zones"]) == ["acme"]
    assert "globex" not in str(mine)
    refused = post(served, "explain", body_of("tickets_created", client="globex"), served.acme_key)
    assert refused.status_code == 404


def test_versions_currency_and_time_zones(served: Served) -> None:
    document = explain(served, body_of("channel", "resolution_rate", "tickets_created"))
    assert document["definition_version"]["catalogue"] == served.world.model.version
    assert set(document["definition_version"]["metrics"]) == {"resolution_rate", "tickets_created"}
    assert document["data_version"] == served.world.database("main").data_version()
    assert document["currency"]["code"] == "EUR"
    assert document["currency"]["columns"] == "report currency"
    assert document["time_zones"] == {"acme": "UTC", "globex": "UTC"}


def test_an_answer_from_memory_says_so(served: Served) -> None:
    body = body_of("city", "tickets_created", dateRange={"startDate": "2025-02-01", "endDate": "2025-02-17"})
    assert explain(served, body)["cached"] is False
    assert explain(served, body)["cached"] is True


def test_files_are_named_with_their_imports(served: Served) -> None:
    (origin,) = explain(served, body_of("tickets_created"), served.acme_key)["origins"]
    assert origin["entity"] == "ticket"
    assert origin["rows"] == 240
    assert [one["file"] for one in origin["imports"]] == ["acme.csv"]
    assert origin["imports"][0]["rows_loaded"] == 240


class TestSyncs:
    @pytest.fixture
    def synced(self, served: Served) -> Iterator[Served]:
        """Pretend that the rows of one client came from a connection, and undo it afterwards."""
        workspace = find_workspace(served.world.metadata, "main")
        with served.world.metadata.write() as session:
            repository = Repository(session)
            connection = repository.put_connection(workspace.id, "Desk", "demo", {})
            repository.finish_run(repository.start_run(connection.id), {}, None)
            repository.finish_run(repository.start_run(connection.id), None, "the source did not answer")
        database = served.world.database("main")
        (acme,) = [one.id for one in database.client_accounts() if one.slug == "acme"]
        change = "update normalised.ticket set connection_id = $1 where client_account_id = $2"
        with database.writing() as cursor:
            before = cursor.execute(
                "select any_value(connection_id) from normalised.ticket where client_account_id = $1", [acme]
            ).fetchall()[0][0]
            cursor.execute(change, [connection.id, acme])
        yield served
        with database.writing() as cursor:
            cursor.execute(change, [before, acme])

    def test_connections_are_named_with_their_last_sync(self, synced: Served) -> None:
        origins = explain(synced, body_of("tickets_created", client="acme"))["origins"]
        assert [one["connection"] for one in origins] == ["Desk"]
        last = origins[0]["last_sync"]
        assert last["state"] == "failed"
        assert last["error"] == "the source did not answer"
        assert datetime.fromisoformat(last["started_at"]).replace(tzinfo=UTC) <= datetime.now(UTC)

    def test_what_went_wrong_is_told_to_owners_alone(self, synced: Served) -> None:
        (origin,) = explain(synced, body_of("tickets_created"), synced.acme_key)["origins"]
        assert origin["last_sync"]["state"] == "failed"
        assert "error" not in origin["last_sync"]


class TestRefusals:
    def test_what_data_refuses_explain_refuses(self, served: Served) -> None:
        for body, code in (
            (body_of("no_such_field"), "unknown_field"),
            (
                body_of("tickets_created", dateRange={"startDate": "2025-02-01", "endDate": "2025-01-01"}),
                "invalid_date_range",
            ),
            ({"configParams": {"dataset": "x"}}, "unknown_dataset"),
        ):
            answer = post(served, "explain", body)
            assert answer.status_code == 400
            assert answer.json()["error"]["code"] == code

    def test_too_many_rows_are_refused_here_too(self, served: Served) -> None:
        settings = served.settings.model_copy(update={"max_rows": 5})
        world = replace(served.world, settings=settings)
        days = {"startDate": "2025-03-01", "endDate": "2025-04-20"}
        with serving(world) as address:
            tight = replace(served, address=address, world=world)
            answer = post(tight, "explain", body_of("date_day", "tickets_created", dateRange=days))
        assert answer.json()["error"]["code"] == "too_many_rows"

    def test_a_request_for_samples_is_explained_as_any(self, served: Served) -> None:
        document = explain(served, body_of("channel", "tickets_created", scriptParams={"sampleExtraction": True}))
        assert document["rows"] == 0


class TestEveryDataset:
    @pytest.mark.parametrize("dataset", load_model().datasets)
    def test_can_be_explained(self, served: Served, dataset: str) -> None:
        known = served.world.model.datasets[dataset]
        body = body_of(*(name for name in (known.default_dimension, known.default_metric) if name))
        body["configParams"] = {"dataset": dataset}
        document = explain(served, body)
        assert document["dataset"] == dataset
        assert document["entities"]
        assert all(one["rows"] >= 0 for one in document["entities"])

    @pytest.mark.parametrize("dataset", load_model().datasets)
    def test_every_entity_can_be_asked(self, served: Served, dataset: str) -> None:
        """One metric of each set of entities: the questions behind an explanation run on every table."""
        model, database = served.world.model, served.world.database("main")
        scope = Scope(frozenset(client.id for client in database.client_accounts()))
        seen: set[str] = set()
        for name in model.datasets[dataset].metrics:
            query = Query(dataset, (), (name,), scope, DateRange(date(2025, 1, 1), date(2026, 1, 1)))
            try:
                compiled = compile_query(model, query)
            except IncompatibleFieldsError:
                continue
            for questions in entity_questions(model, query, compiled):
                if questions.entity not in seen:
                    seen.add(questions.entity)
                    for one in (questions.rows, questions.connections, questions.rates):
                        assert one is None or isinstance(database.fetch_rows(one), list)
        assert seen <= set(model.datasets[dataset].entities)
        assert seen


class TestCurrency:
    @pytest.fixture
    def unconverted(self, served: Served) -> Iterator[Served]:
        """Give three tickets a cost whose currency has no rate and two one that has, and undo it afterwards."""
        database = served.world.database("main")
        change = """update normalised.ticket set handle_cost_original = $1, handle_cost = $2, fx_method = $3
                    where list_contains($4, source_id) and source_system = $5"""
        with database.reading() as cursor:
            (system,) = cursor.execute("select any_value(source_system) from normalised.ticket").fetchall()[0]
        with database.writing() as cursor:
            cursor.execute(change, [100, None, None, ["T3-1", "T3-2", "T3-3"], system])
            cursor.execute(change, [100, 90, "transaction", ["T3-4", "T3-5"], system])
        yield served
        with database.writing() as cursor:
            cursor.execute(change, [None, None, None, [f"T3-{number}" for number in range(1, 6)], system])

    def test_amounts_without_a_rate_are_counted(self, unconverted: Served) -> None:
        currency = explain(unconverted, body_of("handle_cost", client="acme"))["currency"]
        assert currency["rows_without_rate"] == 3
        assert currency["methods"] == {"transaction": 2}

    def test_nothing_missing_is_zero(self, served: Served) -> None:
        assert explain(served, body_of("handle_cost"))["currency"]["rows_without_rate"] == 0


class TestComparisons:
    def test_the_other_period_is_part_of_the_metric(self, served: Served) -> None:
        days = {"startDate": "2025-02-01", "endDate": "2025-02-10"}
        document = explain(served, body_of("resolution_rate__prev", "resolution_rate", dateRange=days))
        assert [one["id"] for one in document["metrics"]] == ["resolution_rate"]
        assert [column["id"] for column in document["columns"]] == ["resolution_rate__prev", "resolution_rate"]
