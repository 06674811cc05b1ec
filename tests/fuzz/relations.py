"""What has to hold between the answers to a few questions about one dataset, with Looker Studio's part played.

One page: a question, the same one finer, filtered both ways, as a key that sees one client account, as whoever chooses
that one, filtered to it, about the other one, and from another workspace; and then all of it once more.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import isclose

from tests.fuzz.agreeing import by_key, differing
from tests.fuzz.conditions import condition
from tests.fuzz.desk import Asking, Desk
from tests.fuzz.formulas import wrong_formula
from tests.fuzz.offers import MODEL, is_offered, needed
from tests.fuzz.shape import wrong_shape
from tests.fuzz.sums import total
from tests.fuzz.truth import wrong_status
from tests.fuzz.wide import COARSE, Wide
from tests.fuzz.wire import Reply
from tests.looker_filters import Clause, rows_passing
from tests.looker_formula import Row
from tests.looker_simulator import Field, chart, coarsen, grouped

_AGES = 300  # seconds for which what depends on the moment stays the same
_TO_ACME: Clause = {"fieldName": "client_account", "operator": "EQUALS", "type": "INCLUDE", "values": ["Acme"]}
# Names that may not stand in an answer.
_STRANGE = {
    ("main", None): ("Initech", "initech"),
    ("main", "acme"): ("Initech", "initech", "Globex", "globex"),
    ("acme", None): ("Initech", "initech", "Globex", "globex"),
    ("main", "globex"): ("Initech", "initech", "Acme", "acme"),
    ("other", None): ("Acme", "acme", "Globex", "globex"),
}


def wrong_on_wide_page(desk: Desk, question: Wide, counts: Counter[str]) -> str | None:
    """Ask a page and say what is wrong on it; while what depends on the moment changes, it is asked anew."""
    while True:
        slot = int(time.time()) // _AGES
        wrong = next(_Page(desk, question, counts).wrongs(), None)
        if int(time.time()) // _AGES == slot:
            return wrong


@dataclass
class _Page:
    desk: Desk
    question: Wide
    counts: Counter[str]

    def wrongs(self) -> Iterator[str]:
        """Yield what is wrong, the first question first."""
        first, asked = Asking(self.question), self.question
        self.calls = [self.desk.call(first)]
        self.first = self.desk.wire.post(self.calls[0])
        self._count(1)
        if not asked.is_promised:
            yield from self._refused()
            return
        yield from self._plain(first, self.first)
        self.rows = self._drawn(first, self.first)
        others = [
            Asking(asked, "acme"),
            Asking(asked, "main", "acme"),
            Asking(asked, "main", "globex"),
            Asking(asked, "other"),
        ]
        others += [Asking(asked, clause=_TO_ACME)] if self._may_be_filtered("client_account") else []
        others += [Asking(asked, finer=True)] if asked.more else []
        told = self._ask(others)
        for one, answer in zip(others, told, strict=True):
            yield from self._plain(one, answer)
        yield from self._clients(others, told)
        answers = [self.first, *told]
        if asked.more:
            self.fine = self._finer_rows(told[-1])
            yield from self._adds_up()
            clauses = [Asking(asked, clause=one) for one in self._clauses()]
            filtered = self._ask(clauses)
            for one, answer in zip(clauses, filtered, strict=True):
                yield from self._plain(one, answer)
                yield from self._passes(one, answer)
            answers += filtered
        self._count(len(self.calls))
        for call, answer, again in zip(self.calls, answers, self.desk.wire.ask(self.calls), strict=True):
            if answer.body != again.body:
                yield f"{call[1].decode()} was answered {answer.text[:300]}, and then {again.text[:300]}"

    def _ask(self, asked: list[Asking]) -> list[Reply]:
        self._count(len(asked))
        calls = [self.desk.call(one) for one in asked]
        self.calls += calls
        return self.desk.wire.ask(calls)

    def _count(self, number: int) -> None:
        self.counts["wide"] += number
        self.counts[self.question.dataset] += number

    def _refused(self) -> Iterator[str]:
        if self.first.status != 400 or self.first.document["error"]["code"] != "incompatible_fields":
            yield f"{self.question} goes not together, and was answered {self.first.status}: {self.first.text[:300]}"
        self.counts["refused as promised"] += 1

    def _plain(self, asked: Asking, answer: Reply) -> Iterator[str]:
        """Check what holds of each answer by itself."""
        if answer.status != 200:
            yield wrong_status(answer) or f"{asked} refused with {answer.status}: {answer.text[:300]}"
            return
        wanted = self.desk.body(asked)["fields"]
        left_out = answer.document["filtersApplied"]
        names = [one["name"] for one in wanted if not (left_out and one.get("forFilterOnly"))]
        keys = [name for name in names if self.fields[name].concept == "DIMENSION"]
        if (wrong := wrong_shape(self.fields, answer, names, keys)) or (
            wrong := wrong_formula(asked.question.dataset, asked.metrics, asked.dimensions, answer.rows)
        ):
            yield f"{asked}: {wrong}"
        if asked.clause is None or asked.clause is _TO_ACME:
            yield from self._totals(asked, answer)
        for name in _STRANGE[asked.asker, asked.client]:
            if name in answer.text:
                yield f"{asked} was told of {name}: {answer.text[:300]}"

    def _totals(self, asked: Asking, answer: Reply) -> Iterator[str]:
        """What rows were put in is what comes out, whatever it is split by."""
        rows = answer.rows
        for name in (one for one in (rows[0] if rows else ()) if one in MODEL.metrics and not needed(one)):
            known = [total(name, self.desk.filled[client], asked.question.days) for client in asked.clients]
            if None in known:
                continue
            right, told = sum(one or 0 for one in known), sum(float(row[name] or 0) for row in rows)
            self.counts["totals"] += right != 0
            if not isclose(right, told, rel_tol=1e-9, abs_tol=1e-6):
                yield f"{asked}: {name} is {told} in all, where the rows make {right}"

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        return self.desk.fields[self.question.dataset]

    def _may_be_filtered(self, name: str) -> bool:
        return all(is_offered(metric, name) for metric in self.question.metrics)

    def _drawn(self, asked: Asking, answer: Reply) -> list[Row]:
        """Draw the chart from an answer, with its conditions if we have left them to Looker Studio."""
        filters = ((asked.clause,),) if asked.clause else ()
        return chart(self.fields, answer.document, asked.dimensions, asked.question.adds_up, filters=filters)

    def _same(self, what: str, own: list[Row], right: list[Row], metrics: Sequence[str]) -> Iterator[str]:
        names = self.question.dimensions
        if wrong := differing(by_key(own, names, metrics), by_key(right, names, metrics), metrics):
            yield f"{what}: {wrong}; {self.question}"

    def _clients(self, asked: Sequence[Asking], told: Sequence[Reply]) -> Iterator[str]:
        """One client account and the other are both; a key for one, a choice and a filter say the same."""
        limited, chosen, other = told[:3]
        if limited.body != chosen.body:
            yield f"a key for Acme is told {limited.text[:300]}, and whoever chooses it {chosen.text[:300]}"
        own = limited.rows
        for one, answer in zip(asked, told, strict=True):
            if one.clause is _TO_ACME:
                self.counts["one client"] += bool(by_key(own, (), self.question.metrics))
                yield from self._same("filtered to Acme", answer.rows, own, self.question.metrics)
        if not self.question.has_labels:
            metrics = [*self.question.adds_up, *self.question.stands]
            both = self._parts([*own, *other.rows])
            folded = grouped(self._by_client, both, self.question.dimensions, metrics)
            right = grouped(self._by_client, self._parts(self.first.rows), self.question.dimensions, metrics)
            yield from self._same("Acme and Globex", folded, right, metrics)

    def _parts(self, rows: Sequence[Row]) -> list[Row]:
        """Leave formulas out, so that a chart calculates them from their parts."""
        return [{name: value for name, value in row.items() if not self.fields[name].formula} for row in rows]

    @cached_property
    def _by_client(self) -> Mapping[str, Field]:
        """Return the fields with stocks as sums, which they are over client accounts."""
        sums = {name: replace(self.fields[name], aggregation="SUM", formula=None) for name in self.question.stands}
        return {**self.fields, **sums}

    def _finer_rows(self, answer: Reply) -> list[Row]:
        """Read the finer rows, with the coarser dates of the chart made from their day."""
        made = {name: grain for name, grain in COARSE.items() if name in self.question.dimensions}
        if self.question.more != "date_day":
            made = {}
        return [
            row | {name: coarsen(row["date_day"], grain) for name, grain in made.items()}
            for row in self._parts(answer.rows)
        ]

    def _adds_up(self) -> Iterator[str]:
        if self.question.is_folded:
            self.counts["made up of parts"] += bool(by_key(self.rows, (), self.question.adds_up))
            folded = grouped(self.fields, self.fine, self.question.dimensions, self.question.adds_up)
            yield from self._same(f"by {self.question.more}", folded, self.rows, self.question.adds_up)

    def _clauses(self) -> Iterator[Clause]:
        name = self.question.more
        if name and self._may_be_filtered(name):
            values = list({row[name] for row in self.fine})
            for sign in ("INCLUDE", "EXCLUDE"):
                yield condition(name, self.fields[name].semantic_type, values, self.question.pick, sign)

    def _passes(self, asked: Asking, answer: Reply) -> Iterator[str]:
        """What is filtered is what the finer rows that pass make up, so that both ways make up the whole."""
        if self.question.is_folded and asked.clause:
            types = {name: one.semantic_type for name, one in self.fields.items()}
            kept = rows_passing(self.fine, ((asked.clause,),), types)
            self.counts["some pass"] += 0 < len(kept) < len(self.fine)
            right = grouped(self.fields, kept, self.question.dimensions, self.question.adds_up)
            yield from self._same(f"with {asked.clause}", self._drawn(asked, answer), right, self.question.adds_up)
