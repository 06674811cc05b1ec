"""What people wrote beside the figures: causes, actions and events, and their opinion of the report."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from connectors.demo.names import person
from connectors.demo.records import Record, day_text, noon, seeded, stamp
from connectors.demo.timeline import CRISIS_CLIENT, Timeline
from connectors.demo.volume import is_spike
from connectors.demo.world import DEMO_CLIENTS, DemoClient

_CAUSES = (
    "A supplier was late; customers asked where their order was.",
    "A faulty update reached customers in the morning and was taken back at noon.",
    "An e-mail campaign had a wrong link.",
    "A public holiday moved the orders of three days into one.",
)
_OPINIONS = (
    (5, "The page on speed is the first thing that I open on Mondays."),
    (4, "Good. I would like to see the goals on the first page."),
    (4, "The comments of customers are worth more than the score."),
    (3, "It took me a while to find the definition of resolved."),
    (2, "The number of tickets did not agree with my own list; it was the time zone."),
    (5, "Finally one figure for churn that everybody accepts."),
)


def annotation_records(client: DemoClient, timeline: Timeline, until: datetime) -> list[Record]:
    """Return the notes of a client up to `until`."""
    every = [*_usual(client, timeline, until), *_of_crisis(client, timeline)]
    return [record for record in every if str(record["starts_on"]) < until.date().isoformat()]


def _usual(client: DemoClient, timeline: Timeline, until: datetime) -> Iterator[Record]:
    for number in range(timeline.months_at(until.date()) + 1):
        first = timeline.month(number)
        chance = seeded(client.slug, first, "notes")
        cause = chance.choice(_CAUSES)
        if is_spike(client, first.replace(day=11)):
            yield _note(client, first.replace(day=12), "cause", cause, "tickets_created", None)
            yield _note(
                client, first.replace(day=14), "action", "A notice on the help page and a second shift in the chat.",
                "tickets_created", "Keep the notice ready as a template.",
            )  # fmt: skip
        if number in (16, 22):
            yield _note(client, first, "event", "A new colleague joined the service team.", "frt_avg_seconds", None)
        if first.month == 1 and number > 2:
            yield _note(client, first.replace(day=2), "event", "New prices for new customers.", "mrr", None)
        if first.month in (3, 10):
            yield _note(
                client, first.replace(day=18), "event", "Trade fair; leads follow for two weeks.", "leads", None
            )
        if number % 6 == 4:
            yield _note(
                client, first.replace(day=20), "action", "Two campaigns with costly conversions were paused.",
                "cpa", "Look again after four weeks.",
            )  # fmt: skip


def _of_crisis(client: DemoClient, timeline: Timeline) -> Iterator[Record]:
    if client.slug != CRISIS_CLIENT:
        return
    first, last = timeline.crisis
    yield _note(
        client, first + timedelta(days=2), "cause", "The move to a new data centre failed: outages for three weeks.",
        "csat_rate", None, last,
    )  # fmt: skip
    yield _note(
        client, first + timedelta(days=9), "action",
        "All hands on support, daily status mails, a credit for every customer.", "csat_rate",
        "Tell customers before they have to ask.", last + timedelta(days=20),
    )  # fmt: skip
    yield _note(
        client, last + timedelta(days=12), "action", "Calls with every customer that gave six or less.",
        "logo_churn_rate", "Repeat the survey after 90 days.", None,
    )  # fmt: skip


def _note(
    client: DemoClient,
    day: date,
    kind: str,
    text: str,
    metric: str,
    recommendation: str | None,
    end: date | None = None,
) -> Record:
    return {
        "id": f"{client.short}-N{day:%y%m%d}-{kind}-{metric}",
        "client": client.slug,
        "starts_on": day.isoformat(),
        "ends_on": day_text(end),
        "kind": kind,
        "text": text,
        "author": client.account_owner,
        "visibility": "client",
        "metric": metric,
        "recommendation": recommendation,
        "updated_at": stamp(noon(day)),
    }


def feedback_records(client: DemoClient, timeline: Timeline, until: datetime) -> list[Record]:
    """Return what readers said about the reports, every other month."""
    turn = DEMO_CLIENTS.index(client)
    records: list[Record] = []
    for number in range(turn % 2, timeline.months_at(until.date()) + 1, 2):
        written = timeline.month(number) + timedelta(days=9 + turn)
        rating, text = _OPINIONS[(number // 2 + turn) % len(_OPINIONS)]
        if written < until.date():
            records.append(
                {
                    "id": f"{client.short}-F{written:%y%m%d}",
                    "client": client.slug,
                    "author": person(turn * 31 + number),
                    "written_at": stamp(noon(written)),
                    "rating": rating,
                    "text": text,
                    "updated_at": stamp(noon(written)),
                }
            )
    return records
