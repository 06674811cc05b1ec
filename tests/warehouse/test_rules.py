"""Mapping rules: what they fill, whose rows they touch, what is refused."""

from pathlib import Path

import pytest

from schemas import SemanticModel
from tests.warehouse.rows_source import CLIENT, NOW, RowsSource
from warehouse import InvalidRuleError, SyncOptions, WorkspaceDatabase, run_sync
from warehouse.renormalise import preview_source_rule, renormalise_source
from warehouse.rules import read_rules

OPTIONS = SyncOptions("conn-rows", "rows", (CLIENT,), now=NOW)

TICKETS: dict[str, list[dict[str, object]]] = {
    "ticket": [
        {"source_id": "1", "created_at": "2025-01-05 10:00:00", "category": "a", "channel": "web_widget"},
        {"source_id": "2", "created_at": "2025-01-06 10:00:00", "category": "b", "channel": "mail"},
    ]
}

RULE = """
client: one
source: rows
entity: ticket
columns: {category: subject_line, handle_seconds: effort.seconds, is_escalated: escalated}
values:
  channel: {web_widget: chat, mail: null}
  category: {late parcel: Delivery}
"""


def _written(folder: Path, text: str, name: str = "one.yaml") -> Path:
    rules = folder / "rules"
    rules.mkdir(exist_ok=True)
    (rules / name).write_text(text)
    return rules


def _tables() -> dict[str, list[dict[str, object]]]:
    extra: tuple[dict[str, object], ...] = (
        {"subject_line": " late parcel ", "effort": '{"seconds": "61.5"}', "escalated": "true"},
        {"subject_line": "", "effort": '{"seconds": "much"}', "escalated": None},
    )
    return {"ticket": [{**row, **more} for row, more in zip(TICKETS["ticket"], extra, strict=True)]}


def test_a_rule_wins_over_the_staging_and_history_follows(
    database: WorkspaceDatabase, model: SemanticModel, tmp_path: Path
) -> None:
    """The rows are loaded first; the rule is applied to what lies in raw, without fetching anything."""
    source, options = RowsSource(tmp_path, model, _tables()), OPTIONS
    database.put_client_accounts([CLIENT])
    run_sync(database, source, options)
    query = "select source_id, category, channel, handle_seconds, is_escalated from normalised.ticket order by 1"
    with database.reading() as cursor:
        assert cursor.execute(query).fetchall() == [
            ("1", "a", "web_widget", None, None),
            ("2", "b", "mail", None, None),
        ]
    assert database.use_rules(_written(tmp_path, RULE))
    assert not database.use_rules(tmp_path / "rules")
    renormalise_source(database, source, options)
    with database.reading() as cursor:
        assert cursor.execute(query).fetchall() == [
            ("1", "Delivery", "chat", 61.5, True),
            ("2", None, None, None, None),
        ]
        bad = cursor.execute("select record_key, column_name, value from state.quarantine").fetchall()
    assert bad == [("2", "handle_seconds", "much")]


def test_new_records_come_in_by_the_rule(database: WorkspaceDatabase, model: SemanticModel, tmp_path: Path) -> None:
    """A rule that is there before the first load is simply used."""
    database.put_client_accounts([CLIENT])
    database.use_rules(_written(tmp_path, RULE))
    run_sync(database, RowsSource(tmp_path, model, _tables()), OPTIONS)
    with database.reading() as cursor:
        assert cursor.execute("select channel from normalised.ticket order by 1 nulls last").fetchall() == [
            ("chat",),
            (None,),
        ]


def test_a_preview_writes_nothing(database: WorkspaceDatabase, model: SemanticModel, tmp_path: Path) -> None:
    """It shows each value as it is and as it would be, and the cells that cannot be read."""
    source, options = RowsSource(tmp_path, model, _tables()), OPTIONS
    database.put_client_accounts([CLIENT])
    run_sync(database, source, options)
    (file,) = read_rules(_written(tmp_path, RULE), model, [CLIENT.slug])
    version = database.data_version()
    seen = preview_source_rule(database, file.rule, source, options)
    assert seen is not None
    assert seen.rows == 2
    assert {(one.column, one.before, one.after, one.rows) for one in seen.changes} >= {
        ("category", "a", "Delivery", 1),
        ("category", "b", None, 1),
        ("channel", "web_widget", "chat", 1),
        ("handle_seconds", None, "61.5", 1),
    }
    assert seen.unreadable["handle_seconds"] == 1
    assert database.data_version() == version


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (RULE.replace("client: one", "client: two"), "no client account 'two'"),
        (RULE.replace("entity: ticket", "entity: account_span"), "cannot be loaded"),
        (RULE.replace("category: subject_line", "client_account: x"), "'client_account' is not a column"),
        (RULE.replace("subject_line", '"a.b\\" or 1"'), "is no field"),
        (RULE.replace("subject_line", '"a..b"'), "is no field"),
        (RULE.replace("  channel:", "  handle_seconds:"), "not texts"),
        (RULE + "sql: select 1\n", "sql"),
        ("client: [", "not YAML"),
    ],
)
def test_what_is_wrong_is_said(model: SemanticModel, tmp_path: Path, text: str, message: str) -> None:
    """Every mistake names the file."""
    with pytest.raises(InvalidRuleError, match=message) as raised:
        read_rules(_written(tmp_path, text), model, [CLIENT.slug])
    assert "one.yaml" in str(raised.value)


def test_two_files_about_the_same_rows_are_refused(model: SemanticModel, tmp_path: Path) -> None:
    """Which of them would win could only be guessed."""
    _written(tmp_path, RULE)
    with pytest.raises(InvalidRuleError, match="same rows"):
        read_rules(_written(tmp_path, RULE, "two.yaml"), model, [CLIENT.slug])


def test_a_hostile_value_stays_a_value(database: WorkspaceDatabase, model: SemanticModel, tmp_path: Path) -> None:
    """Quotes in values and in field names are text."""
    rule = RULE.replace("web_widget: chat", '"it\'s; drop table normalised.ticket --": "x\'y"')
    rows = {"ticket": [{**_tables()["ticket"][0], "channel": "it's; drop table normalised.ticket --"}]}
    database.put_client_accounts([CLIENT])
    database.use_rules(_written(tmp_path, rule))
    run_sync(database, RowsSource(tmp_path, model, rows), OPTIONS)
    with database.reading() as cursor:
        assert cursor.execute("select channel from normalised.ticket").fetchall() == [("x'y",)]
