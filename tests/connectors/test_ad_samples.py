"""The sample answers beside the sources: the fakes answer in the same shape."""

import json
import re
from pathlib import Path

import pytest

from connectors import LinkedSource, find_source
from tests.connectors.fake_vendor import Asked, FakeVendor, Told
from tests.connectors.fakes.google_ads import FakeGoogleAds
from tests.connectors.fakes.google_analytics import FakeAnalytics
from tests.connectors.fakes.linkedin_ads import FakeLinkedIn
from tests.connectors.fakes.meta_ads import FakeMeta
from tests.connectors.fakes.search_console import FakeSearchConsole
from tests.connectors.fakes.tiktok_ads import FakeTikTok
from tests.connectors.reading import list_accounts, list_streams, read_all

CONNECTORS = Path(__file__).parents[2] / "connectors"
# Source, its fake, and for each sample which request it answers: path and body as one text.
SAMPLES: tuple[tuple[str, type[FakeVendor], dict[str, str]], ...] = (
    (
        "google_ads",
        FakeGoogleAds,
        {
            "accounts": "listAccessibleCustomers",
            "managed_accounts": "FROM customer_client",
            "campaigns": "FROM campaign ORDER",
            "campaign_days": "segments.date BETWEEN",
        },
    ),
    ("meta_ads", FakeMeta, {"accounts": "me/adaccounts", "campaigns": "/campaigns", "campaign_days": "/insights"}),
    (
        "linkedin_ads",
        FakeLinkedIn,
        {"accounts": "adAccounts$", "campaigns": "adCampaigns", "campaign_days": "Analytics"},
    ),
    (
        "tiktok_ads",
        FakeTikTok,
        {"accounts": "advertiser/info", "campaigns": "campaign/get", "campaign_days": "report/"},
    ),
    ("google_analytics", FakeAnalytics, {"accounts": "accountSummaries", "visits_by_day": "runReport"}),
    ("search_console", FakeSearchConsole, {"accounts": "sites$", "searches_by_day": "searchAnalytics"}),
)


def answers_of(name: str, maker: type[FakeVendor], requests: dict[str, str]) -> dict[str, object]:
    """Return the first answer of the fake to each of the requests."""
    source, found = find_source(name), dict[str, object]()
    assert isinstance(source, LinkedSource)
    with maker() as fake:
        answer = fake.answer

        def remember(asked: Asked) -> Told:
            told = answer(asked)
            for sample, pattern in requests.items():
                if told.status == 200 and re.search(pattern, f"{asked.path}{asked.body.decode()}"):
                    found.setdefault(sample, told.body)
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


@pytest.mark.parametrize(("name", "maker", "requests"), SAMPLES, ids=[one[0] for one in SAMPLES])
def test_the_fake_answers_as_the_samples_show(name: str, maker: type[FakeVendor], requests: dict[str, str]) -> None:
    answers = answers_of(name, maker, requests)
    assert {path.stem for path in (CONNECTORS / name / "samples").iterdir()} == set(requests)
    for sample, told in answers.items():
        shown = json.loads((CONNECTORS / name / "samples" / f"{sample}.json").read_text(encoding="utf-8"))
        assert shape(shown), f"{name} {sample} is empty"
        assert shape(shown) <= shape(told), f"{name} {sample}"
