"""Attributes of parents: copied at load, filled in when the parent comes later, and chosen by the portfolio level."""

from dataclasses import replace
from pathlib import Path

import pytest

from connectors import Context
from schemas import SemanticModel
from tests.warehouse.conftest import Rows
from tests.warehouse.rows_source import CLIENT, NOW, Fields, RowsSource, sync_rows
from warehouse import WorkspaceDatabase
from warehouse.parents import ordered_parents, parent_depth
from warehouse.state import read_settings, write_settings
from warehouse.sync_target import parents_first

ACCOUNT: Fields = {"source_id": "A", "account": "Acme", "segment": "Large", "country": "GR", "plan": "Gold"}
AGENT: Fields = {"source_id": "u1", "agent": "Ada", "team": "Blue"}
TICKET: Fields = {
    "source_id": "t1",
    "account_id": "A",
    "assignee_id": "u1",
    "created_at": "2025-05-01 10:00:00",
    "channel": "mail",
}
SURVEY: Fields = {"source_id": "s1", "survey": "After contact", "survey_kind": "transactional", "kind": "csat"}
QUESTION: Fields = {
    "source_id": "q1",
    "survey_id": "s1",
    "scale_min": 1,
    "scale_max": 5,
    "higher_is_better": True,
    "is_primary": True,
}
ANSWER: Fields = {
    "survey_id": "s1",
    "question_id": "q1",
    "ticket_id": "t1",
    "responded_at": "2025-05-02 10:00:00",
    "raw_value": 4,
    "is_completed": True,
}
FILLED = ("Acme", "Large", "Ada", "Blue", "mail", "After contact", "csat", 0.75)
ANSWERS = (
    "select account, segment, agent, team, channel, survey, kind, score_normalised from normalised.survey_response"
)


def test_parents_come_before_their_children(model: SemanticModel, tmp_path: Path) -> None:
    assert [one.entity for one in ordered_parents(model.entities["survey_response"])][-2:] == ["account", "user_agent"]
    assert parent_depth(model.entities, "account") == 0
    assert parent_depth(model.entities, "survey_response") == 2
    source = RowsSource(tmp_path, model, {"survey_response": [], "ticket": [], "account": []})
    ordered = parents_first(model, source.streams(Context("c", {}, NOW)))
    assert [stream.name for stream in ordered] == ["account", "ticket", "survey_response"]


def test_every_parent_is_a_table_of_its_own(model: SemanticModel) -> None:
    parents = {one.entity for entity in model.entities.values() for one in entity.parents}
    assert parents
    for name in parents:
        assert model.entities[name].table == name
        assert model.entities[name].is_loadable


def test_a_row_takes_what_it_does_not_say_from_its_parents(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    tickets = [
        TICKET,
        TICKET | {"source_id": "t2", "segment": "Small", "country": "PT"},
        TICKET | {"source_id": "t3", "account_id": "unknown", "assignee_id": None},
    ]
    sync_rows(database, tmp_path, {"account": [ACCOUNT], "user_agent": [AGENT], "ticket": tickets})
    assert rows(
        "select account, segment, country, plan, agent, team from normalised.ticket where is_listed order by source_id"
    ) == [
        ("Acme", "Large", "GR", "Gold", "Ada", "Blue"),
        ("Acme", "Small", "PT", "Gold", "Ada", "Blue"),
        (None, None, None, None, None, None),
    ]


def test_attributes_pass_through_generations_and_rows_derive_from_them(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    sync_rows(
        database,
        tmp_path,
        {
            "survey_response": [ANSWER],
            "survey_question": [QUESTION],
            "survey": [SURVEY],
            "ticket": [TICKET],
            "user_agent": [AGENT],
            "account": [ACCOUNT],
        },
    )
    assert rows(ANSWERS) == [FILLED]


@pytest.mark.parametrize(
    "last", [["survey", "survey_question"], ["ticket"], ["account", "user_agent"], ["ticket", "account"]]
)
def test_rows_that_came_before_their_parent_are_filled_when_it_comes(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows, last: list[str]
) -> None:
    tables = {
        "account": [ACCOUNT],
        "user_agent": [AGENT],
        "ticket": [TICKET],
        "survey": [SURVEY],
        "survey_question": [QUESTION],
        "survey_response": [ANSWER],
    }
    late = {name: tables.pop(name) for name in last}
    sync_rows(database, tmp_path, tables)
    assert rows(ANSWERS) != [FILLED]
    version = database.data_version()
    sync_rows(database, tmp_path, late, name="later")
    assert rows(ANSWERS) == [FILLED]
    assert database.data_version() > version
    assert rows("select connection, source_system from normalised.survey_response") == [("rows", "rows")]


def test_what_a_row_said_stays_when_the_parent_changes(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    sync_rows(database, tmp_path, {"account": [ACCOUNT], "ticket": [TICKET]})
    sync_rows(database, tmp_path, {"account": [ACCOUNT | {"segment": "Small", "city": "Patras"}], "ticket": []})
    assert rows("select segment, city from normalised.ticket") == [("Large", "Patras")]


def test_of_several_sources_the_rows_own_comes_first(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    sync_rows(database, tmp_path, {"account": [ACCOUNT | {"account": "In b"}]}, name="b")
    sync_rows(database, tmp_path, {"account": [ACCOUNT | {"account": "In a"}]}, name="a")
    for name in ("a", "b", "c"):
        sync_rows(database, tmp_path, {"ticket": [TICKET]}, name=name)
    assert rows("select source_system, account from normalised.ticket order by 1") == [
        ("a", "In a"),
        ("b", "In b"),
        ("c", "In a"),
    ]


OWNED = replace(CLIENT, region="North", account_owner="Olga", service_level="Gold")
OWN_ACCOUNT = ACCOUNT | {"account_region": "South", "account_owner": "Nikos", "service_level": None}
PORTFOLIO = "select region, account_owner, service_level from normalised.{}"


@pytest.mark.parametrize("level", ["client_account", "account"])
@pytest.mark.parametrize("late", [False, True])
def test_the_portfolio_level_says_whose_region_owner_and_service_level_rows_carry(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows, level: str, late: bool
) -> None:
    with database.writing() as cursor:
        write_settings(cursor, replace(read_settings(cursor), portfolio_level=level))
    tickets = [TICKET, TICKET | {"source_id": "t2", "account_id": None}]
    tables = {"account": [OWN_ACCOUNT], "ticket": tickets}
    if late:
        sync_rows(database, tmp_path, {"ticket": tickets}, clients=(OWNED,))
        sync_rows(database, tmp_path, {"account": [OWN_ACCOUNT]}, clients=(OWNED,), name="later")
    else:
        sync_rows(database, tmp_path, tables, clients=(OWNED,))
    clients_own = ("North", "Olga", "Gold")
    accounts_own = ("South", "Nikos", "Gold") if level == "account" else clients_own
    assert rows(PORTFOLIO.format("account")) == [accounts_own]
    assert rows(PORTFOLIO.format("ticket") + " order by source_id") == [accounts_own, clients_own]
