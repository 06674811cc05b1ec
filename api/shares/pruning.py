"""Leaves out of a report what a link could only refuse: parts whose numbers its filters cannot narrow."""

from collections.abc import Iterable, Mapping

from api.shares.records import ShareLimits
from looker_templates import Report, Row, as_document


def blind_sources(report: Report, filters: Iterable[str]) -> frozenset[str]:
    """Return the sources of a report that cannot be narrowed by all of the dimensions: it does not ask them for one."""
    wanted = [*filters]
    return frozenset(alias for alias, source in report.sources.items() if any(not source.has(name) for name in wanted))


def pruned(report: Report, limits: ShareLimits) -> Mapping[str, object]:
    """Return a report as a document without the parts that stay hidden behind a link."""
    return as_document(shown_part(report, limits))


def shown_part(report: Report, limits: ShareLimits) -> Report:
    """Return a report without the parts that stay hidden behind a link."""
    blind = blind_sources(report, limits.filters)
    if not blind:
        return report
    pages = []
    for page in report.pages:
        rows = [row for row in (_without(report, row, blind) for row in page.rows) if row.items]
        if rows:
            pages.append(page.model_copy(update={"rows": rows}))
    hidden = {"annotations": None} if report.annotations and report.annotations.source in blind else {}
    controls = [one for one in report.controls if getattr(one, "source", None) not in blind]
    return report.model_copy(update={"pages": pages, "controls": controls, **hidden})


def _without(report: Report, row: Row, blind: frozenset[str]) -> Row:
    kept = []
    for item in row.items:
        blend = getattr(item, "blend", None)
        sides = () if not blend else (report.blend(blend).left.source, report.blend(blend).right.source)
        if blind.isdisjoint({getattr(item, "source", None), *sides}):
            facts = [one for one in getattr(item, "facts", ()) if one.source not in blind]
            kept.append(item.model_copy(update={"facts": facts}) if hasattr(item, "facts") else item)
    return row.model_copy(update={"items": kept})
