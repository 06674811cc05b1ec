"""POST /v1/looker/data: bodies as Looker Studio sends them, answers that Apps Script returns unchanged."""

import gzip
from datetime import date
from typing import Any

import duckdb
import httpx2
import pytest

from tests.api.asking import ALL_DAYS, ask, body_of, condition, post, refused
from tests.api.serving import Served


def sql(served: Served, question: str, *names: str) -> list[tuple[Any, ...]]:
    """Answer by plain SQL over the imported files, as view t."""
    files = ", ".join(f"'{served.files[name]}'" for name in names or ("acme", "globex"))
    with duckdb.connect() as connection:
        connection.execute(
            f"create view t as select id, created::timestamp as created, nullif(solved, '')::timestamp as solved, "
            f"nullif(channel, '') as channel, nullif(category, '') as category, nullif(city, '') as city, "
            f"escalated = 'yes' as escalated from read_csv([{files}], all_varchar = true)"
        )
        return connection.execute(question).fetchall()


class TestAccess:
    def test_nobody_gets_in_without_a_key(self, served: Served) -> None:
        with served.stranger() as client:
            assert client.post("/v1/looker/data", json=body_of("channel")).status_code == 401

    @pytest.mark.parametrize("header", ["Bearer bvk_wrong", "Bearer", "Basic YTpi", "bvk_x", "Bearer bvs_x"])
    def test_a_wrong_key_is_401(self, served: Served, header: str) -> None:
        with served.stranger() as client:
            answer = client.post("/v1/looker/data", json=body_of("channel"), headers={"authorization": header})
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "not_authenticated"

    def test_another_workspace_does_not_exist(self, served: Served) -> None:
        body = body_of("channel")
        body["configParams"]["workspace"] = "other"
        refused(served, body, 404, "not_found")
        body["configParams"]["workspace"] = "no-such"
        refused(served, body, 404, "not_found")

    def test_a_client_outside_the_scope_does_not_exist(self, served: Served) -> None:
        refused(served, body_of("tickets_created", client="globex"), 404, "not_found", served.acme_key)
        refused(served, body_of("tickets_created", client="acme,globex"), 404, "not_found", served.acme_key)
        refused(served, body_of("tickets_created", client="initech"), 404, "not_found")
        refused(served, body_of("tickets_created", client="no-such"), 404, "not_found")

    def test_each_key_sees_its_own_rows_only(self, served: Served) -> None:
        body = body_of("client_account", "tickets_created")
        assert ask(served, body).by_first() == {"Acme": 240, "Globex": 120}
        assert ask(served, body, served.acme_key).by_first() == {"Acme": 240}
        assert ask(served, body, served.other_key).by_first() == {"Initech": 60}

    def test_a_filter_cannot_widen_the_scope(self, served: Served) -> None:
        filters = [[condition("client_account", "IN_LIST", "Acme", "Globex", "Initech")]]
        body = body_of("client_account", "tickets_created", dimensionsFilters=filters)
        assert ask(served, body, served.acme_key).by_first() == {"Acme": 240}


class TestClients:
    @pytest.mark.parametrize(
        ("client", "count"),
        [
            ("acme", 240),
            ("globex", 120),
            ("acme,globex", 360),
            (" globex , acme ", 360),
            (["acme", "globex"], 360),
            ("all_clients", 360),
            ("all_clients,acme", 360),
            ("", 360),
            (None, 360),
            ([], 360),
        ],
    )
    def test_one_several_or_all(self, served: Served, client: object, count: int) -> None:
        body = body_of("tickets_created")
        body["configParams"]["client"] = client
        assert ask(served, body).single() == [count]

    def test_the_workspace_may_be_named(self, served: Served) -> None:
        body = body_of("tickets_created")
        body["configParams"]["workspace"] = "main"
        assert ask(served, body).single() == [360]


class TestShape:
    def test_values_come_in_the_order_of_asking(self, served: Served) -> None:
        rows = ask(served, body_of("tickets_created", "channel", "date_month", "tickets_solved_cohort"))
        assert rows.names == ["tickets_created", "channel", "date_month", "tickets_solved_cohort"]
        assert all(isinstance(row[0], int) and isinstance(row[2], str) and len(row[2]) == 6 for row in rows.values)

    def test_a_field_asked_twice_comes_once(self, served: Served) -> None:
        assert ask(served, body_of("channel", "tickets_created", "channel")).names == ["channel", "tickets_created"]

    def test_schema_holds_whole_field_objects(self, served: Served) -> None:
        document = post(served, "data", body_of("date_day", "tickets_created")).json()
        day, created = document["schema"]
        assert day["semantics"]["semanticType"] == "YEAR_MONTH_DAY"
        assert day["dataType"] == "STRING"
        assert created["semantics"]["conceptType"] == "METRIC"

    def test_wire_values(self, served: Served) -> None:
        fields = ("date_day", "channel", "is_escalated", "tickets_created", "resolution_avg_seconds")
        for day, channel, escalated, created, average in ask(served, body_of(*fields)).values:
            assert date(int(day[:4]), int(day[4:6]), int(day[6:]))
            assert channel in {"Email", "Chat", "Phone", None}
            assert escalated is True or escalated is False
            assert isinstance(created, int)
            assert average is None or float(average) > 0
            assert average is None or isinstance(average, str)

    def test_text_arrives_letter_by_letter(self, served: Served) -> None:
        found = {row[0] for row in ask(served, body_of("category", "tickets_created")).values}
        assert found == {"Billing", "Delivery", "A_B%C", 'Ωmega "quoted", line'}

    def test_metrics_alone_are_one_row(self, served: Served) -> None:
        assert len(ask(served, body_of("tickets_created", "resolution_avg_seconds")).values) == 1

    def test_dimensions_alone_are_distinct_values(self, served: Served) -> None:
        values = [row[0] for row in ask(served, body_of("city")).values]
        assert sorted(values, key=str) == sorted({"Athens", "Porto", None}, key=str)

    def test_an_empty_answer_keeps_its_schema(self, served: Served) -> None:
        body = body_of("channel", "tickets_created", dateRange={"startDate": "2019-01-01", "endDate": "2019-01-31"})
        rows = ask(served, body)
        assert rows.names == ["channel", "tickets_created"]
        assert rows.values == []

    def test_order_is_the_same_every_time_and_nulls_come_last(self, served: Served) -> None:
        body = body_of("channel", "city", "tickets_created")
        first = ask(served, body).values
        assert first == ask(served, body).values
        keys = [tuple((value is None, value or "") for value in row[:2]) for row in first]
        assert keys == sorted(keys)

    def test_more_than_twenty_fields(self, served: Served) -> None:
        schema = post(served, "schema", {"configParams": {"dataset": "tickets"}}).json()["schema"]
        fields = [field["name"] for field in schema if field["name"] not in {"ticket_id", "ticket_url"}][:45]
        assert ask(served, body_of(*fields)).names == fields


class TestTolerance:
    def test_absent_keys(self, served: Served) -> None:
        answer = post(served, "data", {"configParams": {"dataset": "tickets"}, "fields": [{"name": "tickets_created"}]})
        assert answer.json()["rows"] == [{"values": [360]}]

    def test_nulls_where_objects_could_be(self, served: Served) -> None:
        body = body_of("tickets_created", scriptParams=None, dimensionsFilters=None, dateRange=None)
        assert ask(served, body).single() == [360]

    def test_unknown_keys_and_pagination_are_ignored(self, served: Served) -> None:
        extra = {"pagination": {"startRow": 1.0, "rowCount": 1.0}, "somethingNew": {"a": [1]}}
        body = body_of("channel", "tickets_created", scriptParams={"lastRefresh": "1758425096065"}, **extra)
        assert len(ask(served, body).values) == 4

    def test_absent_fields_mean_all_that_go_together_and_are_not_formulas(self, served: Served) -> None:
        schema = post(served, "schema", {"configParams": {"dataset": "tickets"}}).json()["schema"]
        body = body_of(client="globex", dateRange={"startDate": "2025-01-01", "endDate": "2025-01-07"})
        del body["fields"]
        rows = ask(served, body)
        additive = [field for field in schema if field["semantics"].get("isReaggregatable") is not False]
        assert rows.names == [field["name"] for field in additive if "formula" not in field]
        assert len(rows.values) >= 20

    def test_workspace_and_dataset_may_be_lists(self, served: Served) -> None:
        body = body_of("tickets_created")
        body["configParams"] = {"workspace": ["main"], "dataset": ["tickets"], "other": True, "number": 1.5}
        assert ask(served, body).single() == [360]


class TestDates:
    @pytest.mark.parametrize(("first", "last"), [("2025-01-01", "2025-01-31"), ("2025-01-05", "2025-01-05")])
    def test_both_ends_belong_to_the_range(self, served: Served, first: str, last: str) -> None:
        ((count,),) = sql(served, f"select count(*) from t where created::date between '{first}' and '{last}'")
        body = body_of("tickets_created", dateRange={"startDate": first, "endDate": last})
        assert ask(served, body).single() == [count]

    def test_month_week_and_day_agree_with_sql(self, served: Served) -> None:
        for field, pattern in (("date_month", "%Y%m"), ("date_day", "%Y%m%d"), ("date_week", "%G%V")):
            expected = dict(sql(served, f"select strftime(created, '{pattern}'), count(*) from t group by 1"))
            assert ask(served, body_of(field, "tickets_created")).by_first() == expected

    @pytest.mark.parametrize(
        "dates",
        [
            {"startDate": "2025-02-01", "endDate": "2025-01-01"},
            {"startDate": "2025-02-30", "endDate": "2025-03-01"},
            {"startDate": "soon", "endDate": "2025-03-01"},
            {"startDate": "2025-01-01"},
            {"startDate": "2025-01-01", "endDate": "9999-12-31"},
        ],
    )
    def test_impossible_ranges_are_refused(self, served: Served, dates: dict[str, str]) -> None:
        refused(served, body_of("tickets_created", dateRange=dates), 400, "invalid_date_range")


class TestFormulas:
    def test_a_formula_field_asked_for_by_name_is_computed(self, served: Served) -> None:
        expected = sql(served, "select avg(epoch(solved - created)) from t")[0][0]
        (average,) = ask(served, body_of("resolution_avg_seconds")).single()
        assert float(average) == pytest.approx(expected)

    def test_a_ratio_is_a_fraction_and_null_without_rows(self, served: Served) -> None:
        body = body_of("resolution_avg_seconds", dateRange={"startDate": "2019-01-01", "endDate": "2019-01-02"})
        assert ask(served, body).single() == [None]


class TestSamples:
    def test_constants_of_every_field_without_a_query(self, served: Served) -> None:
        dates = {"startDate": "2019-01-01", "endDate": "2019-01-01"}
        wishes: tuple[Any, ...] = ("date_day", "tickets_created", {"name": "channel", "forFilterOnly": True})
        body = body_of(*wishes, dateRange=dates, scriptParams={"sampleExtraction": True})
        rows = ask(served, body)
        assert rows.names == ["date_day", "tickets_created", "channel"]
        assert rows.values
        assert all(len(row[0]) == 8 and isinstance(row[1], int | float) for row in rows.values)
        assert rows.filters_applied is False


class TestRefusals:
    @pytest.mark.parametrize("text", ["{", "", "nonsense", '{"a": NaN}', "\xff"])
    def test_malformed_json(self, served: Served, text: str) -> None:
        with served.client() as client:
            answer = client.post("/v1/looker/data", content=text.encode("latin-1"))
        assert answer.status_code == 400
        # An empty body is an empty request, and that lacks a dataset.
        assert answer.json()["error"]["code"] == ("malformed_json" if text else "missing_choice")

    @pytest.mark.parametrize(
        "body",
        [
            [],
            "text",
            {"fields": "channel"},
            {"fields": [{"label": "no name"}]},
            {"configParams": ["dataset"]},
            {"configParams": {"dataset": {"a": 1}}},
            {"dateRange": {"startDate": 20250101, "endDate": 20250102}},
            {"dimensionsFilters": {"fieldName": "channel"}},
            {"dimensionsFilters": [[{"fieldName": "channel"}]]},
            {"dimensionsFilters": [[{"fieldName": "channel", "operator": "EQUALS", "type": "MAYBE", "values": ["a"]}]]},
            {"dimensionsFilters": [[{"fieldName": "channel", "operator": "EQUALS", "values": [{"a": 1}]}]]},
        ],
    )
    def test_a_wrong_shape_is_422(self, served: Served, body: object) -> None:
        answer = post(served, "data", body)
        assert answer.status_code == 422, answer.text
        assert answer.json()["error"]["code"] == "malformed_request"

    def test_unknown_dataset(self, served: Served) -> None:
        body = body_of("channel")
        body["configParams"]["dataset"] = "tickts"
        error = refused(served, body, 400, "unknown_dataset")
        assert "tickets" in error["message"]

    def test_no_dataset(self, served: Served) -> None:
        refused(served, {"fields": [{"name": "channel"}]}, 400, "missing_choice")

    def test_unknown_field_names_close_ones(self, served: Served) -> None:
        error = refused(served, body_of("chanel"), 400, "unknown_field")
        assert "channel" in error["detail"]["close"]

    def test_unknown_field_in_a_filter(self, served: Served) -> None:
        body = body_of("channel", dimensionsFilters=[[condition("no_such", "EQUALS", "a")]])
        refused(served, body, 400, "unknown_field")

    @pytest.mark.parametrize("operator", ["REGEXP_PARTIAL_MATCH", "REGEXP_EXACT_MATCH"])
    @pytest.mark.parametrize("pattern", ["(", "a(?=b)", r"(a)\1", "a{2000}"])
    def test_invalid_pattern_carries_the_reason(self, served: Served, operator: str, pattern: str) -> None:
        body = body_of("channel", dimensionsFilters=[[condition("channel", operator, pattern)]])
        error = refused(served, body, 400, "invalid_pattern")
        assert pattern in error["message"]

    def test_a_request_larger_than_any_real_one(self, served: Served) -> None:
        with served.client() as client:
            answer = client.post("/v1/looker/data", content=b'{"a":"' + b"x" * 1_100_000 + b'"}')
            assert answer.status_code == 413
            assert answer.json()["error"]["code"] == "payload_too_large"
            chunks = (b"x" * 100_000 for _ in range(20))
            assert client.post("/v1/looker/data", content=chunks).status_code == 413

    def test_a_crafted_field_name_is_only_an_unknown_field(self, served: Served) -> None:
        refused(served, body_of('channel"; drop table normalised.ticket; --'), 400, "unknown_field")


class TestDelivery:
    def test_gzip_when_accepted_and_worth_it(self, served: Served) -> None:
        body = body_of("date_day", "channel", "city", "tickets_created")
        with served.client() as client:
            with client.stream("POST", "/v1/looker/data", json=body, headers={"accept-encoding": "gzip"}) as answer:
                packed = b"".join(answer.iter_raw())
            plain = client.post("/v1/looker/data", json=body, headers={"accept-encoding": "identity"})
        assert answer.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert gzip.decompress(packed) == plain.content
        assert len(packed) < len(plain.content) / 3
        assert int(answer.headers["content-length"]) == len(packed)

    @pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "br", ""])
    def test_plain_when_gzip_is_not_accepted(self, served: Served, accepted: str) -> None:
        with served.client() as client:
            answer = client.post(
                "/v1/looker/data", json=body_of("date_day", "channel"), headers={"accept-encoding": accepted}
            )
        assert "content-encoding" not in answer.headers

    def test_small_answers_are_sent_as_they_are(self, served: Served) -> None:
        with served.client() as client:
            answer = client.post("/v1/looker/data", json=body_of("ticket_status"), headers={"accept-encoding": "gzip"})
        assert len(answer.content) < 1_400
        assert "content-encoding" not in answer.headers

    def test_answers_are_private(self, served: Served) -> None:
        answer = post(served, "data", body_of("channel"))
        assert answer.headers["cache-control"] == "private, no-store"
        assert "authorization" in answer.headers["vary"]
        assert answer.headers["content-type"] == "application/json"


def test_dates_absent_mean_the_whole_history(served: Served) -> None:
    body = body_of("tickets_created")
    del body["dateRange"]
    assert ask(served, body).single() == [360]
    assert ALL_DAYS["endDate"] == "2025-12-31"


def test_thirty_calls_at_once(served: Served) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def call(number: int) -> httpx2.Response:
        return post(served, "data", body_of("date_day", "tickets_created", client=["acme", "globex"][number % 2]))

    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(call, range(60)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 2
