"""Reads: JSON as Python would write it, whole or refused, and never longer than allowed."""

import json
import math
import threading
import time
from dataclasses import replace
from functools import cache

import pytest

from schemas import (
    Compiled,
    DateRange,
    Filter,
    InvalidPatternError,
    OutputColumn,
    OutputType,
    Query,
    Scope,
    SemanticModel,
    TooManyRowsError,
    compile_query,
)
from schemas import load_model as load_from_disk
from tests.warehouse.conftest import ATHENS, Load
from warehouse import OutOfMemoryError, QueryTimeoutError, Warehouse, WorkspaceDatabase

VARCHAR, BIGINT, DOUBLE, BOOLEAN = OutputType.VARCHAR, OutputType.BIGINT, OutputType.DOUBLE, OutputType.BOOLEAN
HEADER = "id,created,solved,channel,seconds\n"


load_model = cache(load_from_disk)


def compiled(
    sql: str, *columns: tuple[str, OutputType], parameters: tuple[object, ...] = (), dimensions: int = 1
) -> Compiled:
    """Return a compiled query whose text a test spells out; the first columns are its dimensions."""
    model = load_model()
    made = compile_query(model, Query("tickets", ("channel",), (), Scope(frozenset({"x"}))))
    keys = tuple(replace(model.dimensions["channel"], name=name) for name, _ in columns[:dimensions])
    outputs = tuple(OutputColumn(name, kind) for name, kind in columns)
    return replace(made, sql=sql, parameters=parameters, columns=outputs, plan=replace(made.plan, keys=keys))


AWKWARD = [
    ("plain", 1, 1.5, True),
    (None, None, None, None),
    ('quote " back \\ slash / line\nbreak\ttab \x01', -(2**63), 0.1 + 0.2, False),
    ("Ελλάδα 🦉   é", 2**63 - 1, 1e300, True),
    ("", 0, -0.0, False),
    ("nan", 7, math.nan, True),
    ("inf", 8, -math.inf, True),
]


@pytest.mark.parametrize("dimensions", [0, 1])
def test_json_equals_what_python_writes(database: WorkspaceDatabase, dimensions: int) -> None:
    values = ", ".join(
        f"(${4 * n + 1}::varchar, ${4 * n + 2}::bigint, ${4 * n + 3}::double, ${4 * n + 4}::boolean)"
        for n in range(len(AWKWARD))
    )
    query = compiled(
        f"select * from (values {values}) t(t, i, d, b)",
        ("t", VARCHAR), ("i", BIGINT), ("d", DOUBLE), ("b", BOOLEAN),
        parameters=tuple(cell for row in AWKWARD for cell in row),
        dimensions=dimensions,
    )  # fmt: skip
    answer = database.fetch_json(query)
    found = json.loads(b"[" + answer.body + b"]")
    wanted = [
        [None if isinstance(cell, float) and not math.isfinite(cell) else cell for cell in row] for row in AWKWARD
    ]
    assert answer.rows == len(AWKWARD)
    assert sorted((item["values"] for item in found), key=str) == sorted(wanted, key=str)


def test_an_empty_answer_is_empty(database: WorkspaceDatabase) -> None:
    answer = database.fetch_json(compiled("select 'x' as t where false", ("t", VARCHAR)))
    assert (answer.body, answer.rows) == (b"", 0)


def test_exact_decimals_become_numbers(database: WorkspaceDatabase) -> None:
    assert (
        database.fetch_json(compiled("select 'a' as t, 1.10::decimal(9, 2) as d", ("t", VARCHAR), ("d", DOUBLE))).body
        == b'{"values":["a",1.1]}'
    )


def test_the_order_of_the_query_is_kept(database: WorkspaceDatabase) -> None:
    sql = "select (range * 7919) % 300007 as n from range(300000) order by n"
    answer = database.fetch_json(compiled(sql, ("n", BIGINT)))
    numbers = [item["values"][0] for item in json.loads(b"[" + answer.body + b"]")]
    assert len(numbers) == 300_000
    assert numbers == sorted(numbers)


def test_too_many_rows_are_refused_whole(database: WorkspaceDatabase) -> None:
    sql = "select range % 3 as few, range as many, 1.0::double as m from range(5001)"
    query = compiled(sql, ("few", BIGINT), ("many", BIGINT), ("m", DOUBLE), dimensions=2)
    assert database.fetch_json(query, max_rows=5001).rows == 5001
    with pytest.raises(TooManyRowsError, match=r"5,000 rows.*'many' has about [45],\d+ values") as caught:
        database.fetch_json(query, max_rows=5000)
    assert caught.value.detail["dimension"] == "many"


def test_too_many_bytes_are_refused_whole(database: WorkspaceDatabase) -> None:
    query = compiled("select repeat('x', 1000) || range as t from range(3000)", ("t", VARCHAR))
    assert database.fetch_json(query).rows == 3000
    with pytest.raises(TooManyRowsError, match="2 MB"):
        database.fetch_json(query, max_bytes=2 * 1024 * 1024)


def test_a_bad_pattern_says_what_re2_says(database: WorkspaceDatabase, model: SemanticModel) -> None:
    clause = Filter("channel", "REGEXP_PARTIAL_MATCH", ("a(?=b)",))
    query = Query("tickets", ("channel",), ("tickets_created",), Scope(frozenset({"x"})), filters=((clause,),))
    with pytest.raises(InvalidPatternError, match="invalid perl operator"):
        database.fetch_json(compile_query(model, query))


def test_a_compiled_question_is_answered(database: WorkspaceDatabase, model: SemanticModel, load: Load) -> None:
    from datetime import date

    load(HEADER + "1,2025-01-05 10:00,,email,1\n2,2025-01-05 10:00,2025-01-06,web,1\n3,2025-02-05 10:00,,web,1\n")
    query = Query(
        "tickets",
        ("channel",),
        ("tickets_created",),
        Scope(frozenset({ATHENS.id})),
        DateRange(date(2025, 1, 1), date(2025, 2, 1)),
    )
    assert database.fetch_json(compile_query(model, query)).body == b'{"values":["email",1]},{"values":["web",1]}'
    assert database.fetch_rows(compile_query(model, query)) == [("email", 1), ("web", 1)]


def test_a_long_query_is_stopped_and_the_next_one_runs(warehouse: Warehouse, model: SemanticModel) -> None:
    with Warehouse(warehouse.data_dir / "other", model, threads=2, query_timeout_seconds=0.3) as other:
        database = other.workspace("main", create=True)
        slow = compiled(
            "select count(*) as n from range(3000000) a, range(3000000) b where a.range * b.range = 7", ("n", BIGINT)
        )
        started = time.monotonic()
        with pytest.raises(QueryTimeoutError, match=r"longer than 0\.3 seconds.*shorter date range"):
            database.fetch_json(slow)
        assert time.monotonic() - started < 5
        for _ in range(20):
            assert database.fetch_json(compiled("select 1 as n", ("n", BIGINT))).rows == 1


def test_a_lack_of_memory_is_said_in_words(warehouse: Warehouse, model: SemanticModel) -> None:
    with Warehouse(warehouse.data_dir / "other", model, threads=1, memory_limit="60MB") as other:
        database = other.workspace("main", create=True)
        greedy = compiled("select string_agg(repeat(range::varchar, 40), ',') as t from range(2000000)", ("t", VARCHAR))
        with pytest.raises(OutOfMemoryError, match="shorter date range"):
            database.fetch_json(greedy)


def test_many_threads_read_at_once(database: WorkspaceDatabase) -> None:
    query = compiled("select range as n from range(20000) order by n", ("n", BIGINT))
    sizes: list[int] = []
    threads = [threading.Thread(target=lambda: sizes.append(len(database.fetch_json(query).body))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sizes) == 8
    assert len(set(sizes)) == 1
