"""What is right: answers folded in plain Python from each asker's finest rows, which are read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isclose

import orjson

from tests.fuzz.questions import DIMENSIONS, FIRST, GRAINS, LAST, NO_PATTERNS, PARTS, Question
from tests.fuzz.wire import Call, Reply, Wire
from tests.looker_filters import rows_passing
from tests.looker_formula import Row, Value
from tests.looker_simulator import Field, chart, coarsen, grouped, read_fields, read_rows, request


@dataclass
class Truth:
    """The finest rows of each asker; a test compares them with the files."""

    wire: Wire
    keys: Mapping[str, str]
    fields: Mapping[str, Field] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def read(self) -> None:
        """Read the schema and every asker's finest rows."""
        headers = {"authorization": f"Bearer {next(iter(self.keys.values()))}"}
        params = {"configParams": {"dataset": "tickets"}}
        told = self.wire.http.post("/v1/looker/schema", json=params, headers=headers).json()
        self.fields = read_fields(told["schema"])
        for asker in self.keys:
            answer = self.wire.post(self.call(Question(asker, DIMENSIONS, PARTS, (FIRST, LAST))))
            rows = read_rows(answer.document)
            self.rows[asker] = [
                row | {name: coarsen(row["date_day"], grain) for name, grain in GRAINS.items()} for row in rows
            ]

    @cached_property
    def _types(self) -> Mapping[str, str]:
        return {name: one.semantic_type for name, one in self.fields.items()}

    def call(self, question: Question) -> Call:
        """Write a question as Looker Studio sends it, with its asker's key."""
        dates = (question.days[0].isoformat(), question.days[1].isoformat())
        made = request(self.fields, question.dimensions, question.metrics, dates=dates, filters=question.filters)
        params = {"dataset": "tickets"} | ({"client": question.client} if question.client else {})
        return self.keys[question.asker], orjson.dumps({**made, "configParams": params})

    def expected(self, question: Question) -> list[Row]:
        """Fold the answer from the finest rows."""
        first, last = (f"{day:%Y%m%d}" for day in question.days)
        rows = [row for row in self.rows[question.asker] if first <= str(row["date_day"]) <= last]
        if question.client:
            rows = [row for row in rows if str(row["client_account"]).lower() == question.client]
        rows = rows_passing(rows, question.filters, self._types)
        return grouped(self.fields, rows, question.dimensions, question.metrics)

    def judge(self, question: Question, answer: Reply) -> str | None:
        """Say what is wrong with an answer; None if nothing is."""
        if answer.status != 200:
            return wrong_status(answer) or wrong_refusal(question, answer)
        if not answer.document["filtersApplied"] and "invalid_pattern" in _no_patterns(question):
            return None  # Looker Studio is to filter, and cannot either
        told = chart(self.fields, answer.document, question.dimensions, question.metrics, filters=question.filters)
        own, right = _by_key(question, told), _by_key(question, self.expected(question))
        if own.keys() != right.keys():
            return f"groups {sorted(own.keys() ^ right.keys(), key=str)[:5]}"
        for key, values in right.items():
            pairs = zip(own[key], values, strict=True)
            if not all(isclose(float(a or 0), float(b or 0), abs_tol=1e-9) for a, b in pairs):
                return f"{key}: {own[key]} instead of {values}"
        return None


def wrong_status(answer: Reply) -> str | None:
    """Say whether an answer is one that nobody may ever get."""
    if answer.status == 503 and "retry-after" in answer.headers:
        return None
    return f"{answer.status}: {answer.text[:300]}" if answer.status >= 500 else None


def wrong_refusal(question: Question, answer: Reply) -> str | None:
    """Say whether a well formed question was refused for nothing."""
    if answer.status == 400 and answer.document["error"]["code"] in _no_patterns(question):
        return None
    return f"refused with {answer.status}: {answer.text[:300]}"


def _no_patterns(question: Question) -> set[str]:
    """Return what may be said of the texts of a question that are no patterns and stand where patterns do."""
    clauses = [clause for group in question.filters for clause in group if clause["operator"].startswith("REGEXP")]
    return {NO_PATTERNS[text] for one in clauses for text in one["values"] if text in NO_PATTERNS}


def _by_key(question: Question, rows: Sequence[Row]) -> dict[tuple[Value, ...], list[Value]]:
    """Give the numbers of each group; a group of nothing but nothing need not be there."""
    found = {}
    for row in rows:
        values = [row[name] for name in question.metrics]
        if any(values) or not question.metrics:
            found[tuple(row[name] for name in question.dimensions)] = values
    return found
