"""A report made before a field was renamed keeps asking under the old id, and is answered under it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from api.cache import AnswerCache
from schemas import load_model
from tests.api.asking import ask, body_of, condition, post
from tests.api.serving import Served, serving

ALIASES = """\
opened_tickets: {id: tickets_created, since: "0.2"}
solving_rate: {id: resolution_rate, since: "0.2"}
route: {id: channel, since: "0.2"}
"""


@pytest.fixture(scope="module")
def renamed(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("old-ids")
    (folder / "aliases.yaml").write_text(ALIASES, encoding="utf-8")
    world = replace(served.world, model=load_model(folder), cache=AnswerCache(1_000_000), _fields={})
    with serving(world) as address:
        yield replace(served, address=address, world=world)


def test_rows_come_under_the_id_that_was_asked(renamed: Served) -> None:
    old = ask(renamed, body_of("route", "opened_tickets", "solving_rate"))
    new = ask(renamed, body_of("channel", "tickets_created", "resolution_rate"))
    assert old.names == ["route", "opened_tickets", "solving_rate"]
    assert old.values == new.values


def test_old_and_new_ids_together(renamed: Served) -> None:
    both = ask(renamed, body_of("channel", "route", "opened_tickets", "tickets_created"))
    assert sorted(both.names) == ["channel", "opened_tickets", "route", "tickets_created"]
    place = {name: both.names.index(name) for name in both.names}
    for row in both.values:
        assert row[place["channel"]] == row[place["route"]]
        assert row[place["opened_tickets"]] == row[place["tickets_created"]]
    (created,) = ask(renamed, body_of("tickets_created")).single()
    assert sum(row[place["opened_tickets"]] for row in both.values) == created


def test_filters_take_old_ids(renamed: Served) -> None:
    old = [[condition("route", "IN_LIST", "Email", "Chat")]]
    new = [[condition("channel", "IN_LIST", "Email", "Chat")]]
    for fields in (("category", "opened_tickets"), ("route", "opened_tickets")):
        answer = ask(renamed, body_of(*fields, {"name": "route", "forFilterOnly": True}, dimensionsFilters=old))
        expected = ask(renamed, body_of(*fields, {"name": "channel", "forFilterOnly": True}, dimensionsFilters=new))
        assert answer.values == expected.values
        assert answer.filters_applied
        assert answer.names == list(fields)


def test_a_filter_under_one_id_and_a_column_under_the_other(renamed: Served) -> None:
    filters = [[condition("route", "EQUALS", "Email")]]
    body = body_of("channel", "opened_tickets", {"name": "route", "forFilterOnly": True}, dimensionsFilters=filters)
    answer = ask(renamed, body)
    assert answer.names == ["channel", "opened_tickets"]
    assert [row[0] for row in answer.values] == ["Email"]


def test_filters_that_cannot_be_applied_return_every_id(renamed: Served) -> None:
    filters = [[condition("route", "SOUNDS_LIKE", "Email")]]
    body = body_of("channel", "opened_tickets", {"name": "route", "forFilterOnly": True}, dimensionsFilters=filters)
    answer = ask(renamed, body)
    assert not answer.filters_applied
    assert sorted(answer.names) == ["channel", "opened_tickets", "route"]


def test_the_schema_keeps_the_old_ids(renamed: Served) -> None:
    schema = post(renamed, "schema", {"configParams": {"dataset": "tickets"}}).json()["schema"]
    fields = {one["name"]: one for one in schema}
    assert fields["route"]["group"] == "Deprecated"
    assert "use Channel (channel) instead" in fields["route"]["description"]


def test_a_request_without_fields_means_those_of_today(renamed: Served, served: Served) -> None:
    body = {"configParams": {"dataset": "tickets"}, "dateRange": {"startDate": "2025-01-01", "endDate": "2025-01-02"}}
    assert ask(renamed, body).names == ask(served, body).names


def test_samples_under_old_ids(renamed: Served) -> None:
    body = body_of("route", "opened_tickets", scriptParams={"sampleExtraction": True})
    assert ask(renamed, body).names == ["route", "opened_tickets"]


class TestMoreThanTwentyFields:
    """Looker Studio asks in parts of twenty and lays the rows side by side, so both must have one order."""

    DIMENSIONS = ("date_day", "channel", "category", "city", "is_escalated")

    def test_parts_line_up(self, served: Served) -> None:
        sums = [
            name for name in served.world.model.datasets["tickets"].metrics
            if served.world.model.metrics[name].additivity == "additive"
        ][:22]  # fmt: skip
        assert len(sums) > 20
        first = ask(served, body_of(*self.DIMENSIONS, *sums[:15]))
        second = ask(served, body_of(*self.DIMENSIONS, *sums[15:]))
        whole = ask(served, body_of(*self.DIMENSIONS, *sums))
        assert len(whole.names) > 20
        width = len(self.DIMENSIONS)
        assert [a + b[width:] for a, b in zip(first.values, second.values, strict=True)] == whole.values

    def test_rows_are_in_the_order_of_every_dimension(self, served: Served) -> None:
        rows = ask(served, body_of(*self.DIMENSIONS, "tickets_created")).values
        width = len(self.DIMENSIONS)
        keys = [[(value is None, "" if value is None else value) for value in row[:width]] for row in rows]
        assert keys == sorted(keys)
