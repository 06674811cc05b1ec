"""Which dimensions carry personal data, and that no new one is forgotten."""

import re

from schemas import Personal, load_model

PERSONAL = {
    "account_owner": Personal.NAME,
    "agent": Personal.NAME,
    "annotation_author": Personal.NAME,
    "comment": Personal.TEXT,
    "csm": Personal.NAME,
    "deal_owner": Personal.NAME,
    "ticket_subject": Personal.TEXT,
}
# These speak of groups, companies, channels and settings.
IMPERSONAL = {"agent_group", "entity_name"}
WORDS = (
    "e-?mail|phone|first_name|last_name|person|contact|respondent|requester|agent|owner|manager|author|comment|subject"
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
