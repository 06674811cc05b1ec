"""Two entities in one answer: finished aggregates meet on shared dimensions, NULL keys included, rows never join."""

import pytest

from schemas import IncompatibleFieldsError, SemanticModel, load_model
from tests.looker_simulator import blend, chart, read_rows, request
from tests.schemas.backend import Backend
from tests.schemas.world import build, generated

ENTITY = """
visit:
  label: Visits
  table: visit
  key: [client_account_id, visit_id]
  date: visit_date
  listed_by: is_listed
  columns:
    client_account_id: {type: text, from: load}
    visit_id: {type: text, from: given}
    visit_date: {type: date, from: derived}
    is_listed: {type: flag, from: derived}
    channel: {type: text, from: given}
    seconds: {type: number, from: given}
    page: {type: text, from: given}
  dimensions: {channel: channel, client_account_id: client_account_id, landing: page}
"""
DIMENSIONS = "landing: {label: Landing page, type: TEXT, group: Visit, description: x}"
METRICS = """
visits_count: {label: Visits, description: x, entity: visit, count: true}
visits_longest: {label: Longest, description: x, entity: visit, max: seconds}
tickets_per_visit: {label: Tickets per visit, description: x, formula: tickets_created / visits_count}
"""
DATASETS = """
together:
  label: Together
  description: Tickets and visits.
  entities: [ticket, visit]
  metrics: [tickets_created, visits_count, visits_longest, tickets_per_visit, frt_median_seconds, channel_share]
  partly: [landing, category]
"""


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Backend:
    folder = tmp_path_factory.mktemp("catalogue")
    for name, text in {
        "entities/visit": ENTITY,
        "dimensions": DIMENSIONS,
        "metrics/visit": METRICS,
        "datasets": DATASETS,
    }.items():
        path = folder / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    model: SemanticModel = load_model(folder)
    connection = build(model, generated(300))
    connection.execute(
        "insert into normalised.visit by name "
        "select case when i % 3 = 0 then 'beta' else 'acme' end as client_account_id, "
        "i::varchar as visit_id, date '2025-01-01' + (i % 90)::integer as visit_date, i % 10 > 0 as is_listed, "
        "case when i % 5 = 0 then null when i % 5 = 1 then 'kiosk' else 'chat' end as channel, "
        "i::double as seconds, 'p' || (i % 2) as page from range(400) r(i)"
    )
    return Backend(model, connection, dataset="together")


def test_dimensions_are_those_that_both_have(both: Backend) -> None:
    offered = both.model.datasets["together"].dimensions
    assert {"channel", "client_account_id", "date_month"} <= set(offered)
    assert "subcategory" not in offered


def test_a_dimension_of_one_entity_goes_with_its_metrics_only(both: Backend) -> None:
    names = ["landing", "visits_count"]
    assert len(both.data({"fields": [{"name": name} for name in names]})["rows"]) == 2
    with pytest.raises(IncompatibleFieldsError, match="Tickets created cannot be split or filtered by 'Landing page'"):
        both.data({"fields": [{"name": name} for name in [*names, "tickets_created"]]})


def test_distinct_values_of_one_entity(both: Backend) -> None:
    rows = read_rows(both.data({"fields": [{"name": "landing"}, {"name": "channel"}]}))
    assert {row["landing"] for row in rows} == {"p0", "p1"}
    with pytest.raises(IncompatibleFieldsError, match="'Landing page', 'Category'"):
        both.data({"fields": [{"name": "landing"}, {"name": "category"}]})


def test_null_keys_meet_and_absent_sides_are_zero(both: Backend) -> None:
    names = ["channel", "tickets_created", "visits_count", "visits_longest", "tickets_per_visit"]
    rows = [tuple(row.values()) for row in read_rows(both.data({"fields": [{"name": name} for name in names]}))]
    counted = both.sql(
        "with k as (select channel from reported union select channel from normalised.visit where is_listed) "
        "select k.channel, "
        "(select count(*) from reported t where t.channel is not distinct from k.channel), "
        "(select count(*) from normalised.visit v where v.is_listed and v.channel is not distinct from k.channel), "
        "(select max(seconds) from normalised.visit v where v.is_listed and v.channel is not distinct from k.channel) "
        "from k order by 1"
    )
    expected = [(*row, row[1] / row[2] if row[2] else None) for row in counted]
    assert rows == expected
    assert [row[0] for row in rows] == ["chat", "kiosk", "mail", "phone", None]


def test_a_row_without_keys_is_one_row(both: Backend) -> None:
    names = ["tickets_created", "visits_count", "frt_median_seconds"]
    body = {
        "fields": [{"name": name} for name in names],
        "dateRange": {"startDate": "2029-01-01", "endDate": "2029-01-01"},
    }
    assert [tuple(row.values()) for row in read_rows(both.data(body))] == [(0, 0, None)]


def test_distinct_values_come_from_all_entities(both: Backend) -> None:
    rows = read_rows(both.data({"fields": [{"name": "channel"}]}))
    assert [row["channel"] for row in rows] == ["chat", "kiosk", "mail", "phone", None]


def test_the_scope_is_in_both_branches_and_where_their_rows_are_looked_for(both: Backend) -> None:
    compiled = both.compile({"fields": [{"name": "tickets_created"}, {"name": "visits_count"}]})
    assert compiled.sql.count('], "client_account_id")') == 4
    assert compiled.parameters == ("acme", "beta") * 4


def test_a_blend_of_parts_equals_the_fold(both: Backend) -> None:
    """In a blend Looker Studio joins two charts itself: right as long as only parts are blended."""
    fields = both.fields
    tickets = chart(
        fields, both.data(request(fields, ["channel"], ["tickets_created"])), ["channel"], ["tickets_created"]
    )
    visits = chart(fields, both.data(request(fields, ["channel"], ["visits_count"])), ["channel"], ["visits_count"])
    names = ["channel", "tickets_created", "visits_count"]
    folded = read_rows(both.data({"fields": [{"name": name} for name in names]}))
    full = {
        row["channel"]: (row["tickets_created"] or 0, row["visits_count"] or 0)
        for row in blend(tickets, visits, ["channel"], "full")
    }
    assert full == {row["channel"]: (row["tickets_created"], row["visits_count"]) for row in folded}
    assert len(blend(tickets, visits, ["channel"], "inner")) == 2
    assert [row["channel"] for row in blend(tickets, visits, ["channel"], "left")] == ["chat", "mail", "phone", None]
