"""Rollups beside the rows: built when a table is large, read while they agree with it, left alone otherwise."""

from datetime import date

import pytest

from schemas import DateRange, Query, Scope, without_rollups
from tests.warehouse.conftest import ATHENS, Load, Rows
from warehouse import WorkspaceDatabase
from warehouse.rollups import read_rollups, refresh_rollups

QUESTION = Query(
    dataset="tickets",
    dimensions=("date_day", "channel"),
    metrics=("tickets_created", "resolution_rate", "handle_avg_seconds"),
    scope=Scope(frozenset({ATHENS.id})),
    dates=DateRange(date(2025, 1, 1), date(2025, 2, 1)),
)


def tickets(first: int, count: int) -> str:
    """Write a file of tickets over ten days, some of them never solved, some without a channel."""
    lines = ["id,created,solved,channel,seconds"]
    for number in range(first, first + count):
        day = 1 + number % 10
        solved = f"2025-01-{day + 1:02} 10:00" if number % 3 else ""
        channel = ("web", "mail", "")[number % 7 % 3]
        lines.append(f"{number},2025-01-{day:02} 09:00,{solved},{channel},{number % 50}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def rolled(database: WorkspaceDatabase, load: Load) -> WorkspaceDatabase:
    """Two thousand tickets with rollups beside them."""
    load(tickets(0, 2_000))
    refresh(database)
    return database


def refresh(database: WorkspaceDatabase) -> bool:
    """Build the rollups, for smaller tables than usual."""
    with database.writing() as cursor:
        return refresh_rollups(cursor, database.model, least_rows=1_000)


def test_a_small_table_has_none(database: WorkspaceDatabase, load: Load, rows: Rows) -> None:
    load(tickets(0, 200))
    assert not database.keep_up()
    assert rows("select count(*) from state.rollups") == [(0,)]
    assert "rollup_" not in database.compile(QUESTION).sql


def test_the_answer_is_that_of_the_rows(rolled: WorkspaceDatabase) -> None:
    compiled = rolled.compile(QUESTION)
    assert "rollup_ticket_1" in compiled.sql
    answer = rolled.fetch_json(compiled)
    assert answer == rolled.fetch_json(without_rollups(compiled))
    assert answer.rows == 30
    assert rolled.fetch_rows(compiled) == rolled.fetch_rows(without_rollups(compiled))


def test_what_has_as_many_groups_as_rows_is_not_kept(rolled: WorkspaceDatabase, rows: Rows) -> None:
    kept = {str(row[0]): row[1] for row in rows("select name, rows from state.rollups")}
    assert kept["rollup_ticket_0"] == 10
    assert kept["rollup_ticket_1"] == 30
    with rolled.reading() as cursor:
        assert {one.table for one in read_rollups(cursor, rolled.model).tables} <= set(kept)


def test_they_are_made_once_for_the_same_data(rolled: WorkspaceDatabase) -> None:
    assert not refresh(rolled)


def test_after_a_load_the_rows_answer_until_they_are_made_anew(rolled: WorkspaceDatabase, load: Load) -> None:
    load(tickets(2_000, 500), name="more.csv")
    assert "rollup_" not in rolled.compile(QUESTION).sql
    assert refresh(rolled)
    assert "rollup_" in rolled.compile(QUESTION).sql
    total = rolled.compile(Query("tickets", (), ("tickets_created",), QUESTION.scope))
    assert rolled.fetch_rows(total) == [(2_500,)]


def test_a_question_compiled_before_a_load_reads_the_rows_after_it(rolled: WorkspaceDatabase, load: Load) -> None:
    """What was compiled over rollups and runs after they have fallen behind never answers from them."""
    total = rolled.compile(Query("tickets", (), ("tickets_created",), QUESTION.scope))
    assert "rollup_" in total.sql
    load(tickets(2_000, 500), name="more.csv")
    assert rolled.fetch_rows(total) == [(2_500,)]
    assert rolled.fetch_json(total).body == b'{"values":[2500]}'


def test_a_table_that_shrinks_gives_its_rollups_up(rolled: WorkspaceDatabase, rows: Rows) -> None:
    with rolled.writing() as cursor:
        cursor.execute("delete from normalised.ticket").fetchall()
        cursor.execute("update state.about set data_version = data_version + 1").fetchall()
        assert refresh_rollups(cursor, rolled.model, least_rows=1_000_000)
    assert rows("select count(*) from duckdb_tables() where table_name like 'rollup_ticket%'") == [(0,)]
    assert rolled.fetch_rows(rolled.compile(Query("tickets", (), ("tickets_created",), QUESTION.scope))) == [(None,)]
