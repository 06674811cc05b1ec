"""Mapping files: what is written in them is what holds, and mistakes are answered with the place and a way out."""

import pytest

from tests.warehouse.imports.workbench import Rules, Workbench, mapping_of
from warehouse import ImportFileError, Mapping, Mode, load_mapping


def read(bench: Workbench, text: str) -> Mapping:
    """Return the mapping that a YAML text stands for."""
    return load_mapping(bench.write("map.yaml", text))


def mistake(bench: Workbench, text: str | bytes) -> str:
    """Return the message for a YAML text that cannot be used."""
    path = bench.write("map.yaml", text)
    with pytest.raises(ImportFileError) as caught:
        load_mapping(path)
    assert "map.yaml" in str(caught.value)
    return str(caught.value)


def test_everything_a_mapping_can_say(bench: Workbench) -> None:
    """Long and short forms."""
    mapping = read(
        bench,
        """
entity: tickets
source: desk
key: Ticket
mode: replace
timezone: Europe/Lisbon
encoding: cp1252
delimiter: ";"
decimal_comma: true
sheet: March
record_path: data.tickets
ignore: Notes
columns:
  created_at: {from: Created, format: "%d.%m.%Y"}
  solved_at: {from: Solved, format: ["%d.%m.%Y", unix], timezone: UTC}
  channel: {from: Channel, values: {E-mail: email}, otherwise: null}
  country: {constant: PT}
  subject: Subject
""",
    )
    assert (mapping.key, mapping.mode, mapping.ignore) == (("Ticket",), Mode.REPLACE, ("Notes",))
    assert mapping.columns["solved_at"].format == ("%d.%m.%Y", "unix")
    assert mapping.columns["channel"].otherwise == "null"
    assert mapping.columns["subject"].source == "Subject"
    assert mapping.source_columns == ("Ticket", "Created", "Solved", "Channel", "Subject")


@pytest.mark.parametrize(("text", "words"), [
    ("entity: [", "not valid YAML"),
    ("a: b: c", "not valid YAML"),
    ("\tentity: tickets", "not valid YAML"),
    ("", "must be"),
    ("- entity", "must be"),
    ("just text", "must be"),
    (b"entity: \xff\xfe", "not valid YAML"),
    ("columns: {created_at: c}", "entity: Field required"),
    ("entity: tickets", "columns: Field required"),
    ("entity: tickets\ncolumns: []", "columns"),
    ("entity: tickets\ncolums: {}", "did you mean 'columns'?"),
    ("entity: tickets\ncolumns: {created_at: {from: c, formt: x}}", "did you mean 'format'?"),
    ("entity: tickets\ncolumns: {created_at: {form: c}}", "did you mean 'format'?"),
    ("entity: tickets\ncolumns: {created_at: {}}", "give either 'from'"),
    ("entity: tickets\ncolumns: {created_at: {from: a, constant: b}}", "not both"),
    ("entity: tickets\ncolumns: {created_at: }", "created_at"),
    ("entity: tickets\nmode: merge\ncolumns: {}", "mode"),
    ("entity: tickets\ntimezone: Europe/Atlantis\ncolumns: {}", "'Europe/Atlantis' is not a time zone"),
    ("entity: tickets\ncolumns: {created_at: {from: c, timezone: GMT+25}}", "is not a time zone"),
    ("entity: tickets\ncolumns: {channel: {from: c, otherwise: drop}}", "otherwise"),
    ("entity: tickets\ncolumns: {channel: {from: c, values: [a]}}", "values"),
])  # fmt: skip
def test_mistakes_in_a_mapping(bench: Workbench, text: str | bytes, words: str) -> None:
    """The message names the file, the place and, where one is near, the right word."""
    assert words in mistake(bench, text)


def test_a_mapping_that_is_not_there(bench: Workbench) -> None:
    """A path to nothing and to a folder."""
    for path in (bench.folder / "none.yaml", bench.folder):
        with pytest.raises(ImportFileError, match="cannot be read"):
            load_mapping(path)


WORDS = ["Yes", "No", "on", "01", "1", "1.50", "null", "2025-01-01", "12:30", "1e3", "0x1F", "true", "~", "1_000", ".5"]


def test_value_maps_match_the_cell_as_it_is_written(bench: Workbench) -> None:
    """What YAML would read as a flag, a number or a date stands for the text of a cell."""
    values = ", ".join(f"{word}: mapped {word}" for word in WORDS)
    mapping = read(bench, "entity: tickets\ncolumns:\n  source_id: id\n  created_at: created\n"
                          f"  channel: {{from: via, values: {{{values}}}, otherwise: 'null'}}\n")  # fmt: skip
    rows = [["id", "created", "via"], *([word, "2025-01-01", word] for word in [*WORDS, "other"])]
    bench.load(bench.write_csv("a.csv", rows), mapping)
    assert bench.pairs("source_id, channel") == {word: f"mapped {word}" for word in WORDS} | {"other": None}


def test_constants_are_what_is_written(bench: Workbench) -> None:
    """Norway is NO, not false."""
    words = ["NO", "yes", "Off", "2025-01-01", "12:30", "007", "1.50", "1_000"]
    path = bench.write("a.csv", "id,created\n1,2025-01-01\n")
    for word in words:
        columns = f"{{source_id: id, created_at: created, country: {{constant: {word}}}}}"
        mapping = read(bench, f"entity: tickets\nsource: s {word}\ncolumns: {columns}\n")
        bench.load(path, mapping)
    assert bench.pairs("source_system, country") == {f"s {word}": word for word in words}


def test_columns_may_be_called_no(bench: Workbench) -> None:
    """Many files call the number of a ticket No."""
    mapping = read(bench, "entity: tickets\nkey: No\nignore: [Yes]\ncolumns: {source_id: No, created_at: On}\n")
    assert bench.load(bench.write("a.csv", "No,On,Yes\n7,2025-01-01,x\n"), mapping).unmapped == ()
    assert bench.tickets() == [("7",)]


def test_columns_that_the_file_does_not_have(bench: Workbench) -> None:
    """The message lists all of them with close names of the file."""
    path = bench.write("a.csv", "Ticket No,Created Date,Topic\n1,2025-01-01,x\n")
    columns = {"source_id": "Ticket Nr", "created_at": "Created date", "category": "Zzz"}
    message = bench.refusal(path, mapping_of(columns, ignore=["Topik"]))
    assert "'Ticket Nr'; did you mean Ticket No?" in message
    assert "'Created date'; did you mean Created Date?" in message
    assert "'Zzz'" in message
    assert "'Topik'; did you mean Topic?" in message


@pytest.mark.parametrize("name", ["a.ndjson", "a.json"])
def test_keys_that_no_record_has(bench: Workbench, name: str) -> None:
    """In JSON a column is missing only if no record at all has it."""
    records = '{"id": 1, "created": "2025-01-01"}\n{"id": 2, "created": "2025-01-01", "Topic": "x"}\n'
    text = records if name == "a.ndjson" else "[" + records.strip().replace("\n", ",") + "]"
    path = bench.write(name, text)
    columns = {"source_id": "id", "created_at": "created", "category": "Topik"}
    assert "'Topik'; did you mean Topic?" in bench.refusal(path, mapping_of(columns))
    assert bench.load(path, mapping_of({**columns, "category": "Topic"})).rows_new == 2
    assert bench.tickets("category") == [(None,), ("x",)]


UNFIT: list[tuple[Rules, Rules, str]] = [
    ({"source_id": "id", "created_at": "created", "categori": "x"}, {}, "did you mean category"),
    ({"source_id": "id", "created_at": "created", "resolution_seconds": "x"}, {}, "'resolution_seconds' is not a"),
    ({"source_id": "id", "created_at": "created", "client_account_id": "x"}, {}, "'client_account_id' is not a column"),
    ({"source_id": "id", "category": "x"}, {}, "'created_at' is required but nothing fills it"),
    ({"created_at": "created"}, {}, "name the columns that identify a row"),
    ({"created_at": "created", "source_id": "id"}, {"key": ["x"]}, "'key' and 'source_id'"),
    ({"created_at": "created", "source_id": {"constant": "1"}}, {}, "'source_id' must come from a column"),
    ({"created_at": "created", "source_id": {"from": "id", "values": {"a": "b"}}}, {}, "'source_id' must come"),
    ({"source_id": "id", "created_at": "created"}, {"entity": "tikets"}, "Did you mean tickets"),
]


def test_mappings_that_do_not_fit_the_entity(bench: Workbench) -> None:
    """Unknown and derived columns, what is required, what identifies a row."""
    path = bench.write("a.csv", "id,created,x\n1,2025-01-01,y\n")
    for columns, settings, words in UNFIT:
        assert words in bench.refusal(
            path, Mapping.model_validate({"entity": "tickets", "columns": columns} | settings)
        )
