"""Moments in words, and settings as forms."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.console.schema_form import fields_of, values_of
from api.console.words import ago, count, day
from api.errors import MalformedRequestError

PAGES = Path(__file__).parents[2] / "api"

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (timedelta(seconds=-3), "just now"),
        (timedelta(seconds=-20), "20 seconds ago"),
        (timedelta(minutes=-1), "1 minute ago"),
        (timedelta(minutes=-59, seconds=-59), "59 minutes ago"),
        (timedelta(hours=-23), "23 hours ago"),
        (timedelta(days=-331), "331 days ago"),
        (timedelta(hours=2), "in 2 hours"),
    ],
)
def test_ago(by: timedelta, said: str) -> None:
    assert ago(NOW + by, NOW) == said


def test_what_is_not_known() -> None:
    assert (ago(None), count(None), count(12_345)) == ("never", "–", "12,345")
    assert (day(None), day(NOW)) == ("–", "4 Mar 2026")


SCHEMA = {
    "properties": {
        "subdomain": {"type": "string", "title": "Subdomain"},
        "region": {"enum": ["us", "eu"], "type": "string", "default": "us"},
        "days": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None},
        "drafts": {"type": "boolean", "default": False},
        "tags": {"type": "array", "items": {"type": "string"}, "default": []},
        "map": {"type": "object"},
    },
    "required": ["subdomain"],
}


def test_a_schema_as_a_form() -> None:
    kinds = {one.label: (one.kind, one.required, one.value) for one in fields_of(SCHEMA)}
    assert kinds == {
        "Subdomain": ("text", True, ""),
        "region": ("choice", False, "us"),
        "days": ("number", False, ""),
        "drafts": ("check", False, ""),
        "tags": ("lines", False, ""),
        "map": ("json", False, ""),
    }


def test_a_form_as_settings() -> None:
    form = {
        "setting.subdomain": " acme ",
        "setting.region": "eu",
        "setting.days": "30",
        "setting.drafts": "yes",
        "setting.tags": "a\n\n b ",
        "setting.map": '{"x": 1}',
    }
    assert values_of(SCHEMA, form) == {
        "subdomain": "acme",
        "region": "eu",
        "days": 30,
        "drafts": True,
        "tags": ["a", "b"],
        "map": {"x": 1},
    }
    assert values_of(SCHEMA, {"setting.subdomain": "acme"}) == {"subdomain": "acme", "drafts": False}
    with pytest.raises(MalformedRequestError, match="'days' cannot be read"):
        values_of(SCHEMA, {"setting.days": "many"})


def test_pages_take_the_name_of_googles_product_from_the_settings() -> None:
    pages = list(PAGES.rglob("*.html"))
    assert len(pages) > 50
    assert [page.name for page in pages if re.search("Looker Studio|Data Studio", page.read_text("utf-8"))] == []
