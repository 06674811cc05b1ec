"""Questions to getData as nobody would ask them, and the answer that plain Python folds from the finest rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import isclose
from typing import Any

import httpx2
from hypothesis import strategies as st

from tests.looker_formula import Row, Value
from tests.looker_simulator import Field, chart, coarsen, read_fields, read_rows, request

FIRST, LAST = date(2025, 1, 1), date(2025, 1, 31)
DIMENSIONS = ("channel", "category", "city", "is_escalated", "client_account", "date_day")
GRAINS = {"date_month": "month", "date_quarter": "quarter", "date_year": "year"}
PARTS = (
    "tickets_created", "tickets_solved_cohort", "tickets_unsolved_cohort", "escalated_tickets",
    "resolution_seconds_sum",
)  # fmt: skip
METRICS = (
    *PARTS,
    "resolution_rate",
    "escalation_rate",
    "resolution_avg_seconds",
)  # the last ones are formulas of parts
_WORDS = ("Email", "Chat", "Phone", "Athens", "Porto", "A_B%C", "true", "false", "Acme", "Globex", "Initech", "202501")
_OPERATORS = ("EQUALS", "CONTAINS", "IN_LIST", "IS_NULL", "REGEXP_PARTIAL_MATCH", "REGEXP_EXACT_MATCH")
_ORDERS = ("BETWEEN", "NUMERIC_GREATER_THAN", "NUMERIC_GREATER_THAN_OR_EQUAL", "NUMERIC_LESS_THAN")
_TRAPS = (
    "'; drop table ticket; --", '" or 1=1 --', "$1", "(a+)+$", "[", "%", "_", "\\", "é\u0301", "\u202e", "x" * 1_500,
    "", "normalised.ticket", "1e309", "NaN", "-0", "20250230", "9" * 40, "\U0001f600",
)  # fmt: skip


@dataclass(frozen=True)
class Question:
    """What a chart asks, and as whom."""

    asker: str
    dimensions: tuple[str, ...]
    metrics: tuple[str, ...]
    days: tuple[date, date]
    filters: tuple[tuple[Mapping[str, Any], ...], ...] = ()
    client: str | None = None


@dataclass
class Truth:
    """The finest rows of each asker, read once and checked against the files."""

    wire: httpx2.Client
    keys: Mapping[str, str]
    fields: Mapping[str, Field] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def ask(self, asker: str, body: object) -> httpx2.Response:
        """Send a body to getData."""
        headers = {"authorization": f"Bearer {self.keys[asker]}"}
        return self.wire.post("/v1/looker/data", json=body, headers=headers)

    def read(self) -> None:
        """Read the schema and every asker's finest rows."""
        params = {"configParams": {"dataset": "tickets"}}
        headers = {"authorization": f"Bearer {next(iter(self.keys.values()))}"}
        told = self.wire.post("/v1/looker/schema", json=params, headers=headers).json()
        self.fields = read_fields(told["schema"])
        for asker in self.keys:
            body = self.body(Question(asker, DIMENSIONS, PARTS, (FIRST, LAST)))
            self.rows[asker] = read_rows(self.ask(asker, body).json())

    def body(self, question: Question) -> dict[str, Any]:
        """Write a question as Looker Studio sends it."""
        dates = (question.days[0].isoformat(), question.days[1].isoformat())
        made = request(self.fields, question.dimensions, question.metrics, dates=dates, filters=question.filters)
        params = {"dataset": "tickets"} | ({"client": question.client} if question.client else {})
        return {**made, "configParams": params}

    def expected(self, question: Question) -> list[Row]:
        """Fold the answer from the finest rows."""
        first, last = (f"{day:%Y%m%d}" for day in question.days)
        rows = [row for row in self.rows[question.asker] if first <= str(row["date_day"]) <= last]
        if question.client:
            rows = [row for row in rows if str(row["client_account"]).lower() == question.client]
        wide = [row | {name: coarsen(row["date_day"], grain) for name, grain in GRAINS.items()} for row in rows]
        names = [*DIMENSIONS, *GRAINS, *PARTS]
        answer = {
            "schema": [{"name": name, "dataType": self.fields[name].data_type} for name in names],
            "rows": [{"values": [row[name] for name in names]} for row in wide],
            "filtersApplied": False,
        }
        return chart(self.fields, answer, question.dimensions, question.metrics, filters=question.filters)


def judge(truth: Truth, question: Question) -> str | None:
    """Ask, and say what is wrong with the answer; None if nothing is."""
    answer = truth.ask(question.asker, truth.body(question))
    wrong = wrong_status(answer)
    if wrong or answer.status_code != 200:
        return wrong
    told = chart(truth.fields, answer.json(), question.dimensions, question.metrics, filters=question.filters)
    own, right = _by_key(question, told), _by_key(question, truth.expected(question))
    if own.keys() != right.keys():
        return f"groups {sorted(own.keys() ^ right.keys(), key=str)[:5]}"
    for key, values in right.items():
        if not all(isclose(float(a or 0), float(b or 0), abs_tol=1e-9) for a, b in zip(own[key], values, strict=True)):
            return f"{key}: {own[key]} instead of {values}"
    return None


def _by_key(question: Question, rows: Sequence[Row]) -> dict[tuple[Value, ...], list[Value]]:
    """Give the numbers of each group; a group of nothing but nothing need not be there."""
    found = {}
    for row in rows:
        values = [row[name] for name in question.metrics]
        if any(values) or not question.metrics:
            found[tuple(row[name] for name in question.dimensions)] = values
    return found


def wrong_status(answer: httpx2.Response) -> str | None:
    """Say whether an answer is one that nobody may ever get."""
    if answer.status_code == 503 and "retry-after" in answer.headers:
        return None
    return f"{answer.status_code}: {answer.text[:300]}" if answer.status_code >= 500 else None


def _clauses() -> st.SearchStrategy[Mapping[str, Any]]:
    text = st.one_of(st.sampled_from(_WORDS), st.sampled_from(_WORDS), st.sampled_from(_TRAPS))
    days = st.integers(0, 40).map(lambda number: f"{FIRST + timedelta(days=number):%Y%m%d}")
    names = st.sampled_from(("channel", "category", "city", "is_escalated", "client_account"))
    signs = st.sampled_from(("INCLUDE", "EXCLUDE"))
    plain = st.builds(
        lambda name, operator, values, sign: {
            "fieldName": name, "operator": operator, "type": sign, "values": [] if operator == "IS_NULL" else values,
        },
        names, st.sampled_from(_OPERATORS), st.lists(text, min_size=1, max_size=3), signs,
    )  # fmt: skip
    ordered = st.builds(
        lambda operator, values, sign: {
            "fieldName": "date_day", "operator": operator, "type": sign,
            "values": sorted(values) if operator == "BETWEEN" else values[:1],
        },
        st.sampled_from(_ORDERS), st.lists(days, min_size=2, max_size=2), signs,
    )  # fmt: skip
    return st.one_of(plain, ordered)


def questions() -> st.SearchStrategy[Question]:
    """Draw questions of nobody in particular."""
    spans = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(
        lambda two: (FIRST + timedelta(days=min(two)), FIRST + timedelta(days=max(two)))
    )
    groups = st.lists(st.lists(_clauses(), min_size=1, max_size=2).map(tuple), max_size=2).map(tuple)
    dimensions = st.lists(st.sampled_from((*DIMENSIONS, *GRAINS)), max_size=3, unique=True).map(tuple)
    metrics = st.lists(st.sampled_from(METRICS), min_size=1, max_size=3, unique=True).map(tuple)
    return st.builds(Question, st.just("main"), dimensions, metrics, spans, groups)


def bodies() -> st.SearchStrategy[Any]:
    """Draw bodies that no connector sends: wrong kinds, wrong names, too much of everything."""
    words = st.one_of(
        st.sampled_from((*_TRAPS, *_WORDS, *DIMENSIONS, *METRICS, "tickets", "row_key")), st.text(max_size=8)
    )
    scalars = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), words
    )
    anything = st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=6
    )
    known = st.sampled_from((*DIMENSIONS, *METRICS, "row_key", "no_such_field", *_TRAPS[:3]))
    wishes = st.lists(st.one_of(*[st.fixed_dictionaries({"name": known})] * 8, anything), max_size=4)
    parts = {
        "configParams": st.one_of(
            st.just({"dataset": "tickets"}),
            st.dictionaries(
                st.sampled_from(
                    ("dataset", "client", "workspace", "report_currency", "time_zone", "language", "compare")
                ),
                anything,
                max_size=4,
            ),
        ),
        "fields": wishes,
        "dateRange": st.one_of(
            st.just({"startDate": "2025-01-01", "endDate": "2025-01-31"}),
            st.fixed_dictionaries({"startDate": scalars, "endDate": scalars}),
        ),
        "dimensionsFilters": st.lists(st.lists(st.one_of(_clauses(), anything), max_size=2), max_size=2),
        "scriptParams": st.one_of(st.none(), st.fixed_dictionaries({"sampleExtraction": scalars})),
        "pagination": anything,
        "languageCode": scalars,
    }
    asked = {name: parts[name] for name in ("configParams", "fields", "dateRange")}
    rest = {name: part for name, part in parts.items() if name not in asked}
    return st.one_of(st.fixed_dictionaries({}, optional=parts), st.fixed_dictionaries(asked, optional=rest))
