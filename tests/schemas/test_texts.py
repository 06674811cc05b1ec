"""Languages: every text is there, none is left in English, what lacks is served in English, and files are read late."""

from pathlib import Path

import pytest

from schemas import (
    CatalogError,
    DuplicateNameError,
    Fault,
    Money,
    SemanticModel,
    load_model,
    looker_schema,
    review_texts,
)
from schemas.text_files import TextFile
from schemas.texts import language_of

WRITTEN = [name for name in load_model().texts.languages if name != "en"]

PORTUGUESE = """\
dimensions:
  date_day: {label: Data, description: Dia no fuso horário do cliente.}
metrics:
  tickets_created: {label: Tickets criados, description: Número de tickets recebidos.}
datasets:
  tickets: {label: Atendimento, description: Tickets pelo dia em que foram criados.}
groups: {Volume: Quantidade}
patterns:
  deprecated: {label: "{label} (id antigo)", description: "Obsoleto desde {since}: use {label} ({id}). {description}"}
"""


def _with(folder: Path, **files: str) -> SemanticModel:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_model(folder)


def _faults(model: SemanticModel, language: str, section: str, name: str) -> list[Fault]:
    found = review_texts(model.texts, language)
    return [one.fault for one in found if (one.section, one.id) == (section, name)]


@pytest.mark.parametrize("language", WRITTEN)
def test_a_language_is_complete(model: SemanticModel, language: str) -> None:
    """`belvedere catalog texts --language CODE --missing` prints what lacks, ready to be put in other words."""
    assert [str(one) for one in review_texts(model.texts, language)] == []


@pytest.mark.parametrize("language", ["en", *WRITTEN])
def test_every_pattern_can_be_filled_in(model: SemanticModel, language: str) -> None:
    texts = model.texts.served(language)
    text = texts.metrics["tickets_created"]
    for pattern in texts.patterns:
        made = texts.made(pattern, text, since="1.0", id="tickets_created")
        assert text.label in made.label
        assert "{" not in made.label + made.description


def test_english_is_all_there(model: SemanticModel) -> None:
    english = model.texts.served("en")
    assert set(english.metrics) == set(model.metrics)
    assert set(english.dimensions) == set(model.dimensions)
    assert set(english.datasets) == set(model.datasets)
    made = {"prev", "yoy", "change_pct", "change_points", "goal", "status", "partly", "deprecated"}
    assert set(english.patterns) == made


class TestChoice:
    @pytest.mark.parametrize(
        ("code", "chosen"),
        [
            ("pt", "pt"), ("pt-BR", "pt"), ("pt_PT", "pt"), ("zh-CN", "zh"), ("zh_TW", "zh"), ("ZH-hant-HK", "zh"),
            ("en-GB", "en"), ("xx", "en"), ("", "en"), (None, "en"), ("ptolemaic", "en"), ("../pt", "en"),
        ],
    )  # fmt: skip
    def test_language_of_a_code(self, code: str | None, chosen: str) -> None:
        assert language_of(code, ("en", "pt", "zh")) == chosen

    def test_fields_are_served_in_it(self, tmp_path: Path) -> None:
        model = _with(tmp_path, texts__xa=PORTUGUESE)
        fields = {str(one["name"]): one for one in looker_schema(model, "tickets", money=Money(), language="xa-BR")}
        created, day = fields["tickets_created"], fields["date_day"]
        assert (created["label"], created["group"]) == ("Tickets criados", "Quantidade")
        assert day["label"] == "Data"
        assert fields["resolution_rate"]["label"] == "Resolution rate"

    def test_gaps_are_english(self, tmp_path: Path, model: SemanticModel) -> None:
        served = _with(tmp_path, texts__xa=PORTUGUESE).texts.served("xa")
        assert served.metrics["resolution_rate"] == model.texts.english.metrics["resolution_rate"]
        assert served.groups["Outcome"] == "Outcome"

    def test_the_structure_is_that_of_english(self, tmp_path: Path) -> None:
        model = _with(tmp_path, texts__xa=PORTUGUESE)
        for dataset in model.datasets:
            english = looker_schema(model, dataset, money=Money())
            other = looker_schema(model, dataset, money=Money(), language="xa")
            words = {"label", "description", "group"}
            assert [{key: one[key] for key in one.keys() - words} for one in english] == [
                {key: one[key] for key in one.keys() - words} for one in other
            ]


class TestReview:
    def test_what_lacks_is_listed_with_the_english_words(self, tmp_path: Path) -> None:
        model = _with(tmp_path, texts__xa=PORTUGUESE)
        (lacking,) = [one for one in review_texts(model.texts, "xa") if one.id == "resolution_rate"]
        assert lacking.fault is Fault.MISSING
        assert lacking.english is not None
        assert lacking.english.label == "Resolution rate"

    def test_what_names_nothing_is_surplus(self, tmp_path: Path) -> None:
        model = _with(
            tmp_path,
            texts__xa="metrics: {gone: {label: a, description: b}}\ngroups: {Gone: x}\nsame_as_english: [metrics.x]",
        )
        assert _faults(model, "xa", "metrics", "gone") == [Fault.SURPLUS]
        assert _faults(model, "xa", "groups", "Gone") == [Fault.SURPLUS]
        assert _faults(model, "xa", "same_as_english", "metrics.x") == [Fault.SURPLUS]

    def test_what_is_still_english_is_found(self, tmp_path: Path) -> None:
        same = "dimensions: {plan: {label: Plan, description: Planul principal al contului.}}\ngroups: {Volume: Volume}"
        model = _with(tmp_path, texts__xa=same)
        assert _faults(model, "xa", "dimensions", "plan") == [Fault.SAME]
        assert _faults(model, "xa", "groups", "Volume") == [Fault.SAME]

    def test_what_is_rightly_equal_can_be_declared(self, tmp_path: Path) -> None:
        same = "dimensions: {plan: {label: Plan, description: Planul principal.}}\nsame_as_english: [dimensions.plan]"
        assert _faults(_with(tmp_path, texts__xa=same), "xa", "dimensions", "plan") == []

    def test_a_description_is_never_equal(self, tmp_path: Path, model: SemanticModel) -> None:
        english = model.texts.english.dimensions["city"].description
        same = f"dimensions: {{city: {{label: Oras, description: {english}}}}}\nsame_as_english: [dimensions.city]"
        assert Fault.SAME in _faults(_with(tmp_path, texts__xa=same), "xa", "dimensions", "city")

    @pytest.mark.parametrize(
        "pattern", ["{label}, antes", "{label} {descripcion}", "{label", "{label} {description} {id}"]
    )
    def test_patterns_keep_their_braces(self, pattern: str, tmp_path: Path) -> None:
        text = f'patterns: {{prev: {{label: "{{label}}, antes", description: "{pattern}"}}}}'
        assert Fault.PLACEHOLDER in _faults(_with(tmp_path, texts__xa=text), "xa", "patterns", "prev")


class TestFiles:
    def test_the_version_moves_with_the_texts(self, tmp_path: Path, model: SemanticModel) -> None:
        first = _with(tmp_path, texts__xa=PORTUGUESE).version
        second = _with(tmp_path, texts__xa=PORTUGUESE.replace("Quantidade", "Volumes")).version
        assert len({first, second, model.version}) == 3

    def test_a_file_is_parsed_when_its_language_is_wanted(self, tmp_path: Path) -> None:
        broken = _with(tmp_path, texts__xa="metrics: [")
        assert broken.texts.served("en").language == "en"
        with pytest.raises(CatalogError, match="not YAML"):
            broken.texts.served("xa")

    @pytest.mark.parametrize(
        ("text", "error", "words"),
        [
            ("metrics: {a: {label: b}}", CatalogError, "metrics.a.description"),
            ("metrics: {a: {label: '', description: b}}", CatalogError, "metrics.a.label"),
            ("measures: {}", CatalogError, "measures"),
            ("metrics: {a: {label: b, description: c, colour: d}}", CatalogError, "metrics.a"),
            ("groups: {a: b, a: c}", DuplicateNameError, "'a' is defined twice"),
        ],
    )
    def test_a_wrong_file_says_where(self, text: str, error: type[Exception], words: str, tmp_path: Path) -> None:
        with pytest.raises(error, match=words):
            _with(tmp_path, texts__xa=text).texts.served("xa")

    def test_a_folder_adds_texts_and_changes_none(self, tmp_path: Path) -> None:
        (tmp_path / "one").mkdir()
        _with(tmp_path / "one", texts__xa=PORTUGUESE)
        (tmp_path / "two").mkdir()
        _with(tmp_path / "two", texts__xa="groups: {Outcome: Resultado}")
        both = load_model(tmp_path / "one", tmp_path / "two")
        assert both.texts.served("xa").groups["Outcome"] == "Resultado"
        assert both.texts.served("xa").groups["Volume"] == "Quantidade"
        _with(tmp_path / "two", texts__xa="groups: {Volume: Outro}")
        with pytest.raises(DuplicateNameError, match="two files"):
            load_model(tmp_path / "one", tmp_path / "two").texts.served("xa")

    def test_a_language_without_a_file_has_nothing_of_its_own(self, model: SemanticModel) -> None:
        assert model.texts.own("xx") == TextFile()
