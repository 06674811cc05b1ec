"""Findings in six languages: every sentence of the rules is recognised, said again, and understood on the way back."""

import re
from datetime import date

import pytest

from api.writing.finding_words import FOLDER, said_in, sentences
from schemas import load_model
from warehouse.finding_rules import Found, Month, audits, changes, quiet_accounts, stale_sources

MODEL = load_model()
ENGLISH = {name: one.label for name, one in MODEL.texts.english.metrics.items()}
OTHERS = sorted({path.stem for path in FOLDER.glob("*.yaml")} - {"en"})
OCTOBER, SEPTEMBER = date(2026, 10, 1), date(2026, 9, 1)


def names(source: str, target: str) -> dict[str, str]:
    own, other = MODEL.texts.served(source).metrics, MODEL.texts.served(target).metrics
    return {text.label: other[name].label for name, text in own.items()}


def found() -> list[Found]:
    """Return a finding of every rule, as the rules write it."""
    before: dict[str, dict[str | None, float]] = {
        "tickets_created": {None: 100.0, "Bills, old": 40.0},
        "csat_rate": {None: 0.9},
        "csat_responses": {None: 50.0},
        "mrr": {None: 2_000.0},
    }
    now: dict[str, dict[str | None, float]] = {
        "tickets_created": {None: 140.0, "Bills, old": 84.0, "Bad": 15.0},
        "csat_rate": {None: 0.8},
        "csat_responses": {None: 50.0},
        "mrr": {None: 3_250.0},
        "resolution_rate": {None: 0.8, "Bad": 0.1},
        "sla_first_reply_rate": {None: 0.79},
        "sla_first_reply_base": {None: 40.0},
        "spend": {None: 1_000.0, **{f"Idle {number}": 100.0 for number in range(7)}},
        "conversions": {None: 50.0},
        "naming_violations": {None: 3.0},
        "overdue_invoices": {None: 12.0},
        "overdue_amount": {None: 1_200.5},
    }
    falling = [
        Month(date(2026, month, 1), {"csat_rate": {None: rate}, "csat_responses": {None: 40.0}})
        for month, rate in ((7, 0.90), (8, 0.89), (9, 0.88), (10, 0.87))
    ]
    months = Month(SEPTEMBER, before), Month(OCTOBER, now)
    return [
        *changes(months[1], months[0], frozenset({"csat_rate"}), ENGLISH),
        *changes(months[0], months[1], frozenset({"csat_rate"}), ENGLISH),
        *audits([months[1]]),
        *audits(falling),
        *quiet_accounts([(str(number), f"Shop {number}", 40 + number) for number in range(7)]),
        *quiet_accounts([("1", "Alpha", 31)]),
        *stale_sources([("CRM", 80, 24)]),
    ]


@pytest.mark.parametrize("language", OTHERS)
def test_every_finding_is_said_and_understood(language: str) -> None:
    texts = [one.text for one in found()]
    assert len({one.rule.partition(".")[0] for one in found()}) == 9
    there, back = names("en", language), names(language, "en")
    for text in texts:
        said = said_in(text, "en", language, there)
        assert said != text
        assert not re.search(r"\b(October|September|rose|fell|and|in)\b", said), said
        assert said_in(said, language, "en", back) == text
    assert said_in("Somebody else's words in October 2026.", "en", language, there).startswith("Somebody")


@pytest.mark.parametrize("language", OTHERS)
def test_the_languages_have_the_same_sentences(language: str) -> None:
    """A gap would be an English sentence in a Greek report; a part that is left out, a lost number."""
    english, own = sentences("en").texts, sentences(language).texts
    parts = re.compile(r"\{\w+\}")
    assert {key: sorted(parts.findall(text)) for key, text in own.items()} == {
        key: sorted(parts.findall(text)) for key, text in english.items()
    }
    assert len(sentences(language).months) == 12


def test_every_language_of_the_catalogue_has_them() -> None:
    assert {*OTHERS, "en"} == set(MODEL.texts.languages)


def test_numbers_and_months_follow_the_language() -> None:
    text = "Tickets created rose by 12.5 % in March 2026, most of it Delivery."
    said = {language: said_in(text, "en", language, names("en", language)) for language in OTHERS}
    assert said == {
        "el": "Νέα αιτήματα: αύξηση κατά 12,5% τον Μάρτιο 2026, κυρίως λόγω: Delivery.",
        "es": "Tickets creados: aumento del 12,5 % en marzo de 2026, sobre todo por Delivery.",
        "pt": "Chamados criados: aumento de 12,5% em março de 2026, sobretudo por Delivery.",
        "ro": "Tichete create: creștere cu 12,5% în martie 2026, factor principal: Delivery.",
        "zh": "2026年3月新建工单数上升 12.5%，主要来自Delivery。",
    }
