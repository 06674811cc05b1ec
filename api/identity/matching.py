"""The rules by which accounts of two sources are the same: explicit id, CRM id, domain, domain of e-mail addresses.

The first rule that speaks decides. What is less sure than AT_ONCE, or names two candidates, is for a person to decide.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from pathlib import Path

AT_ONCE = 0.95  # confidence from which a match is accepted without a person
_CRM = ("hubspot", "salesforce", "pipedrive")
_DOUBT = 0.5  # of the confidence, where a rule names several candidates

# Addresses at these say nothing of the company that their owner works for.
FREE_MAIL = frozenset((Path(__file__).parent / "free_mail.txt").read_text(encoding="ascii").split())


class Method(StrEnum):
    """Why two records are taken for the same account."""

    EXPLICIT_ID = "explicit_id"
    CRM_ID = "crm_id"
    DOMAIN = "domain"
    EMAIL_DOMAIN = "email_domain"
    PERSON = "person"


CONFIDENCE: Mapping[Method, float] = {
    Method.EXPLICIT_ID: 1.0,
    Method.CRM_ID: 0.98,
    Method.DOMAIN: 0.95,
    Method.EMAIL_DOMAIN: 0.8,
    Method.PERSON: 1.0,
}


@dataclass(frozen=True, order=True)
class Place:
    """An account's record at a source."""

    source: str
    account_id: str


@dataclass(frozen=True)
class Candidate:
    """What is known of an account at a source. `external_ids` are its ids elsewhere, by source."""

    place: Place
    name: str = ""
    domain: str = ""
    external_ids: Mapping[str, str] = field(default_factory=dict)
    emails: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Match:
    """Two records that are taken for one account; `place` sorts before `other`."""

    place: Place
    other: Place
    method: Method
    confidence: float
    evidence: str

    @property
    def pair(self) -> frozenset[Place]:
        """Return the two records, in no order."""
        return frozenset((self.place, self.other))


def propose(candidates: Iterable[Candidate]) -> list[Match]:
    """Return the matches between records of different sources, each pair once, by the first rule that speaks."""
    known = {one.place: one for one in candidates}
    found: dict[frozenset[Place], Match] = {}
    for rule in (_by_ids, _by_domain, _by_email_domain):
        for match in _doubted(list(rule(known))):
            found.setdefault(match.pair, match)
    return sorted(found.values(), key=lambda one: (one.place, one.other))


def standing(place: Place) -> tuple[bool, str, str]:
    """Return the order in which records lead an account: what the CRM says of a company comes first."""
    return place.source not in _CRM, place.source, place.account_id


def groups_of(pairs: Iterable[tuple[Place, Place]]) -> dict[Place, Place]:
    """Return for each record the one that leads its account: the first by standing of all that matches join."""
    leader: dict[Place, Place] = {}

    def find(place: Place) -> Place:
        while leader.setdefault(place, place) != place:
            place = leader[place]
        return place

    for left, right in pairs:
        first, second = sorted((find(left), find(right)), key=standing)
        leader[second] = first
    return {place: find(place) for place in leader}


def plain_domain(text: str) -> str:
    """Return a company's domain from an address or a host name; empty for free mail and for what is none."""
    host = text.strip().lower().rpartition("@")[2].partition("://")[2] or text.strip().lower().rpartition("@")[2]
    host = host.partition("/")[0].partition(":")[0].removeprefix("www.").rstrip(".")
    return host if "." in host and host not in FREE_MAIL and " " not in host else ""


def _by_ids(known: Mapping[Place, Candidate]) -> Iterator[Match]:
    for one in known.values():
        for source, account_id in one.external_ids.items():
            other = Place(source, account_id)
            if other in known and other.source != one.place.source:
                method = Method.CRM_ID if source in _CRM else Method.EXPLICIT_ID
                yield _match(one.place, other, method, f"{one.place.source} names the {source} id {account_id}")


def _by_domain(known: Mapping[Place, Candidate]) -> Iterator[Match]:
    sharing: dict[str, list[Place]] = defaultdict(list)
    for one in known.values():
        if domain := plain_domain(one.domain):
            sharing[domain].append(one.place)
    yield from _pairs(sharing, Method.DOMAIN, "both have the domain")


def _by_email_domain(known: Mapping[Place, Candidate]) -> Iterator[Match]:
    sharing: dict[str, list[Place]] = defaultdict(list)
    for one in known.values():
        for domain in {plain_domain(text) for text in (*one.emails, one.domain)} - {""}:
            sharing[domain].append(one.place)
    yield from _pairs(sharing, Method.EMAIL_DOMAIN, "people of both write from")


def _pairs(sharing: Mapping[str, list[Place]], method: Method, words: str) -> Iterator[Match]:
    for value, places in sharing.items():
        for left, right in combinations(sorted(set(places)), 2):
            if left.source != right.source:
                yield _match(left, right, method, f"{words} {value}")


def _match(one: Place, other: Place, method: Method, evidence: str) -> Match:
    first, second = sorted((one, other))
    return Match(first, second, method, CONFIDENCE[method], evidence)


def _doubted(matches: list[Match]) -> Iterator[Match]:
    """Halve the confidence where a record has several candidates at the same source: one of them is wrong."""
    candidates: dict[tuple[Place, str], set[Place]] = defaultdict(set)
    for one in matches:
        candidates[one.place, one.other.source].add(one.other)
        candidates[one.other, one.place.source].add(one.place)
    for one in matches:
        several = max(len(candidates[one.place, one.other.source]), len(candidates[one.other, one.place.source])) > 1
        doubt = _DOUBT if several else 1.0
        yield Match(one.place, one.other, one.method, one.confidence * doubt, one.evidence)
