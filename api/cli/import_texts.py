"""What `belvedere import` tells a person: counts, problems, where to look, what to run next."""

from collections.abc import Iterator, Mapping
from datetime import date

from api.cli.output import program
from api.connector.links import report_link

_PROBLEMS_SHOWN = 10


def report_lines(result: Mapping[str, object], address: str) -> Iterator[str]:
    """Tell what an import did; the last line has every count."""
    report, client = _part(result, "report"), _part(result, "client")
    yield from _problem_lines(report)
    if report.get("already_loaded"):
        yield "This very file was loaded before: nothing changed."
    elif report.get("rows_loaded"):
        first, last = _day(report.get("first_day")), _day(report.get("last_day"))
        served_at = result.get("served_at")
        link = report_link(str(served_at or address), str(client["slug"]), first, last)
        yield f"See it: {link}" if served_at else f"See it: {program()} serve, then open {link}"
    yield _sentence(report, client)


def plan_lines(result: Mapping[str, object]) -> Iterator[str]:
    """Tell what an import would do."""
    plan = _part(result, "plan")
    report = _part(plan, "report")
    yield f"{_number(report, 'rows_read')} rows in {report.get('file')}."
    for column in _parts(plan, "columns"):
        bad = f", {_number(column, 'bad')} bad" if column.get("bad") else ""
        yield f"  {column['name']} <- {column['source']} ({column['type']}): {_number(column, 'filled')} filled{bad}"
    unmapped = plan.get("unmapped")
    if isinstance(unmapped, list) and unmapped:
        yield f"Not read: {', '.join(map(str, unmapped))}."
    yield from _problem_lines(report)
    yield "Nothing was changed. " + _sentence(report, _part(result, "client"), verb="Would load")


def _sentence(report: Mapping[str, object], client: Mapping[str, object], verb: str = "Loaded") -> str:
    loaded = sum(_count(report, name) for name in ("rows_new", "rows_changed", "rows_unchanged"))
    removed = f", {_number(report, 'rows_removed')} removed" if report.get("rows_removed") else ""
    twice = f" {_rows(_count(report, 'duplicates'))} came again later in the file." if report.get("duplicates") else ""
    cells = _count(report, "cells_quarantined")
    return (
        f'{verb} {_rows(loaded)} into client account "{client["name"]}" ({client["slug"]}): '
        f"{_number(report, 'rows_new')} new, {_number(report, 'rows_changed')} changed, "
        f"{_number(report, 'rows_unchanged')} unchanged{removed}; {_rows(_count(report, 'rows_quarantined'))} and "
        f"{cells:,} cell{'' if cells == 1 else 's'} in quarantine.{twice}"
    )


def _problem_lines(report: Mapping[str, object]) -> Iterator[str]:
    problems = list(_parts(report, "problems"))
    for problem in problems[:_PROBLEMS_SHOWN]:
        places = [f"line {problem['line']}"] if problem.get("line") is not None else []
        places += [f"column {problem['column']}"] if problem.get("column") else []
        value = f" '{_short(str(problem['value']))}'" if problem.get("value") is not None else ""
        yield f"  {', '.join(places) or 'file'}:{value} {problem['reason']}"
    total = _count(report, "rows_quarantined") + _count(report, "cells_quarantined")
    if total > len(problems[:_PROBLEMS_SHOWN]) > 0:
        yield f"  ... and {total - len(problems[:_PROBLEMS_SHOWN]):,} more"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def _count(report: Mapping[str, object], name: str) -> int:
    value = report.get(name)
    return value if isinstance(value, int) else 0


def _number(report: Mapping[str, object], name: str) -> str:
    return f"{_count(report, name):,}"


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def _part(document: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = document.get(name)
    return value if isinstance(value, Mapping) else {}


def _parts(document: Mapping[str, object], name: str) -> Iterator[Mapping[str, object]]:
    value = document.get(name)
    yield from (item for item in value if isinstance(item, Mapping)) if isinstance(value, list) else ()
