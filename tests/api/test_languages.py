"""The configuration page and the fields in the person's language, and the command that lists what lacks."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from api.cache import AnswerCache
from api.cli import app
from api.looker import phrases as page
from schemas import load_model, review_texts
from tests.api.asking import ask, body_of, post
from tests.api.serving import Served, serving

TEXTS = """\
metrics:
  tickets_created: {label: Tickets criados, description: Número de tickets recebidos.}
datasets:
  tickets: {label: Atendimento, description: Tickets pelo dia em que foram criados.}
"""
WRITTEN = sorted(path.stem for path in page.FOLDER.glob("*.yaml"))


@pytest.fixture(scope="module")
def spoken(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the same data with some texts in another language."""
    folder = tmp_path_factory.mktemp("languages")
    (folder / "texts").mkdir()
    (folder / "texts" / "xa.yaml").write_text(TEXTS, encoding="utf-8")
    world = replace(served.world, model=load_model(folder), cache=AnswerCache(1_000_000), _fields={})
    with serving(world) as address:
        yield replace(served, address=address, world=world)


def elements(served: Served, language: str) -> dict[str, Any]:
    body = {"languageCode": language, "configParams": {"workspace": "main", "client": "acme"}}
    return {one["name"]: one for one in post(served, "config", body).json()["configParams"]}


def label(served: Served, **body: Any) -> str:
    fields = post(served, "schema", {"configParams": {"dataset": "tickets"}, **body}).json()["schema"]
    (found,) = [one for one in fields if one["name"] == "tickets_created"]
    return str(found["label"])


class TestConfigurationPage:
    @pytest.mark.parametrize("language", WRITTEN)
    def test_a_language_is_complete(self, language: str) -> None:
        faults = page.phrase_faults(language)
        assert faults == {} or language == page.ENGLISH

    def test_every_language_of_the_catalogue_has_a_page(self) -> None:
        assert set(load_model().texts.languages) <= set(WRITTEN)

    def test_faults_are_found(self, tmp_path: Path) -> None:
        (tmp_path / "en.yaml").write_text("a: An answer\nb: Another one\n", encoding="utf-8")
        (tmp_path / "xx.yaml").write_text("a: An answer\nc: Mais\n", encoding="utf-8")
        assert page.phrase_faults("xx", tmp_path) == {"b": "missing", "c": "surplus", "a": "same"}
        assert page.phrases("xx", tmp_path)["b"] == "Another one"

    def test_no_path_is_a_language(self) -> None:
        assert page.own_phrases("../texts/en") == {}

    def test_datasets_are_named_in_the_language(self, spoken: Served) -> None:
        names = {one["value"]: one["label"] for one in elements(spoken, "xa_XA")["dataset"]["options"]}
        assert names["tickets"] == "Atendimento"
        names = {one["value"]: one["label"] for one in elements(spoken, "yy")["dataset"]["options"]}
        assert names["tickets"] == "Tickets"

    def test_the_language_of_the_fields_can_be_chosen(self, spoken: Served) -> None:
        chosen = elements(spoken, "en")["language"]
        assert chosen["type"] == "SELECT_SINGLE"
        assert [one["value"] for one in chosen["options"]] == list(spoken.world.model.texts.languages)
        assert chosen["options"][0]["label"] == "English"


class TestFields:
    def test_the_language_of_the_data_source_wins(self, spoken: Served) -> None:
        assert label(spoken) == "Tickets created"
        assert label(spoken, languageCode="xa-BR") == "Tickets criados"
        params = {"dataset": "tickets", "language": "en"}
        assert label(spoken, languageCode="xa", configParams=params) == "Tickets created"
        assert label(spoken, configParams={"dataset": "tickets", "language": "xa"}) == "Tickets criados"

    def test_numbers_are_the_same_in_every_language(self, spoken: Served) -> None:
        body = body_of("channel", "tickets_created")
        assert ask(spoken, {**body, "languageCode": "xa"}).values == ask(spoken, body).values


class TestComparisonFields:
    def names(self, served: Served, **params: object) -> list[str]:
        body = {"configParams": {"dataset": "tickets", **params}}
        return [one["name"] for one in post(served, "schema", body).json()["schema"]]

    def test_they_are_listed_when_the_data_source_asks_for_them(self, served: Served) -> None:
        plain, longer = self.names(served), self.names(served, comparison="true")
        assert not [name for name in plain if "__" in name]
        assert {"tickets_created__prev", "tickets_created__status", "resolution_rate__change_pct"} <= set(longer)
        assert [name for name in longer if "__" not in name] == plain
        assert self.names(served, comparison="false") == plain

    def test_they_are_answered_in_any_case(self, served: Served) -> None:
        days = {"startDate": "2025-02-01", "endDate": "2025-02-10"}
        earlier = {"startDate": "2025-01-22", "endDate": "2025-01-31"}
        (before,) = ask(served, body_of("tickets_created", dateRange=earlier)).single()
        assert ask(served, body_of("tickets_created__prev", dateRange=days)).single() == [before]

    def test_parts_of_others_have_none(self, served: Served) -> None:
        assert "frt_seconds_sum__prev" not in self.names(served, comparison="true")

    def test_samples_have_the_right_kinds(self, served: Served) -> None:
        fields = (
            "tickets_created__prev",
            "frt_avg_seconds__yoy",
            "tickets_created__status",
            "resolution_rate__change_pct",
        )
        answer = ask(served, body_of(*fields, scriptParams={"sampleExtraction": True}))
        assert [type(value) for value in answer.single()] == [int, str, str, float]


class TestCommand:
    def run(self, *arguments: str) -> str:
        answer = CliRunner().invoke(app, ["catalog", "texts", *arguments])
        assert answer.exit_code == 0, answer.output
        return answer.stdout

    def test_what_lacks_is_printed_as_it_is_written(self) -> None:
        document = yaml.safe_load(self.run("--language", "xx", "--missing").split("# The same for")[0])
        model = load_model()
        assert set(document) == {"dimensions", "metrics", "datasets", "groups", "patterns"}
        assert set(document["metrics"]) == set(model.metrics)
        assert set(document["metrics"]["tickets_created"]) == {"label", "description"}

    def test_what_lacks_fills_a_file(self, tmp_path: Path) -> None:
        """The printed text, put into the language's file, leaves nothing missing."""
        (tmp_path / "texts").mkdir()
        text = self.run("--language", "xx", "--missing").split("# The same for")[0]
        (tmp_path / "texts" / "xx.yaml").write_text(text, encoding="utf-8")
        assert {one.fault.value for one in review_texts(load_model(tmp_path).texts, "xx")} == {"same"}

    def test_counts(self) -> None:
        counted = self.run("--language", "xx").splitlines()[1].split()
        assert counted[0] == "xx"
        assert int(counted[1]) > 100

    def test_json(self) -> None:
        document = json.loads(self.run("--language", "xx", "--json"))
        assert {one["fault"] for one in document["xx"]} == {"missing"}
        assert {"section": "configuration page", "id": "dataset", "fault": "missing"} in document["xx"]
