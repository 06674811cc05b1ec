"""Numbers, money, flags, value maps and constants: what is read, and what is quarantined."""

import pytest

from tests.warehouse.imports.workbench import ACME, NEW_YORK, Rules, Table, Workbench, mapping_of
from warehouse import ClientAccount


def loaded(bench: Workbench, column: str, rule: object, cells: list[str], **settings: object) -> list[object]:
    """Load the cells into one column and return its values in the order of the cells."""
    rows: Table = [["id", "created", "value", "other"]]
    rows += [[f"{number:03}", "2025-01-01", cell, ""] for number, cell in enumerate(cells)]
    columns: Rules = {"source_id": "id", "created_at": "created", column: rule}
    path = bench.write_csv("cells.csv", rows)
    source = f"load {len(bench.database.import_history())}"
    bench.load(path, mapping_of(columns, source=source, **settings))
    quarantined = {entry.line: entry.value for entry in bench.newest_quarantine(path)}
    values = [value for (value,) in bench.tickets(column, f"source_system = '{source}'")]
    for number, cell in enumerate(cells):
        # A cell is read, or empty, or in quarantine: never one of these and another.
        assert (quarantined.get(number + 2) == cell.strip()) == (number + 2 in quarantined)
        assert values[number] is None or number + 2 not in quarantined
    return ["quarantined" if number + 2 in quarantined else value for number, value in enumerate(values)]


def test_numbers_with_a_point(bench: Workbench) -> None:
    """Grouped thousands are read; what only looks like a number is quarantined."""
    cells = ["1", "1.5", " 7 ", "1,234", "1,234,567.25", "1 234.5", "1e3", "+5", "", "0", ".5", "007"]
    assert loaded(bench, "handle_seconds", "value", cells) == [
        1, 1.5, 7, 1234, 1234567.25, 1234.5, 1000, 5, None, 0, 0.5, 7
    ]  # fmt: skip
    bad = ["1,5", "12,34", "1.234.567", "abc", "-1", "nan", "inf", "-inf", "1e999", "€5", "5 s", "1,,000", "0x10", "--"]
    assert loaded(bench, "handle_seconds", "value", bad) == ["quarantined"] * len(bad)


def test_decimal_commas_are_refused_where_numbers_have_a_point(bench: Workbench) -> None:
    """`1.234` of a JSON file would become 1234 in silence."""
    path = bench.write("cells.ndjson", '{"id": "1", "created": "2025-01-01", "value": 1.234}\n')
    columns: Rules = {"source_id": "id", "created_at": "created", "handle_seconds": "value"}
    assert "'decimal_comma' is for CSV and TSV files" in bench.refusal(path, mapping_of(columns, decimal_comma=True))


def test_numbers_with_a_comma(bench: Workbench) -> None:
    """With a decimal comma the point groups thousands and nothing else; the column's own word wins."""
    cells = ["1", "1,5", "1.234", "1.234.567,25", "1 234,5", "", "0,0", "2273,9"]
    expected = [1, 1.5, 1234, 1234567.25, 1234.5, None, 0, 2273.9]
    assert loaded(bench, "handle_seconds", "value", cells, decimal_comma=True) == expected
    assert loaded(bench, "handle_seconds", {"from": "value", "decimal_comma": True}, cells) == expected
    bad = ["1.5", "12.34", "1,234,567", "1,2,3", ",", "-1,5", "1.23,4"]
    assert loaded(bench, "handle_seconds", "value", bad, decimal_comma=True) == ["quarantined"] * len(bad)
    rule = {"from": "value", "decimal_comma": False}
    assert loaded(bench, "handle_seconds", rule, ["1.5", "1,5"], decimal_comma=True) == [1.5, "quarantined"]


def test_whole_numbers(bench: Workbench) -> None:
    """A fraction or too many digits are not rounded in silence."""
    cells = ["0", "3", "3.0", "1,000", "", "3.5", "9007199254740993", "-1", "x", "1e3"]
    assert loaded(bench, "public_agent_replies", "value", cells) == [
        0, 3, 3, 1000, None, "quarantined", "quarantined", "quarantined", "quarantined", 1000
    ]  # fmt: skip


def test_flags(bench: Workbench) -> None:
    """Yes and no as people and programs write them."""
    cells = ["true", "FALSE", "Yes", "n", "1", "0", "on", "off", "", "maybe", "2", "ja"]
    assert loaded(bench, "is_escalated", "value", cells) == [
        True, False, True, False, True, False, True, False, None, "quarantined", "quarantined", "quarantined"
    ]  # fmt: skip


@pytest.mark.parametrize(("currency", "minor"), [("EUR", 100), ("JPY", 1), ("kwd", 1000), ("XOF", 1)])
def test_money_is_kept_in_minor_units(bench: Workbench, currency: str, minor: int) -> None:
    """Amounts become whole minor units of their currency; only the report currency has a handle cost."""
    rows: Table = [["id", "created", "cost", "currency"],
            [1, "2025-01-01", "12.25", currency], [2, "2025-01-01", "1,000", ""],
            [3, "2025-01-01", "n/a", currency], [4, "2025-01-01", "-3", currency]]  # fmt: skip
    columns: Rules = {"source_id": "id", "created_at": "created", "handle_cost_original": "cost",
                      "currency_original": "currency"}  # fmt: skip
    client = ClientAccount("c", "c", "C", report_currency="USD")
    report = bench.load(bench.write_csv("a.csv", rows), mapping_of(columns), client)
    assert (report.rows_new, report.cells_quarantined, report.fx_missing) == (4, 1, 2)
    assert bench.tickets("handle_cost_original, currency_original, handle_cost") == [
        (round(12.25 * minor), currency.upper(), None),
        (100_000, "USD", 100_000),
        (None, currency.upper(), None),
        (-3 * minor, currency.upper(), None),
    ]


def test_value_maps(bench: Workbench) -> None:
    """What is not listed is kept, left empty, or quarantined; a listed null is empty on purpose."""
    cells = ["E-mail", "Fax", "", " E-mail ", "e-mail", "Carrier pigeon", 'it\'s "quoted"']
    values = {"E-mail": "email", "Fax": None, 'it\'s "quoted"': "it's fine"}
    expected = {
        "keep": ["email", None, None, "email", "e-mail", "Carrier pigeon", "it's fine"],
        "null": ["email", None, None, "email", None, None, "it's fine"],
        "quarantine": ["email", None, None, "email", "quarantined", "quarantined", "it's fine"],
    }
    for otherwise, wanted in expected.items():
        rule = {"from": "value", "values": values, "otherwise": otherwise}
        assert loaded(bench, "channel", rule, cells) == wanted


def test_value_maps_of_typed_columns(bench: Workbench) -> None:
    """The mapped text is read as the column's type; what cannot be is quarantined as it was."""
    rule: Rules = {"from": "value", "values": {"ja": True, "nein": False, "weiß nicht": None}}
    assert loaded(bench, "is_escalated", rule, ["ja", "nein", "weiß nicht", "vielleicht", "true"]) == [
        True, False, None, "quarantined", True
    ]  # fmt: skip
    rule = {"from": "value", "values": {"none": 0, "many": "a lot"}, "otherwise": "null"}
    assert loaded(bench, "reopen_count", rule, ["none", "many", "3"]) == [0, "quarantined", None]


def test_constants(bench: Workbench) -> None:
    """A constant fills every row, also with what SQL and our own parameters could stumble over."""
    constant = 'it\'s; "$now" $region 100% \\ drop table'
    columns: Rules = {"source_id": "id", "created_at": "created", "country": {"constant": constant},
                      "reopen_count": {"constant": 2}, "is_escalated": {"constant": True}}  # fmt: skip
    bench.load(bench.write("a.csv", "id,created\n1,2025-01-01\n2,2025-01-01\n"), mapping_of(columns))
    assert bench.tickets("country, reopen_count, is_escalated") == [(constant, 2, True)] * 2


def test_columns_with_odd_names(bench: Workbench) -> None:
    """Names that look like SQL, like our own columns or parameters, or like each other."""
    names = ['say "hi"', "it's", "$region", "a $now b", "_line", "_key", "select", "Ünï", "x;y", "given", "records",
             "%s", "{0}"]  # fmt: skip
    rows: Table = [["id", "created", *names], [1, "2025-01-01", *(f"<{name}>" for name in names)]]
    path = bench.write_csv("a.csv", rows)
    for name in names:
        source = f"s{names.index(name)}"
        columns: Rules = {"source_id": "id", "created_at": "created",
                          "category": name + "_2" if name.startswith("_") else name}  # fmt: skip
        assert bench.load(path, mapping_of(columns, source=source)).rows_new == 1
    assert bench.pairs("source_system, category") == {f"s{number}": f"<{name}>" for number, name in enumerate(names)}


def test_the_same_odd_names_in_ndjson(bench: Workbench) -> None:
    """NDJSON goes another way to the same place."""
    path = bench.write("a.ndjson", '{"id": 1, "created": "2025-01-01", "$region": "r", "_key": "k", "A\\"b": "c"}\n')
    columns: Rules = {"source_id": "id", "created_at": "created", "category": "$region", "subcategory": 'A"b'}
    assert bench.load(path, mapping_of(columns)).rows_new == 1
    assert bench.tickets("category, subcategory") == [("r", "c")]


def test_duplicate_headers(bench: Workbench) -> None:
    """The second column of a name gets a number; so does one that differs in case only."""
    path = bench.write("a.csv", "id,created,topic,topic,TOPIC,,\n1,2025-01-01,a,b,c,d,e\n")
    columns: Rules = {"source_id": "id", "created_at": "created", "category": "topic", "subcategory": "topic_2",
                      "product": "TOPIC_3", "tags": "column_6"}  # fmt: skip
    report = bench.load(path, mapping_of(columns))
    assert report.unmapped == ("column_7",)
    assert bench.tickets("category, subcategory, product, tags") == [("a", "b", "c", "d")]


def test_spaces_around_cells_do_not_matter(bench: Workbench) -> None:
    """Keys and texts lose spaces at both ends; a cell of spaces is empty."""
    path = bench.write("a.csv", " id , created,topic\n 1 , 2025-01-01 ,  \n")
    bench.load(path, mapping_of({"source_id": "id", "created_at": "created", "category": "topic"}))
    assert bench.tickets("source_id, category") == [("1", None)]
    assert bench.sql("select id, topic from raw.file_file__ticket") == [(" 1 ", "  ")]


def test_clients_attributes_fill_what_a_file_leaves_empty(bench: Workbench) -> None:
    """Region, owner and service level come from the row if it has them, else from the client account."""
    client = ClientAccount("c", "c", "C", region="North", account_owner="Ann", service_level="gold")
    path = bench.write("a.csv", "id,created,where\n1,2025-01-01,South\n2,2025-01-01,\n")
    bench.load(path, mapping_of({"source_id": "id", "created_at": "created", "region": "where"}), client)
    assert bench.tickets("region, account_owner, service_level") == [
        ("South", "Ann", "gold"), ("North", "Ann", "gold")
    ]  # fmt: skip
    assert {client.name for client in bench.database.client_accounts()} == {"C"}
    assert ACME.region is None
    assert NEW_YORK.timezone == "America/New_York"
