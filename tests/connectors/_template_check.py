"""Template: the contract of every source, and what is Template's own."""

from typing import ClassVar

from connectors._template.source import TemplateSource
from tests.connectors.contract import SourceContract
from tests.connectors.fakes._template import FakeTemplate
from tests.connectors.reading import read_all


class TestTemplate(SourceContract):
    """The contract."""

    source, fake = "template", FakeTemplate
    renews = False  # an API key does not end
    expected: ClassVar = {
        "ticket": [
            {
                "source_id": "3",
                "subject": "Question 3",
                "ticket_status": "solved",
                "account_id": "co-3",
                "contact_id": "p-3",
                "created_at": "2025-12-05 23:30:00",
                "solved_at": "2025-12-06 06:30:00",
            },
            {"source_id": "4", "ticket_status": "open", "priority": "normal", "solved_at": None},
            {"source_id": "40", "is_deleted": True},
        ]
    }


def test_the_key_travels_as_a_bearer_token() -> None:
    with FakeTemplate() as fake:
        read_all(TemplateSource(), fake, stream="tickets")
        assert {one.headers["authorization"] for one in fake.asked} == {"Bearer first-key"}
