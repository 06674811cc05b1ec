"""What reports must say of the fakes' records, counted in Python: no query of ours has a part in it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import sqrt
from statistics import mean, median
from typing import Any

from tests.api.linked_sources import LinkedSources
from tests.connectors.fakes.typeform import FakeTypeform

Value = float | None
_CHANNELS = {"web": "web form", "native_messaging": "messenger", "voice": "phone"}
_SPOKEN = {"voice"}


@dataclass(frozen=True)
class Fact:
    """Something of a day that a metric counts, and what it can be split by."""

    moment: datetime
    of: Mapping[str, Any]
    keys: Mapping[str, str | None] = field(default_factory=dict)

    def key(self, dimension: str) -> str | None:
        """Return the dimension's value as it is served; KeyError if it cannot be told from the fakes."""
        local = self.moment
        dates = {
            "date_day": f"{local:%Y%m%d}",
            "date_week": "{:04}{:02}".format(*local.isocalendar()[:2]),
            "date_month": f"{local:%Y%m}",
            "date_hour": f"{local:%Y%m%d%H}",
            "hour_of_day": f"{local:%H}",
            "day_of_week": str(local.isoweekday() % 7),
        }
        return dates[dimension] if dimension in dates else self.keys[dimension]


class Truth:
    """The facts by kind, and the metrics over them."""

    def __init__(self, linked: LinkedSources) -> None:
        """Read the fakes' stores."""
        desk = [_ticket(one) for one in linked.fakes["zendesk"].truth("tickets") if _is_listed(one)]
        ratings = [one for one in linked.fakes["zendesk"].truth("satisfaction_ratings") if one["score"] != "unoffered"]
        self.facts: dict[str, list[Fact]] = {
            "created": desk,
            "solved": [Fact(one.of["solved_at"], one.of, one.keys) for one in desk if one.of["solved_at"]],
            "answers": [*_rated(ratings), *_answered(linked.fakes["typeform"])],
            "invitations": [Fact(_moment(one["created_at"]), one) for one in ratings],
            "visits": [_visit(one) for one in linked.visits],
        }

    def rows(
        self, metric: str, dimensions: Sequence[str], first: date, last: date
    ) -> dict[tuple[str | None, ...], Value] | None:
        """Return a metric by the dimensions' values; None if the fakes cannot tell it."""
        if metric not in METRICS:
            return None
        kind, count = METRICS[metric]
        groups: dict[tuple[str | None, ...], list[Any]] = {} if dimensions else {(): []}
        try:
            for fact in self.facts[kind]:
                if first <= fact.moment.date() <= last:
                    groups.setdefault(tuple(fact.key(one) for one in dimensions), []).append(fact.of)
        except KeyError:
            return None
        return {key: count(members) for key, members in groups.items()}


def _moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text))


def _is_listed(ticket: Mapping[str, Any]) -> bool:
    return ticket["status"] != "deleted" and "closed_by_merge" not in ticket["tags"]


def _ticket(one: Mapping[str, Any]) -> Fact:
    metrics, created = one["metric_set"], _moment(one["created_at"])
    is_solved = one["status"] in ("solved", "closed")
    of = {
        "frt": _seconds(metrics["reply_time_in_minutes"]["calendar"]),
        "solved_at": _moment(metrics["solved_at"]) if is_solved else None,
        "was_solved": metrics["first_resolution_time_in_minutes"]["calendar"] is not None,
        "took": _seconds(metrics["full_resolution_time_in_minutes"]["calendar"]) if is_solved else None,
        "account": one["organization_id"],
        "reopens": metrics["reopens"],
        "replies": metrics["replies"],
        "at_once": is_solved
        and (metrics["replies"] == 1 or (metrics["replies"] == 0 and one["via"]["channel"] in _SPOKEN))
        and metrics["assignee_stations"] <= 1
        and metrics["reopens"] == 0,
    }
    channel = one["via"]["channel"]
    keys = {
        "category": next(str(two["value"]) for two in one["custom_fields"] if two["id"] == 4402),
        "channel": _CHANNELS.get(channel, channel),
        "agent_group": one["group_name"],
        "priority": one["priority"],
        "tags": ",".join(sorted(one["tags"])),
        **dict.fromkeys(("city", "subcategory", "product")),
    }
    return Fact(created, of, keys)


def _seconds(minutes: int | None) -> Value:
    return None if minutes is None else 60.0 * minutes


def _rated(ratings: Iterable[Mapping[str, Any]]) -> Iterable[Fact]:
    for one in ratings:
        if one["score"] in ("good", "bad"):
            of = {"kind": "csat", "good": one["score"] == "good", "comment": one["comment"]}
            keys = {"score_raw": str(float(of["good"])), "answer_choice": one["reason"]}
            yield Fact(_moment(one["updated_at"]), of, keys)


def _answered(fake: object) -> Iterable[Fact]:
    """Return an answer for the first question of each form: 0 to 10, five stars of which 4 are good, ease of 7."""
    assert isinstance(fake, FakeTypeform)
    kinds = {"fNps01": "nps", "fCsat1": "csat", "fCes01": "ces"}
    for form, answers in fake.responses.items():
        for one in answers:
            given: Any = one["answers"]
            number, said = given[0]["number"], {two["type"]: two for two in given}
            of = {"kind": kinds[form], "good": number >= {"nps": 9, "csat": 4, "ces": 6}[kinds[form]]}
            of |= {"bad": number <= 6, "number": number, "comment": said.get("text", {}).get("text")}
            choice = said["choice"]["choice"]["label"] if "choice" in said else None
            yield Fact(_moment(one["submitted_at"]), of, {"score_raw": str(float(number)), "answer_choice": choice})


def _visit(row: Mapping[str, Any]) -> Fact:
    views = int(row["screenPageViews"])
    of = {"help": views if "/help/" in row["landingPage"] else 0, "faq": views if "/faq/" in row["landingPage"] else 0}
    return Fact(datetime.strptime(row["date"], "%Y%m%d"), of, {"landing_page": row["landingPage"] or None})  # noqa: DTZ007


def _share(part: float, whole: float) -> Value:
    return part / whole if whole else None


def _known(rows: Iterable[Mapping[str, Any]], name: str) -> list[float]:
    return [one[name] for one in rows if one[name] is not None]


def _over(rows: list[Any], name: str, of: Callable[[list[float]], float]) -> Value:
    found = _known(rows, name)
    return float(of(found)) if found else None


def _among(kind: str, count: Callable[[list[Any]], Value]) -> Callable[[list[Any]], Value]:
    return lambda rows: count([one for one in rows if one["kind"] == kind])


def _good(rows: list[Any]) -> Value:
    return _share(sum(one["good"] for one in rows), len(rows))


def _bad(rows: list[Any]) -> Value:
    return _share(sum(one["bad"] for one in rows), len(rows))


def _nps(rows: list[Any]) -> Value:
    return _share(100 * sum(one["good"] - one["bad"] for one in rows), len(rows))


def _margin(rows: list[Any]) -> Value:
    if not rows:
        return None
    score = [one["good"] - one["bad"] for one in rows]
    return 196 * sqrt((mean(one * one for one in score) - mean(score) ** 2) / len(score))


def _effort(given: list[float]) -> float:
    return 5 - 4 * (mean(given) - 1) / 6


# Each metric: which facts it is of, and how they are counted. An ease of 1 to 7 is an effort of 5 to 1.
METRICS: dict[str, tuple[str, Callable[[list[Any]], Value]]] = {
    "tickets_created": ("created", len),
    "tickets_solved_cohort": ("created", lambda rows: len(_known(rows, "took"))),
    "answered_tickets": ("created", lambda rows: len(_known(rows, "frt"))),
    "frt_avg_seconds": ("created", lambda rows: _over(rows, "frt", mean)),
    "frt_median_seconds": ("created", lambda rows: _over(rows, "frt", median)),
    "resolution_avg_seconds": ("created", lambda rows: _over(rows, "took", mean)),
    "resolution_median_seconds": ("created", lambda rows: _over(rows, "took", median)),
    "resolution_rate": ("created", lambda rows: _share(len(_known(rows, "took")), len(rows))),
    "fcr_base": ("created", lambda rows: len(_known(rows, "took"))),
    "fcr_rate": ("created", lambda rows: _share(sum(one["at_once"] for one in rows), len(_known(rows, "took")))),
    "ever_solved_tickets": ("created", lambda rows: sum(one["was_solved"] for one in rows)),
    "reopen_rate": (
        "created",
        lambda rows: _share(sum(one["reopens"] > 0 for one in rows), sum(one["was_solved"] for one in rows)),
    ),
    "replies_per_ticket": ("created", lambda rows: _over(rows, "replies", mean)),
    "tickets_solved": ("solved", len),
    "survey_responses": ("answers", len),
    "comment_count": ("answers", lambda rows: len(_known(rows, "comment"))),
    "csat_responses": ("answers", _among("csat", len)),
    "csat_rate": ("answers", _among("csat", _good)),
    "nps_responses": ("answers", _among("nps", len)),
    "nps_score": ("answers", _among("nps", _nps)),
    "nps_promoters": ("answers", _among("nps", lambda rows: sum(one["good"] for one in rows))),
    "nps_detractors": ("answers", _among("nps", lambda rows: sum(one["bad"] for one in rows))),
    "nps_passives": ("answers", _among("nps", lambda rows: sum(not one["good"] | one["bad"] for one in rows))),
    "nps_margin_of_error": ("answers", _among("nps", _margin)),
    "promoter_share": ("answers", _among("nps", _good)),
    "detractor_share": ("answers", _among("nps", _bad)),
    "ces_responses": ("answers", _among("ces", len)),
    "ces_ease_rate": ("answers", _among("ces", _good)),
    "ces_avg_effort": (
        "answers",
        _among("ces", lambda rows: _over(rows, "number", lambda all_: 5 - 4 * (mean(all_) - 1) / 6)),
    ),
    "surveys_sent": ("invitations", len),
    "response_rate": ("invitations", lambda rows: _share(sum(one["score"] != "offered" for one in rows), len(rows))),
    "help_page_views": ("visits", lambda rows: sum(one["help"] for one in rows)),
    "faq_page_views": ("visits", lambda rows: sum(one["faq"] for one in rows)),
}
