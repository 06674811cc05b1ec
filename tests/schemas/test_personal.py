"""Which dimensions carry personal data, and that no new one is forgotten."""

import re

from schemas import Personal, load_model
from warehouse.finding_rules import WATCHED

PERSONAL = {
    "account_owner": Personal.NAME,
    "agent": Personal.NAME,
    "annotation_author": Personal.NAME,
    "churn_reason": Personal.TEXT,
    "comment": Personal.TEXT,
    "csm": Personal.NAME,
    "deal_owner": Personal.NAME,
    "lost_reason": Personal.TEXT,
    "ticket_subject": Personal.TEXT,
}
# These speak of groups, companies, channels and settings; name a choice that was picked from a list, or are sentences
# of the program and of the workspace's own people, written to be read in its reports.
IMPERSONAL = {"agent_group", "answer_choice", "annotation_text", "difference_reason", "entity_name", "insight_text"}
IMPERSONAL |= {"churned_nps", "risk_reason"}
WORDS = (
    "e-?mail|phone|first_name|last_name|person|contact|respondent|requester|agent|owner|manager|author|comment|subject"
    "|reason|text|note|answer"
)


def test_the_marked_dimensions_are_these() -> None:
    marked = {name: one.personal for name, one in load_model().dimensions.items() if one.personal is not None}
    assert marked == PERSONAL


def test_a_dimension_that_sounds_personal_is_marked_or_excused() -> None:
    sounding = {
        name
        for name, one in load_model().dimensions.items()
        if re.search(rf"(\b|_)({WORDS})(\b|_)", f"{name} {one.label}", re.IGNORECASE)
    }
    assert sounding - PERSONAL.keys() <= IMPERSONAL, sounding


def test_findings_name_no_person() -> None:
    """They are sentences that are stored, so what they name cannot be hidden later."""
    model = load_model()
    named = {one.dimension for one in WATCHED if one.dimension is not None}
    assert named
    assert {name for name in named if model.dimensions[name].personal is not None} == set()
