"""Proposed mappings: they fit the file, load back as they were written, import, and never replace a file."""

from pathlib import Path

import pytest

from tests.warehouse.imports import formats
from tests.warehouse.imports.commands import Home
from tests.warehouse.imports.workbench import MODEL, Workbench, mapping_of
from warehouse import ImportFileError, Mode, dump_mapping, load_mapping, propose_mapping, write_mapping

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "tickets.csv"
TICKET = MODEL.entities["ticket"]


def test_the_example_file(bench: Workbench) -> None:
    """The export of the documentation: day first, semicolons, decimal comma."""
    proposal = propose_mapping(EXAMPLE, TICKET)
    path = bench.folder / "proposed.yaml"
    write_mapping(path, proposal)
    mapping = load_mapping(path)
    assert mapping == proposal.mapping
    sources = {name: rule.source for name, rule in mapping.columns.items()}
    assert sources == {
        "source_id": "Ticket", "created_at": "Created", "first_reply_at": "First reply", "solved_at": "Solved",
        "category": "Topic", "channel": "Channel", "agent": "Agent", "team": "Team", "ticket_status": "Status",
        "priority": "Priority", "handle_seconds": "Seconds worked",
    }  # fmt: skip
    assert mapping.columns["created_at"].format == ("%d.%m.%Y %H:%M",)
    report = bench.load(EXAMPLE, mapping)
    hand_written = load_mapping(EXAMPLE.with_suffix(".yaml"))
    by_hand = bench.load(EXAMPLE, hand_written)
    assert (report.rows_new, report.rows_quarantined, report.cells_quarantined) == (
        by_hand.rows_new, by_hand.rows_quarantined, by_hand.cells_quarantined
    )  # fmt: skip
    assert (report.rows_quarantined, report.cells_quarantined) == (1, 1)


def test_english_headers(bench: Workbench) -> None:
    """A comma file as many help desks write it."""
    header = "Ticket ID,Created At,Solved At,Status,Assignee,Group,Channel,Subject,Satisfaction"
    path = bench.write("tickets.csv", f"{header}\n"
                       "101,2025-01-05T09:00:00Z,2025-01-05T12:00:00Z,solved,Ann,Support,email,\"Hi, there\",good\n"
                       "102,2025-01-06T09:00:00Z,,open,Bob,Support,chat,Hello: again,\n")  # fmt: skip
    proposal = propose_mapping(path, TICKET, source="desk")
    write_mapping(bench.folder / "proposed.yaml", proposal)
    mapping = load_mapping(bench.folder / "proposed.yaml")
    assert mapping == proposal.mapping
    assert {"source_id", "created_at", "solved_at", "ticket_status", "channel", "subject"} <= set(mapping.columns)
    assert proposal.unmapped == ("Satisfaction",)
    report = bench.load(path, mapping)
    assert (report.rows_new, report.cells_quarantined) == (2, 0)
    assert bench.tickets("source_id, resolution_seconds, subject") == [
        ("101", 10800, "Hi, there"), ("102", None, "Hello: again")
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["comma.csv", "lines.ndjson", "array.json", "typed.parquet", "sheet.xlsx"])
def test_every_format_can_be_proposed_and_imported(bench: Workbench, name: str) -> None:
    """The proposal for each kind of file imports the file without a change."""
    path = bench.folder / name
    formats.WRITERS[name](path, formats.sample_rows(60))
    proposal = propose_mapping(path, TICKET)
    write_mapping(bench.folder / "proposed.yaml", proposal)
    mapping = load_mapping(bench.folder / "proposed.yaml")
    assert mapping == proposal.mapping
    report = bench.load(path, mapping)
    assert (report.rows_new, report.cells_quarantined) == (60, 0)


HEADERS = ["id: x", "No", "yes", "a#b", " padded ", "it's", 'q"q', "- dash", "? mark", "{brace}", "[1]", "&anchor",
           "*star", "!tag", "%percent", "@at", "`tick`", "null", "~", "1", "2025-01-01", "tab\there", "new\nline",
           "ünï", "🙂", "key: [a]"]  # fmt: skip


def test_headers_that_yaml_finds_odd(bench: Workbench) -> None:
    """Whatever a column is called, the written proposal reads back and imports."""
    for number, header in enumerate(HEADERS):
        second = f"also {header}".strip()
        table = [[header, "created at", second], [f"{number:02}", "2025-01-01 10:00", "odd: value # x"]]
        proposal = propose_mapping(bench.write_csv("a.csv", table), TICKET)
        write_mapping(bench.folder / f"proposed{number}.yaml", proposal)
        assert load_mapping(bench.folder / f"proposed{number}.yaml") == proposal.mapping
        written = proposal.mapping.model_dump(by_alias=True, exclude_defaults=True)["columns"]
        columns = {**written, "category": second, "subcategory": header.strip()}
        full = mapping_of(columns, key=[header.strip()], source="odd")
        (bench.folder / "full.yaml").write_text(dump_mapping(full), encoding="utf-8")
        assert load_mapping(bench.folder / "full.yaml") == full
        assert bench.load(bench.folder / "a.csv", full).rows_new == 1
    assert bench.tickets("category, subcategory") == [
        ("odd: value # x", f"{number:02}") for number in range(len(HEADERS))
    ]


def test_every_setting_survives_writing(bench: Workbench) -> None:
    """A mapping that uses everything is the same after it was written and read."""
    mapping = mapping_of(
        {"created_at": {"from": "c", "format": ["%d.%m.%Y", "unix"], "timezone": "Asia/Tokyo"},
         "channel": {"from": "v", "values": {"No": "no", "1": None, "x: y": "true"}, "otherwise": "null"},
         "country": {"constant": "NO"}, "reopen_count": {"constant": "03"}, "is_spam": {"constant": "no"},
         "handle_seconds": {"from": "s", "decimal_comma": False}},
        key=["c", "v"], mode="replace", timezone="Europe/Athens", encoding="cp1252", delimiter="\t", decimal_comma=True,
        sheet="No", record_path="a.b", ignore=["Yes"], source="x: y",
    )  # fmt: skip
    (bench.folder / "full.yaml").write_text(dump_mapping(mapping), encoding="utf-8")
    assert load_mapping(bench.folder / "full.yaml") == mapping


def test_a_file_that_is_there_is_never_replaced(bench: Workbench) -> None:
    """Also when it is empty, a link or a folder."""
    proposal = propose_mapping(EXAMPLE, TICKET)
    for name in ("full.yaml", "empty.yaml"):
        path = bench.write(name, name.removesuffix(".yaml").replace("empty", ""))
        before = path.read_bytes()
        with pytest.raises(ImportFileError, match="exists"):
            write_mapping(path, proposal)
        assert path.read_bytes() == before


def test_files_that_nothing_can_be_proposed_for(bench: Workbench) -> None:
    """An empty file, nothing at all, no dates: a message, or a proposal that says what is missing."""
    with pytest.raises(ImportFileError, match="empty"):
        propose_mapping(bench.write("a.csv", ""), TICKET)
    with pytest.raises(ImportFileError, match="no columns"):
        propose_mapping(bench.write("a.ndjson", "nonsense\n"), TICKET)
    proposal = propose_mapping(bench.write("b.csv", "x,y\n1,2\n"), TICKET)
    assert proposal.unmapped == ("x", "y")
    assert "created_at" in dump_mapping(proposal)
    assert proposal.mapping.mode is Mode.APPEND


def test_the_command_proposes(tmp_path: Path) -> None:
    """Without a mapping nothing is loaded; the proposal lies beside the file, and the printed command works."""
    home = Home(tmp_path)
    (tmp_path / "tickets.csv").write_bytes(EXAMPLE.read_bytes())
    status, out, _ = home.run("import", "tickets.csv", "--as", "tickets", "--client", "Harbour")
    assert status == 0
    assert not home.file.exists()
    written = tmp_path / "tickets.mapping.yaml"
    assert load_mapping(written).columns["source_id"].source == "Ticket"
    words = out.strip().splitlines()[-1].split()
    assert words[1:3] == ["import", "tickets.csv"]
    assert home.run(*words[1:])[0] == 3
    written.write_text("mine", encoding="utf-8")
    status, _, err = home.run("import", "tickets.csv", "--as", "tickets", "--client", "Harbour")
    assert (status, written.read_text(encoding="utf-8")) == (1, "mine")
    assert "is not written over" in err
