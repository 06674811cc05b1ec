"""The sample answers of the help desks: the fakes answer in the same shape."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from connectors import LinkedSource, find_source
from tests.connectors.fake_vendor import Asked, FakeVendor, Told
from tests.connectors.fakes.freshdesk import FakeFreshdesk
from tests.connectors.fakes.intercom import FakeIntercom
from tests.connectors.fakes.zendesk import FakeZendesk
from tests.connectors.reading import list_accounts, list_streams, read_all

CONNECTORS = Path(__file__).parents[2] / "connectors"
# Source, its fake, and for each sample the path of the request that it answers.
SAMPLES: tuple[tuple[str, type[FakeVendor], Mapping[str, str]], ...] = (
    (
        "zendesk",
        FakeZendesk,
        {
            "tickets": "/tickets/cursor$",
            "users": "/users/cursor$",
            "organizations": "/organizations$",
            "groups": "/groups$",
            "satisfaction_ratings": "/satisfaction_ratings$",
        },
    ),
    (
        "freshdesk",
        FakeFreshdesk,
        {
            "tickets": "/tickets$",
            "companies": "/companies$",
            "contacts": "/contacts$",
            "agents": "/agents$",
            "groups": "/groups$",
            "satisfaction_ratings": "/satisfaction_ratings$",
        },
    ),
    (
        "intercom",
        FakeIntercom,
        {
            "me": "/me$",
            "conversations": "/conversations/search$",
            "contacts": "/contacts/search$",
            "companies": "/companies/list$",
            "admins": "/admins$",
            "teams": "/teams$",
        },
    ),
)


def answers_of(name: str, maker: type[FakeVendor], paths: Mapping[str, str]) -> dict[str, object]:
    """Return the longest answer of the fake to each of the requests."""
    source, found = find_source(name), dict[str, object]()
    assert isinstance(source, LinkedSource)
    with maker() as fake:
        answer = fake.answer

        def remember(asked: Asked) -> Told:
            told = answer(asked)
            for sample, pattern in paths.items():
                if re.search(pattern, asked.path) and len(str(told.body)) > len(str(found.get(sample, ""))):
                    found[sample] = told.body
            return told

        fake.answer = remember  # type: ignore[method-assign]
        list_accounts(source, fake)
        for stream in list_streams(source, fake):
            read_all(source, fake, stream=stream.name, since=fake.since)
    return found


def shape(value: object, path: str = "") -> set[str]:
    """Return every place in an answer with the kind of value that it holds."""
    if isinstance(value, dict):
        return {one for name, part in value.items() for one in shape(part, f"{path}.{name}")}
    if isinstance(value, list):
        return {one for part in value for one in shape(part, f"{path}[]")}
    return {f"{path}: {type(value).__name__}"}


@pytest.mark.parametrize(("name", "maker", "paths"), SAMPLES, ids=[one[0] for one in SAMPLES])
def test_the_fake_answers_as_the_samples_show(name: str, maker: type[FakeVendor], paths: Mapping[str, str]) -> None:
    answers = answers_of(name, maker, paths)
    assert {path.stem for path in (CONNECTORS / name / "samples").iterdir()} == set(paths) == set(answers)
    for sample, told in answers.items():
        shown = json.loads((CONNECTORS / name / "samples" / f"{sample}.json").read_text(encoding="utf-8"))
        assert shape(shown), f"{name} {sample} is empty"
        assert shape(shown) <= shape(told), f"{name} {sample}"
