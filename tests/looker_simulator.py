"""Plays Looker Studio after getData: aggregates our rows again, evaluates formulas, coarsens dates, filters, blends.

Pure functions on the dicts of getSchema and getData, so that answers over HTTP can be played as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from tests.looker_filters import Groups, rows_passing
from tests.looker_formula import Row, Value, aggregate, evaluate, fields_of

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """A field as Looker Studio remembers it from getSchema."""

    name: str
    concept: str
    semantic_type: str
    data_type: str
    formula: str | None
    aggregation: str  # SUM, MIN, MAX, or AUTO: do not combine rows


def read_fields(schema: Sequence[Json]) -> dict[str, Field]:
    """Read the schema of a data source; flags that the vendor's builder refuses are refused here too."""
    return {item["name"]: _read_field(item) for item in schema}


def _read_field(item: Json) -> Field:
    semantics = item["semantics"]
    chosen = item.get("defaultAggregationType")
    again = semantics["conceptType"] == "METRIC" and semantics.get("isReaggregatable", True)
    if not again and chosen:
        raise ValueError(f"Cannot set aggregation type for field: {item['name']} since it is not reaggregatable.")
    if chosen == "AUTO" and not item.get("formula"):
        raise ValueError(f"{item['name']}: AUTO is for calculated fields only.")
    return Field(
        name=item["name"],
        concept=semantics["conceptType"],
        semantic_type=semantics["semanticType"],
        data_type=item["dataType"],
        formula=item.get("formula"),
        aggregation=(chosen or "SUM") if again else "AUTO",
    )


def request(
    fields: Mapping[str, Field],
    dimensions: Sequence[str],
    metrics: Sequence[str],
    *,
    dates: tuple[str, str] | None = None,
    filters: Groups = (),
) -> dict[str, Any]:
    """Write the getData request of a chart: parts instead of formulas, filtered fields marked forFilterOnly."""
    wanted = list(dimensions)
    for name in metrics:
        formula = fields[name].formula
        wanted += fields_of(formula) if formula else [name]
    filtered = [clause["fieldName"] for group in filters for clause in group]
    only = [name for name in dict.fromkeys(filtered) if name not in wanted]
    body: dict[str, Any] = {
        "fields": [{"name": name} for name in dict.fromkeys(wanted)]
        + [{"name": name, "forFilterOnly": True} for name in only]
    }
    if dates is not None:
        body["dateRange"] = {"startDate": dates[0], "endDate": dates[1]}
    if filters:
        body["dimensionsFilters"] = [list(group) for group in filters]
    return body


def read_rows(answer: Json) -> list[Row]:
    """Name the values of an answer; a row of the wrong length or a value of the wrong kind is refused."""
    names = [column["name"] for column in answer["schema"]]
    kinds = [column["dataType"] for column in answer["schema"]]
    rows = []
    for row in answer["rows"]:
        if len(row["values"]) != len(names):
            raise ValueError(f"{len(names)} fields, but {len(row['values'])} values: {row}")
        for value, kind in zip(row["values"], kinds, strict=True):
            _check_kind(value, kind)
        rows.append(dict(zip(names, row["values"], strict=True)))
    return rows


def _check_kind(value: Value, kind: str) -> None:
    kinds: dict[str, tuple[type, ...]] = {"STRING": (str,), "BOOLEAN": (bool,), "NUMBER": (int, float)}
    right = value is None or (isinstance(value, kinds[kind]) and (kind == "BOOLEAN") == isinstance(value, bool))
    if not right:
        raise ValueError(f"{value!r} is not a {kind}")


def chart(
    fields: Mapping[str, Field],
    answer: Json,
    dimensions: Sequence[str] = (),
    metrics: Sequence[str] = (),
    *,
    filters: Groups = (),
    grains: Mapping[str, str] | None = None,
) -> list[Row]:
    """Draw a chart from an answer: filter if we did not, coarsen dates, group, aggregate, sort."""
    rows = read_rows(answer)
    if filters and not answer["filtersApplied"]:
        types = {name: field.semantic_type for name, field in fields.items()}
        rows = rows_passing(rows, filters, types)
    for name, grain in (grains or {}).items():
        rows = [{**row, name: coarsen(row[name], grain)} for row in rows]
    return grouped(fields, rows, dimensions, metrics)


def grouped(
    fields: Mapping[str, Field], rows: Sequence[Row], dimensions: Sequence[str], metrics: Sequence[str]
) -> list[Row]:
    """Group, aggregate and sort rows that are read, filtered and coarsened."""
    groups: dict[tuple[Value, ...], list[Row]] = {} if dimensions else {(): []}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in dimensions), []).append(row)
    drawn = []
    for key, members in groups.items():
        values = {name: metric_value(fields[name], members) for name in metrics}
        drawn.append({**dict(zip(dimensions, key, strict=True)), **values})
    return sorted(drawn, key=lambda row: [(row[name] is None, str(row[name])) for name in dimensions])


def metric_value(field: Field, rows: Sequence[Row]) -> Value:
    """Combine rows by the field's own flags; a value that must not be combined is that of the first row."""
    if not rows:
        return None
    if field.formula and field.name not in rows[0]:
        return evaluate(field.formula, rows)
    if field.aggregation == "AUTO":
        return rows[0][field.name]
    if field.semantic_type.startswith("YEAR"):
        # Days and moments are texts whose order is that of time.
        known = [str(row[field.name]) for row in rows if row[field.name] is not None]
        return (max if field.aggregation == "MAX" else min)(known, default=None)
    return aggregate(field.aggregation, field.name, rows)


def totals(fields: Mapping[str, Field], answer: Json, metrics: Sequence[str]) -> Row:
    """Write the summary row of a table."""
    return chart(fields, answer, (), metrics)[0]


def coarsen(value: Value, grain: str) -> Value:
    """Change the granularity of a day in the chart, without asking us again."""
    if value is None:
        return None
    day = _day(str(value))
    match grain:
        case "week":
            year, week, _ = day.isocalendar()
            return f"{year:04}{week:02}"
        case "month":
            return f"{day:%Y%m}"
        case "quarter":
            return f"{day.year:04}{(day.month + 2) // 3}"
        case "year":
            return f"{day.year:04}"
    raise ValueError(f"no grain '{grain}'")


def _day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day has no time zone


def blend(
    left: Sequence[Row],
    right: Sequence[Row],
    keys: Sequence[str],
    how: Literal["left", "inner", "full"] = "left",
) -> list[Row]:
    """Join two charts on their keys; metrics become plain numbers, and null meets null."""

    def key(row: Row) -> tuple[Value, ...]:
        return tuple(row[name] for name in keys)

    columns_left = list(dict.fromkeys(name for row in left for name in row))
    columns_right = list(dict.fromkeys(name for row in right for name in row if name not in keys))
    by_key: dict[tuple[Value, ...], list[Row]] = {}
    for row in right:
        by_key.setdefault(key(row), []).append(row)
    empty_right: Row = dict.fromkeys(columns_right)
    joined: list[Row] = []
    for row in left:
        partners = by_key.get(key(row), [])
        joined += [{**row, **{name: other[name] for name in columns_right}} for other in partners]
        if not partners and how != "inner":
            joined.append({**row, **empty_right})
    if how == "full":
        met = {key(row) for row in left}
        empty_left: Row = dict.fromkeys(columns_left)
        joined += [{**empty_left, **row} for row in right if key(row) not in met]
    return joined
