"""The lists of the demo: for each its stream, and the generator of its records by day or as a whole."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from connectors.demo.activities import activities_of_day
from connectors.demo.ads import SETTLED_AFTER, ad_days, budget_records
from connectors.demo.billing import invoice_records
from connectors.demo.campaigns import ad_account_records, campaign_records
from connectors.demo.costs import cost_records
from connectors.demo.customers import account_records, contact_records, renewal_records
from connectors.demo.deals import deal_records
from connectors.demo.findings import insight_records
from connectors.demo.goals import goal_records, health_weight_records
from connectors.demo.leads import lead_records
from connectors.demo.moments import SETTLED_AFTER as TICKET_SETTLED_AFTER
from connectors.demo.notes import annotation_records, feedback_records
from connectors.demo.records import Record
from connectors.demo.staff import staff_records
from connectors.demo.subscriptions import subscription_records
from connectors.demo.surveys import reviews_of_day, survey_records
from connectors.demo.tickets import tickets_of_day
from connectors.demo.timeline import Timeline
from connectors.demo.volume import tickets_on
from connectors.demo.web import web_days
from connectors.demo.world import DemoClient
from connectors.source import Stream

OfDay = Callable[[DemoClient, Timeline, date, datetime], list[Record]]
Whole = Callable[[DemoClient, Timeline, datetime], list[Record]]
Count = Callable[[DemoClient, Timeline, date], int]


@dataclass(frozen=True)
class DayList:
    """A list that is read day by day; old days are read again for as long as the stream looks back."""

    stream: Stream
    of_day: OfDay
    count: Count | None = None  # how many records a day has, where that is quickly said


@dataclass(frozen=True)
class WholeList:
    """A list that is made at once; a later read brings what has changed since, by `updated_at`."""

    stream: Stream
    records: Whole


def _days(name: str, entities: tuple[str, ...], lookback: timedelta, *, version: str | None = None) -> Stream:
    return Stream(name, ("id",), entities, version_field=version, lookback=lookback)


def _whole(name: str, *entities: str) -> Stream:
    return Stream(name, ("id",), entities, version_field="updated_at")


_A_DAY = timedelta(days=1)  # a local day may end after the day of the run

LISTS: tuple[DayList | WholeList, ...] = (
    WholeList(_whole("staff", "user_agent"), staff_records),
    WholeList(_whole("accounts", "account"), account_records),
    WholeList(_whole("contacts", "contact"), contact_records),
    WholeList(_whole("ad_accounts", "ad_account"), ad_account_records),
    WholeList(_whole("campaigns", "campaign"), campaign_records),
    WholeList(_whole("surveys", "survey", "survey_question"), survey_records),
    DayList(
        _days(
            "tickets",
            ("ticket", "ticket_event", "survey_response"),
            TICKET_SETTLED_AFTER + _A_DAY,
            version="updated_at",
        ),
        tickets_of_day,
        tickets_on,
    ),
    DayList(_days("reviews", ("survey_response",), timedelta(days=15), version="updated_at"), reviews_of_day),
    WholeList(_whole("subscriptions", "subscription_item"), subscription_records),
    WholeList(_whole("invoices", "invoice", "payment"), invoice_records),
    WholeList(_whole("renewals", "renewal"), renewal_records),
    WholeList(_whole("costs", "cost_entry"), cost_records),
    WholeList(_whole("budgets", "budget_entry"), budget_records),
    WholeList(_whole("deals", "deal", "deal_stage_event"), deal_records),
    WholeList(_whole("leads", "lead"), lead_records),
    DayList(_days("activities", ("activity",), _A_DAY), activities_of_day),
    DayList(_days("ad_days", ("ad_performance_day",), SETTLED_AFTER + _A_DAY), ad_days),
    DayList(_days("web_days", ("web_session_day",), timedelta(days=3)), web_days),
    WholeList(_whole("goals", "goal"), goal_records),
    WholeList(_whole("health_weights", "health_weight_set"), health_weight_records),
    WholeList(_whole("insights", "insight"), insight_records),
    WholeList(_whole("annotations", "annotation"), annotation_records),
    WholeList(_whole("feedback", "feedback"), feedback_records),
)
