"""Requests about any dataset, as one of several callers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from tests.fuzz.formulas import checkable
from tests.fuzz.offers import MODEL, combines
from tests.fuzz.sums import Tables
from tests.fuzz.wide import DATASETS, Wide
from tests.fuzz.wire import Call, Wire
from tests.looker_filters import Clause
from tests.looker_simulator import Field, read_fields, request


@dataclass(frozen=True)
class Asking:
    """One request of a page."""

    question: Wide
    asker: str = "main"
    client: str | None = None
    finer: bool = False
    clause: Clause | None = None

    @property
    def clients(self) -> tuple[str, ...]:
        """Name the client accounts that are asked about."""
        if self.asker == "main" and self.client is None and self.clause is None:
            return ("acme", "globex")
        return ("initech",) if self.asker == "other" else (self.client or "acme",)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Name the dimensions that the request groups by."""
        return self.question.finer if self.finer else self.question.dimensions

    @property
    def metrics(self) -> tuple[str, ...]:
        """Name the metrics; finer, those that add up."""
        return (self.question.adds_up or self.question.metrics) if self.finer else self.question.metrics


@dataclass
class Desk:
    """The datasets of a server, and who asks."""

    wire: Wire
    keys: Mapping[str, str]
    filled: Mapping[str, Tables]  # by client account
    fields: dict[str, Mapping[str, Field]] = field(default_factory=dict)

    def read(self) -> None:
        """Read the schema of every dataset."""
        headers = {"authorization": f"Bearer {self.keys['main']}"}
        for dataset in DATASETS:
            params = {"configParams": {"dataset": dataset}}
            told = self.wire.http.post("/v1/looker/schema", json=params, headers=headers).json()
            self.fields[dataset] = read_fields(told["schema"])
            for name, one in self.fields[dataset].items():
                if name in MODEL.metrics:  # what a flag lets a chart combine is what is compared below
                    assert (one.aggregation != "AUTO" or bool(one.formula)) is combines(name), name

    def body(self, asking: Asking) -> dict[str, Any]:
        """Write the request: the fields of the chart, the formulas as we compute them, and the parts of those."""
        known, question = self.fields[asking.question.dataset], asking.question
        dates = (question.days[0].isoformat(), question.days[1].isoformat())
        filters = ((asking.clause,),) if asking.clause else ()
        made = request(known, asking.dimensions, asking.metrics, dates=dates, filters=filters)
        parts = [part for one in asking.metrics for part in checkable(question.dataset, one, asking.dimensions)]
        shown = [one["name"] for one in made["fields"] if "forFilterOnly" not in one]
        only = [one for one in made["fields"] if "forFilterOnly" in one]
        names = dict.fromkeys([*shown, *asking.metrics, *parts])
        params = {"dataset": question.dataset} | ({"client": asking.client} if asking.client else {})
        return {**made, "fields": [*({"name": name} for name in names), *only], "configParams": params}

    def call(self, asking: Asking) -> Call:
        """Write a request with its asker's key."""
        return self.keys[asking.asker], orjson.dumps(self.body(asking))
