"""Renamed fields: the old id stays in the schema, says what replaces it, and may not be anything else."""

from pathlib import Path
from typing import Any

import pytest

from schemas import (
    CatalogError,
    DuplicateNameError,
    Money,
    SemanticModel,
    UnknownReferenceError,
    current_id,
    load_model,
    looker_schema,
    sample_rows,
)

OLD = """\
opened_tickets: {id: tickets_created, since: "0.2", note: Named after the day that counts.}
solving_rate: {id: resolution_rate, since: "0.2"}
route: {id: channel, since: "0.3"}
opened_on: {id: date_day, since: "0.3"}
"""


def load(folder: Path, text: str = OLD) -> SemanticModel:
    folder.mkdir(exist_ok=True)
    (folder / "aliases.yaml").write_text(text, encoding="utf-8")
    return load_model(folder)


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> SemanticModel:
    return load(tmp_path_factory.mktemp("renamed"))


@pytest.fixture(scope="module")
def fields(renamed: SemanticModel) -> dict[str, dict[str, Any]]:
    return {str(one["name"]): one for one in looker_schema(renamed, "tickets", money=Money())}


def test_old_ids_come_last_in_a_group_of_their_own(fields: dict[str, dict[str, Any]]) -> None:
    assert list(fields)[-4:] == ["opened_tickets", "solving_rate", "route", "opened_on"]
    assert [name for name, field in fields.items() if field["group"] == "Deprecated"] == list(fields)[-4:]


def test_an_old_field_says_what_replaces_it(fields: dict[str, dict[str, Any]]) -> None:
    old = fields["opened_tickets"]
    assert old["label"] == "Tickets created (old id)"
    assert old["description"].startswith("Deprecated since version 0.2: use Tickets created (tickets_created) instead.")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("opened_tickets", "tickets_created"),
        ("solving_rate", "resolution_rate"),
        ("route", "channel"),
        ("opened_on", "date_day"),
    ],
)
def test_an_old_field_behaves_as_the_new_one(old: str, new: str, fields: dict[str, dict[str, Any]]) -> None:
    words = {"name", "label", "description", "group", "isDefault"}
    assert {key: fields[old][key] for key in fields[old].keys() - words} == {
        key: fields[new][key] for key in fields[new].keys() - words
    }


def test_an_old_id_is_never_the_default(fields: dict[str, dict[str, Any]]) -> None:
    assert fields["tickets_created"]["isDefault"]
    assert "isDefault" not in fields["opened_tickets"]
    assert "isDefault" not in fields["opened_on"]


def test_samples_answer_to_old_ids(renamed: SemanticModel) -> None:
    asked = ("opened_on", "opened_tickets", "route")
    assert sample_rows(renamed, "tickets", asked) == sample_rows(
        renamed, "tickets", ("date_day", "tickets_created", "channel")
    )


def test_ids_of_today_are_their_own(renamed: SemanticModel) -> None:
    assert current_id(renamed.aliases, "channel") == "channel"
    assert current_id(renamed.aliases, "route") == "channel"


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("gone: {id: nothing, since: '0.2'}", UnknownReferenceError, "'nothing'"),
        ("channel: {id: category, since: '0.2'}", DuplicateNameError, "is a field"),
        ("date: {id: date_day, since: '0.2'}", CatalogError, "Looker Studio function"),
        ("group: {id: agent_group, since: '0.2'}", CatalogError, "reserved word"),
        ("a: {id: b, since: '0.2'}\nb: {id: channel, since: '0.2'}", CatalogError, "old id itself"),
        ("a: {id: channel}", CatalogError, "since"),
        ("a: {id: channel, since: yesterday}", CatalogError, "since"),
    ],
)
def test_a_wrong_alias_stops_the_start(text: str, error: type[Exception], words: str, tmp_path: Path) -> None:
    with pytest.raises(error, match=words):
        load(tmp_path / "wrong", text)


def test_the_version_moves(renamed: SemanticModel, model: SemanticModel) -> None:
    assert renamed.version != model.version


def test_our_own_old_ids_are_listed_once(model: SemanticModel) -> None:
    for dataset in model.datasets:
        names = [field["name"] for field in looker_schema(model, dataset, money=Money())]
        assert len(names) == len(set(names))
