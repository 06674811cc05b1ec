"""Questions to getData as nobody would ask them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

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
_NAMES = ("channel", "category", "city", "client_account")
_WORDS = ("Email", "Chat", "Phone", "Athens", "Porto", "A_B%C", "true", "false", "Acme", "Globex", "Initech", "202501")
_OPERATORS = ("EQUALS", "CONTAINS", "IN_LIST", "IS_NULL", "REGEXP_PARTIAL_MATCH", "REGEXP_EXACT_MATCH")
_ORDERS = ("BETWEEN", "NUMERIC_GREATER_THAN", "NUMERIC_GREATER_THAN_OR_EQUAL", "NUMERIC_LESS_THAN")
_TRAPS = (
    "'; drop table ticket; --", '" or 1=1 --', "$1", "(a+)+$", "[", "%", "_", "\\", "é\u0301", "\u202e", "x" * 1_500,
    "", "normalised.ticket", "1e309", "NaN", "-0", "20250230", "9" * 40, "\U0001f600",
)  # fmt: skip
# What a text may be and a pattern may not, and what is said then.
NO_PATTERNS = {"[": "invalid_pattern", "\\": "invalid_pattern", "x" * 1_500: "invalid_filter_value"}


@dataclass(frozen=True)
class Question:
    """What a chart asks, and as whom."""

    asker: str
    dimensions: tuple[str, ...]
    metrics: tuple[str, ...]
    days: tuple[date, date]
    filters: tuple[tuple[Mapping[str, Any], ...], ...] = ()
    client: str | None = None

    def turned(self) -> "Question":
        """Return another question of the same words: fields from the end, mirrored days, every sign the other way."""
        last, first = (FIRST + (LAST - day) for day in self.days)
        other = {"INCLUDE": "EXCLUDE", "EXCLUDE": "INCLUDE"}
        signs = tuple(tuple({**clause, "type": other[clause["type"]]} for clause in group) for group in self.filters)
        names, metrics = self.dimensions[::-1], self.metrics[::-1]
        return replace(self, dimensions=names, metrics=metrics, days=(first, last), filters=signs[::-1])

    def deepened(self) -> "Question":
        """Return the same question about the later half of its days, with one dimension more."""
        more = next(name for name in (*GRAINS, *DIMENSIONS) if name not in self.dimensions)
        first, last = self.days
        return replace(self, dimensions=(*self.dimensions, more), days=(first + (last - first) // 2, last))


def _clauses() -> st.SearchStrategy[Mapping[str, Any]]:
    text = st.one_of(st.sampled_from(_WORDS), st.sampled_from(_WORDS), st.sampled_from(_TRAPS))
    days = st.integers(0, 40).map(lambda number: f"{FIRST + timedelta(days=number):%Y%m%d}")
    signs = st.sampled_from(("INCLUDE", "EXCLUDE"))
    # Whoever compares yes and no with anything else is refused.
    texts = st.tuples(st.sampled_from(_NAMES), st.lists(text, min_size=1, max_size=3))
    named = st.one_of(
        texts,
        texts,
        texts,
        st.tuples(st.just("is_escalated"), st.lists(st.sampled_from(("true", "false")), min_size=1, max_size=2)),
    )
    plain = st.builds(
        lambda named, operator, sign: {
            "fieldName": named[0], "operator": operator, "type": sign,
            "values": [] if operator == "IS_NULL" else named[1],
        },
        named, st.sampled_from(_OPERATORS), signs,
    )  # fmt: skip
    ordered = st.builds(
        lambda operator, values, sign: {
            "fieldName": "date_day", "operator": operator, "type": sign,
            "values": sorted(values) if operator == "BETWEEN" else values[:1],
        },
        st.sampled_from(_ORDERS), st.lists(days, min_size=2, max_size=2), signs,
    )  # fmt: skip
    # Which of yes and no is more is left to Looker Studio: all filters step back, and our rows are filtered there.
    left = st.builds(
        lambda operator, value, sign: {
            "fieldName": "is_escalated", "operator": operator, "type": sign, "values": [value],
        },
        st.sampled_from(_ORDERS[1:]), st.sampled_from(("true", "false")), signs,
    )  # fmt: skip
    return st.one_of(*[plain] * 4, *[ordered] * 4, left)


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
