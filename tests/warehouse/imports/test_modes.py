"""Upsert, append and replace; the same file twice; clients and sources that do not touch each other."""

import pytest

from tests.warehouse.imports.workbench import ACME, GLOBEX, Workbench, mapping_of
from warehouse import ClientAccount, Mode

COLUMNS = {"source_id": "id", "created_at": "created", "category": "topic"}


def rows(*pairs: tuple[int, str]) -> str:
    """Return a file of tickets with topics."""
    return "id,created,topic\n" + "".join(f"{number},2025-01-{number:02},{topic}\n" for number, topic in pairs)


FIRST = rows((1, "a"), (2, "b"), (3, "c"))
SECOND = rows((2, "b"), (3, "C"), (4, "d"))


@pytest.mark.parametrize(("mode", "counts", "result"), [
    (Mode.UPSERT, (1, 1, 1, 0), [("1", "a"), ("2", "b"), ("3", "C"), ("4", "d")]),
    (Mode.APPEND, (1, 0, 2, 0), [("1", "a"), ("2", "b"), ("3", "c"), ("4", "d")]),
    (Mode.REPLACE, (1, 1, 1, 1), [("2", "b"), ("3", "C"), ("4", "d")]),
])  # fmt: skip
def test_what_each_mode_does(
    bench: Workbench, mode: Mode, counts: tuple[int, ...], result: list[tuple[str, str]]
) -> None:
    """Other clients' and other sources' rows stay as they are."""
    for client, source in ((ACME, "file"), (GLOBEX, "file"), (ACME, "other")):
        bench.load(bench.write("first.csv", FIRST), mapping_of(COLUMNS, source=source), client)
    report = bench.load(bench.write("second.csv", SECOND), mapping_of(COLUMNS), mode=mode)
    assert (report.rows_new, report.rows_changed, report.rows_unchanged, report.rows_removed) == counts
    shown = "source_id, category"
    assert bench.tickets(shown, "client_account_id = 'client-acme' and source_system = 'file'") == result
    untouched = [("1", "a"), ("2", "b"), ("3", "c")]
    assert bench.tickets(shown, "client_account_id = 'client-globex'") == untouched
    assert bench.tickets(shown, "source_system = 'other'") == untouched


@pytest.mark.parametrize("mode", list(Mode))
def test_the_same_file_twice(bench: Workbench, mode: Mode) -> None:
    """Nothing at all changes, not even in the history; the report says so."""
    path = bench.write("a.csv", FIRST)
    first = bench.load(path, mapping_of(COLUMNS), mode=mode)
    before = bench.contents()
    second = bench.load(path, mapping_of(COLUMNS), mode=mode)
    assert (second.already_loaded, second.exit_status) == (True, 0)
    assert second.data_version == first.data_version == bench.database.data_version()
    assert bench.contents() == before


@pytest.mark.parametrize("mode", list(Mode))
def test_the_same_rows_in_another_file(bench: Workbench, mode: Mode) -> None:
    """They are unchanged, whatever their order, and the data version stays."""
    first = bench.load(bench.write("a.csv", FIRST), mapping_of(COLUMNS), mode=mode)
    tickets = bench.tickets("*")
    second = bench.load(bench.write("b.csv", rows((3, "c"), (1, "a"), (2, "b"))), mapping_of(COLUMNS), mode=mode)
    assert (second.rows_unchanged, second.rows_loaded, second.rows_removed) == (3, 3, 0)
    assert second.data_version == first.data_version
    assert bench.tickets("*") == tickets


def test_a_file_that_goes_back_and_forth(bench: Workbench) -> None:
    """A, B, A: without versions the file that was loaded last holds."""
    one, two = bench.write("a.csv", FIRST), bench.write("b.csv", SECOND)
    for path in (one, two, one):
        report = bench.load(path, mapping_of(COLUMNS))
    assert (report.rows_changed, report.rows_unchanged) == (1, 2)
    assert bench.tickets("source_id, category") == [("1", "a"), ("2", "b"), ("3", "c"), ("4", "d")]


def test_the_same_file_with_another_mapping(bench: Workbench) -> None:
    """All of its rows follow the new mapping, though the rows as received are the same."""
    path = bench.write("a.csv", FIRST)
    bench.load(path, mapping_of(COLUMNS))
    category = {"from": "topic", "values": {"a": "A!"}}
    changed = mapping_of({**COLUMNS, "category": category, "country": {"constant": "PT"}})
    report = bench.load(path, changed)
    assert not report.already_loaded
    assert bench.tickets("category, country") == [("A!", "PT"), ("b", "PT"), ("c", "PT")]
    assert bench.load(path, changed).already_loaded


def test_another_mapping_after_another_file(bench: Workbench) -> None:
    """A file loaded with the old mapping follows the new one also when the new one was first used for another file."""
    new = mapping_of({**COLUMNS, "country": {"constant": "PT"}})
    one, two = bench.write("a.csv", FIRST), bench.write("b.csv", rows((9, "z")))
    bench.load(one, mapping_of(COLUMNS))
    bench.load(two, new)
    bench.load(one, new)
    assert bench.tickets("country") == [("PT",)] * 4


def test_another_time_zone_of_the_client(bench: Workbench) -> None:
    """The same file is loaded anew when the client's zone has moved, since its times then mean something else."""
    path = bench.write("a.csv", "id,created\n1,2025-01-01 10:00\n")
    bench.load(path, mapping_of())
    moved = ClientAccount("client-acme", "acme", "Acme", timezone="Asia/Tokyo")
    assert not bench.load(path, mapping_of(), moved).already_loaded
    assert bench.tickets("created_at::text") == [("2025-01-01 01:00:00",)]


def test_two_clients_with_the_same_ids(bench: Workbench) -> None:
    """The same file for two clients makes tickets of both."""
    path = bench.write("a.csv", FIRST)
    for client in (ACME, GLOBEX):
        assert bench.load(path, mapping_of(COLUMNS), client).rows_new == 3
    other = bench.load(bench.write("b.csv", SECOND), mapping_of(COLUMNS), GLOBEX, Mode.REPLACE)
    assert other.rows_removed == 1
    assert len(bench.tickets(where="client_account_id = 'client-acme'")) == 3
    assert bench.value("select count(*) from raw.file_file__ticket") == 6


@pytest.mark.parametrize("others", [("help-desk", "help_desk"), ("Help desk", "help desk"), ("desk!", "desk?")])
def test_sources_with_names_that_are_nearly_the_same(bench: Workbench, others: tuple[str, str]) -> None:
    """Each source has its rows, though the names differ in a sign or in case only."""
    path = bench.write("a.csv", FIRST)
    for source in others:
        assert bench.load(path, mapping_of(COLUMNS, source=source)).rows_new == 3
    bench.load(bench.write("b.csv", SECOND), mapping_of(COLUMNS, source=others[0]), mode=Mode.REPLACE)
    found = bench.sql("select source_system, count(*) from normalised.ticket group by all order by all")
    assert found == [(source, 3) for source in sorted(others)]
    assert bench.tickets("category", f"source_system = '{others[1]}'") == [("a",), ("b",), ("c",)]


def test_replace_by_a_file_of_which_nothing_can_be_used(bench: Workbench) -> None:
    """The rows that are there stay: an unusable file does not empty a client."""
    bench.load(bench.write("a.csv", FIRST), mapping_of(COLUMNS))
    unusable = bench.write("b.csv", "id,created,topic\n1,never,x\n2,never,y\n")
    report = bench.load(unusable, mapping_of(COLUMNS), mode=Mode.REPLACE)
    assert (report.rows_quarantined, report.rows_removed, report.exit_status) == (2, 0, 1)
    assert len(bench.tickets()) == 3
    assert bench.refusal(bench.write("c.csv", "id,created,topic\n"), mapping_of(COLUMNS), mode=Mode.REPLACE)


def test_a_row_that_has_become_unusable_keeps_its_last_good_version(bench: Workbench) -> None:
    """A quarantined row does not take the place of a good one."""
    bench.load(bench.write("a.csv", FIRST), mapping_of(COLUMNS))
    report = bench.load(bench.write("b.csv", "id,created,topic\n1,never,x\n2,2025-01-02,B\n"), mapping_of(COLUMNS))
    assert (report.rows_changed, report.rows_quarantined) == (1, 1)
    assert bench.tickets("source_id, category") == [("1", "a"), ("2", "B"), ("3", "c")]


def test_columns_that_come_and_go(bench: Workbench) -> None:
    """A later file may have new columns, lack unmapped ones, and order them in another way."""
    bench.load(bench.write("a.csv", "id,created,topic,old\n1,2025-01-01,a,x\n2,2025-01-02,b,\n"), mapping_of(COLUMNS))
    report = bench.load(
        bench.write("b.csv", "new,topic,id,created\n,b,2,2025-01-02\nn,A,1,2025-01-01\n"), mapping_of(COLUMNS)
    )
    assert (report.rows_changed, report.rows_unchanged, report.unmapped) == (1, 1, ("new",))
    assert bench.tickets("category") == [("A",), ("b",)]
    assert bench.sql("select column_name from state.drift") == [("new",)]
