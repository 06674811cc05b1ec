"""Tells before anything is copied whether a client's data are enough for a template, and what is missing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from looker_templates.lint import fields_of
from looker_templates.spec import Report, SourceSpec

State = Literal["ready", "ready_with_gaps", "blocked"]
Kind = Literal["no_data", "short_history", "empty_field"]


@dataclass(frozen=True)
class SourceFacts:
    """What a client has of a template's source: days of history, and the fields without any value."""

    rows: int = 0
    days: int = 0
    empty: frozenset[str] = frozenset()
    feeders: Sequence[str] = ()  # labels of what could be linked to fill the dataset


@dataclass(frozen=True)
class Finding:
    """Something that is missing, whether the template stands without it, and what would mend it."""

    alias: str
    dataset: str
    kind: Kind
    text: str
    fix: str
    fields: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    blocks: bool = False


@dataclass(frozen=True)
class Diagnosis:
    """How ready a template is for a client."""

    state: State
    findings: tuple[Finding, ...] = field(default=())


def diagnose(report: Report, facts: Mapping[str, SourceFacts], labels: Mapping[str, str]) -> Diagnosis:
    """Judge a template by what is known of each of its sources.

    `labels` are those of fields and datasets. What a source requires and nobody has blocks the template; what is
    optional, or too short a history, leaves gaps.
    """
    findings = tuple(
        finding
        for alias, source in report.sources.items()
        for finding in _of_source(report, alias, source, facts.get(alias, SourceFacts()), labels)
    )
    if any(one.blocks for one in findings):
        return Diagnosis("blocked", findings)
    return Diagnosis("ready_with_gaps" if findings else "ready", findings)


def _of_source(
    report: Report, alias: str, source: SourceSpec, facts: SourceFacts, labels: Mapping[str, str]
) -> Iterator[Finding]:
    name, needs = labels.get(source.dataset, source.dataset), source.min_history_days or 0
    if facts.rows == 0:
        links = f"Link one of: {', '.join(facts.feeders)}; or import a file." if facts.feeders else "Import a file."
        text, items = f"There are no data for {name}.", _items(report, alias, ())
        yield Finding(alias, source.dataset, "no_data", text=text, fix=links, items=items, blocks=True)
        return
    if facts.days < needs:
        text = f"{name}: the template needs {needs} days of history and there are {facts.days}."
        yield Finding(alias, source.dataset, "short_history", text=text, fix="Load more history, or wait.")
    for names, blocks in ((source.required, True), (source.optional, False)):
        empty = tuple(one for one in names if one in facts.empty)
        if empty:
            said = ", ".join(labels.get(one, one) for one in empty)
            yield Finding(
                alias,
                source.dataset,
                "empty_field",
                text=f"{name}: no row has a value for {said}.",
                fix="Map the field in the source's mapping, or link a source that has it.",
                fields=empty,
                items=_items(report, alias, empty),
                blocks=blocks,
            )


def _items(report: Report, alias: str, fields: tuple[str, ...]) -> tuple[str, ...]:
    """Name the items that a gap touches; without fields, all of the source."""
    return tuple(
        item.id
        for item in report.data_items
        if item.source == alias and (not fields or set(fields) & set(fields_of(item)))
    )
