"""Every template on the demo's data: no chart is empty, and each total that is shown is what hand-written SQL says."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from connectors.demo import DEMO_CLIENTS
from looker_templates import (
    Ask,
    DataRequest,
    PageState,
    Report,
    default_range,
    item_requests,
    lint_report,
    load_templates,
)
from looker_templates.lint import MOST_FIELDS
from schemas import SemanticModel
from tests.looker_templates.conftest import WORKSPACE, DemoServer

TEMPLATES = list(load_templates().values())
STATEMENTS: dict[str, str] = yaml.safe_load(Path(__file__).with_name("totals.yaml").read_text(encoding="utf-8"))
CLIENTS = (None, DEMO_CLIENTS[0].slug)  # all, and one
TODAY = datetime.now(UTC).date()

# The request that must have rows: the first of an item, and both sides of a blend.
_DRAWN = ("main", "left", "right")


def state_of(report: Report, client: str | None = None) -> PageState:
    """Open the report as it opens by itself."""
    start, end = default_range(report, TODAY)
    return PageState(WORKSPACE, start, end, client=client, today=TODAY)


def asked(report: Report, client: str | None) -> Iterator[tuple[str, Ask]]:
    """List everything that the report asks for when it opens, with the item."""
    state = state_of(report, client)
    for item in report.items:
        for ask in item_requests(report, item, state):
            yield item.id, ask


@pytest.mark.parametrize("report", TEMPLATES, ids=lambda one: one.id)
def test_it_is_sound_and_the_demo_is_enough_for_it(report: Report, demo_server: DemoServer) -> None:
    assert lint_report(report, demo_server.model) == []
    widest = max(len(ask.body["fields"]) for _, ask in asked(report, None))
    assert widest <= MOST_FIELDS
    for client in CLIENTS:
        told = demo_server.get(f"/v1/templates/{report.id}/doctor" + (f"?client={client}" if client else ""))
        assert told["state"] != "blocked", told


@pytest.mark.parametrize("client", [*CLIENTS, DEMO_CLIENTS[1].slug], ids=["all clients", "one client", "another"])
@pytest.mark.parametrize("report", TEMPLATES, ids=lambda one: one.id)
def test_no_chart_is_empty(report: Report, client: str | None, demo_server: DemoServer) -> None:
    # One client may have nothing of what a template looks for: no goal that is missed, say.
    narrowed = {item.id for item in report.data_items if item.filters or item.keep}
    problems = []
    for name, ask in asked(report, client):
        if ask.purpose not in _DRAWN or (client and name in narrowed):
            continue
        rows = [row["values"] for row in demo_server.post("/v1/looker/data", ask.body)["rows"]]
        columns = [field["name"] for field in ask.body["fields"]]
        empty = [one for place, one in enumerate(columns) if all(row[place] is None for row in rows)]
        if not rows or empty:
            problems.append(f"{name}: {'no rows' if not rows else f'nothing in {empty}'}")
    assert problems == []


@dataclass(frozen=True)
class Total:
    """A request for metrics over the whole period: what a card, a total row or the middle of a donut shows."""

    item: str
    body: DataRequest
    metrics: tuple[str, ...]


def totals(report: Report, client: str | None, model: SemanticModel) -> Iterator[Total]:
    """List the totals that a report shows when it opens."""
    for item, ask in asked(report, client):
        names = [field["name"] for field in ask.body["fields"]]
        if ask.purpose != "goal" and not any(name in model.dimensions for name in names):
            yield Total(item, ask.body, tuple(names))


@pytest.mark.parametrize("client", CLIENTS, ids=["all clients", "one client"])
@pytest.mark.parametrize("report", TEMPLATES, ids=lambda one: one.id)
def test_totals_are_what_sql_says(
    report: Report, client: str | None, demo_server: DemoServer, by_hand: "ByHand"
) -> None:
    problems = []
    for total in totals(report, client, demo_server.model):
        ((*shown,),) = [row["values"] for row in demo_server.post("/v1/looker/data", total.body)["rows"]]
        for metric, value in zip(total.metrics, shown, strict=True):
            if metric.endswith("__goal"):
                continue  # written by people, and shown as they wrote it
            expected = by_hand.value(metric, total.body)
            if not same(value, expected):
                problems.append(f"{total.item}: {metric} is {value}, by hand {expected}")
    assert problems == []


def test_cells_and_totals_of_pivots_and_trackers_are_what_sql_says(demo_server: DemoServer, by_hand: "ByHand") -> None:
    """Narrow the statements to the month and the values that stand beside a cell or a total."""
    problems, counted = [], 0
    for report in TEMPLATES:
        spread = {item.id for item in report.data_items if item.type in ("pivot", "tracker")}
        for item, ask in asked(report, None):
            if item not in spread or ask.purpose == "goal":
                continue
            names = [field["name"] for field in ask.body["fields"]]
            dimensions = [name for name in names if name in demo_server.model.dimensions]
            for row in demo_server.post("/v1/looker/data", ask.body)["rows"]:
                beside = dict(zip(names, row["values"], strict=True))
                place = narrowed_to(ask.body, {name: beside.pop(name) for name in dimensions})
                counted += len(beside)
                key = row["values"][: len(dimensions)]
                problems += [
                    f"{report.id} {item} {ask.purpose} {key}: {metric} is {value}, by hand {it}"
                    for metric, value in beside.items()
                    if not same(value, it := by_hand.value(metric, place))
                ]
    assert problems == []
    assert counted > 250


def test_the_demos_sources_agree_as_those_of_a_company_do(demo_tables: duckdb.DuckDBPyConnection) -> None:
    """Most months lie within the tolerance, and what does not is there to be found."""
    shares = dict(
        demo_tables.execute(
            "select triangulation_pair, avg(is_within::integer) from normalised.triangulation_point group by 1"
        ).fetchall()
    )
    assert {"web revenue and invoices", "ads revenue and web revenue", "ads and web"} < set(shares)
    assert {pair: share for pair, share in shares.items() if share < 0.7} == {}
    assert 0.7 < shares["web revenue and invoices"] < 0.97


def narrowed_to(body: DataRequest, values: dict[str, Any]) -> DataRequest:
    """Return a request for the rows alone that have these values; a month goes into its days."""
    days = dict(body["dateRange"])
    month = values.pop("date_month", None)
    if month is not None:
        first = date(int(month[:4]), int(month[4:]), 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        days = {
            "startDate": max(days["startDate"], first.isoformat()),
            "endDate": min(days["endDate"], last.isoformat()),
        }
    clauses = [
        [
            {
                "fieldName": name,
                "type": "INCLUDE",
                "operator": "IS_NULL" if value is None else "IN_LIST",
                "values": [] if value is None else [value],
            }
        ]
        for name, value in values.items()
    ]
    narrowed: Any = {**body, "dateRange": days, "dimensionsFilters": [*body.get("dimensionsFilters", []), *clauses]}
    found: DataRequest = narrowed
    return found


def same(shown: Any, expected: Any) -> bool:
    """Compare to nine digits; sums of nothing are 0 in the one and nothing in the other."""
    if shown is None or expected is None:
        return (shown or 0) == (expected or 0)
    return bool(float(shown) == pytest.approx(float(expected), rel=1e-9, abs=1e-9))


class ByHand:
    """The statements of totals.yaml over the demo's tables; none is run twice for the same rows and days."""

    def __init__(self, tables: duckdb.DuckDBPyConnection, model: SemanticModel) -> None:
        """Speak of every row, until a request says of which."""
        self._tables, self._model = tables, model
        self._answers: dict[tuple[str, str], dict[str, Any]] = {}
        self._narrowed_to = ""

    def value(self, metric: str, body: DataRequest) -> Any:
        """Give a metric over the rows and days that a request speaks of."""
        name = next((name for name, text in STATEMENTS.items() if re.search(rf" as {metric}\b", text)), None)
        assert name is not None, f"totals.yaml has no SQL for {metric}"
        place = json.dumps({**body, "fields": None, "configParams": body["configParams"].get("client")})
        if (name, place) not in self._answers:
            rows = json.dumps([body["configParams"].get("client"), body.get("dimensionsFilters")])
            if rows != self._narrowed_to:
                narrow(self._tables, self._model, body)
                self._narrowed_to = rows
            days = body["dateRange"]
            text = STATEMENTS[name].replace(":start", f"date '{days['startDate']}'")
            found = self._tables.execute(text.replace(":end", f"date '{days['endDate']}'"))
            names = [column[0] for column in found.description or ()]
            (row,) = found.fetchall()
            self._answers[name, place] = dict(zip(names, row, strict=True))
        return self._answers[name, place][metric]


@pytest.fixture(scope="module")
def by_hand(demo_tables: duckdb.DuckDBPyConnection, demo_server: DemoServer) -> ByHand:
    """Count by hand."""
    return ByHand(demo_tables, demo_server.model)


def narrow(tables: duckdb.DuckDBPyConnection, model: SemanticModel, body: DataRequest) -> None:
    """Make for each table a view of the rows of the client accounts and filters that are asked for."""
    client = body["configParams"].get("client")
    known = tables.execute("select client_account_id, slug, report_currency from normalised.client_account").fetchall()
    chosen = [one for one in known if client in (None, one[1])]
    several = len({currency for _, _, currency in chosen}) > 1
    people = ", ".join(f"'{one[0]}'" for one in chosen)
    wanted = [clause for group in body.get("dimensionsFilters", []) for clause in group]
    missed = {clause["fieldName"] for clause in wanted}
    for entity in model.entities.values():
        if entity.over is not None:
            continue
        columns = [name for name in entity.columns if f"{name}_base" in entity.columns] if several else []
        base = f" replace ({', '.join(f'{name}_base as {name}' for name in columns)})" if columns else ""
        conditions = [condition(clause) for clause in wanted if column_of(clause["fieldName"]) in entity.columns]
        missed -= {clause["fieldName"] for clause in wanted if column_of(clause["fieldName"]) in entity.columns}
        # Invitations and answers are rows of one table; the statements say which they mean.
        listed = [] if entity.name == "survey_response" else [entity.listed_by]
        where = " and ".join([f"client_account_id in ({people})", *listed, *conditions])
        tables.execute(
            f"create or replace temp view {entity.table} as select *{base} from normalised.{entity.table} where {where}"
        )
    assert not missed, f"no table has the column of {missed}"


def column_of(field: str) -> str:
    """Return the column of a field; most are called as it is."""
    return {"insight_kind": "kind", "score_raw": "raw_value"}.get(field, field)


def condition(clause: Any) -> str:
    """Write one condition of a request as SQL."""
    name, values = column_of(clause["fieldName"]), clause["values"]
    text = {
        "IN_LIST": lambda: f"{name} in ({_texts(values)})",
        "BETWEEN": lambda: f"{name} between {values[0]} and {values[-1]}",
        "IS_NULL": lambda: f"{name} is null",
    }[clause["operator"]]()
    return f"not ({text})" if clause["type"] == "EXCLUDE" else text


def _texts(values: Sequence[str]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)
