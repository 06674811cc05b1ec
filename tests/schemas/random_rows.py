"""Rows of every entity, invented from the catalogue: gaps in every optional column, period edges, three clients.

What the rows say need not make sense together; each table is only counted, added up and compared with hand-written SQL.
"""

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from schemas import ColumnType, Entity, SemanticModel

Cell = str | int | float | bool | date | datetime | None
Row = dict[str, Cell]

FIRST, LAST = date(2024, 11, 1), date(2025, 3, 31)
TODAY, NOW = date(2025, 4, 10), datetime(2025, 4, 10, 12)  # noqa: DTZ001 - UTC by definition
_CLIENTS = ("acme", "acme", "beta", "elsewhere")
_EDGES = tuple(
    date.fromisoformat(day) for day in ("2024-12-29", "2024-12-30", "2024-12-31", "2025-01-01", "2025-03-31")
)

# What a text column may hold where the metrics ask for certain words.
_WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("ticket_event", "kind"): ("solved", "reopened", "sla_breach", "public_reply", "customer_reply", "created"),
    ("ticket_event", "actor_type"): ("agent", "bot", "customer"),
    ("survey_response", "kind"): ("nps", "csat", "ces", "custom"),
    ("survey_response", "nps_class"): ("promoter", "promoter", "passive", "detractor"),
    ("account_span", "start_kind"): ("new", "reactivated"),
    ("renewal", "outcome"): ("won", "lost", "open"),
    ("invoice", "kind"): ("invoice", "invoice", "credit_note"),
    ("cost", "cost_scope"): ("service", "delivery", "sales", "marketing"),
    ("deal", "deal_status"): ("open", "won", "lost"),
    ("activity", "kind"): ("call", "visit", "meeting", "mail", "login", "feature_use"),
    ("web_session_day", "page_type"): ("help", "faq", "product"),
    ("health_snapshot", "health_band"): ("red", "amber", "green", "not enough data"),
    ("goal_period", "goal_status"): ("good", "watch", "bad", "no goal"),
    ("forecast_point", "metric_id"): ("tickets_created", "sessions", "mrr"),
    ("forecast_point", "scenario"): ("base", "base", "churn_minus_1pt"),
    ("forecast_point", "value_currency"): ("EUR", "EUR", "EUR", "USD"),
    ("subscription", "currency_original"): ("EUR", "USD"),
}
_ROWS = {"account_day": 1500, "ticket_backlog_day": 900, "health_snapshot": 900, "invoice_balance_day": 700}


def every_entity(model: SemanticModel, seed: int = 11) -> dict[str, list[Row]]:
    """Invent the rows of every table except the tickets, which have a world of their own."""
    tables = {}
    for entity in model.entities.values():
        if entity.over is None and entity.name != "ticket":
            chance = random.Random(f"{seed}/{entity.name}")
            rows = [_row(entity, number, chance) for number in range(_ROWS.get(entity.name, 400))]
            tables[entity.table] = list(_SHAPED[entity.name](rows, chance)) if entity.name in _SHAPED else rows
    return tables


def _row(entity: Entity, number: int, chance: random.Random) -> Row:
    row: Row = {name: _cell(entity, name, chance) for name in entity.columns}
    row["client_account_id"] = chance.choice(_CLIENTS)
    row["client_account"] = str(row["client_account_id"]).title()
    row[entity.listed_by] = chance.random() < 0.93
    if "source_id" in row:
        row["source_id"] = f"{entity.name}-{number}"
    if "account_id" in row and chance.random() < 0.9:
        row["account_id"] = f"a{chance.randrange(30)}"
    row[entity.date] = chance.choice(_EDGES) if chance.random() < 0.08 else _day(chance)
    return row


def _cell(entity: Entity, name: str, chance: random.Random) -> Cell:
    words = _WORDS.get((entity.name, name))
    if words:
        return chance.choice(words)
    if chance.random() < 0.15:
        return None
    match entity.columns[name].type:
        case ColumnType.TEXT:
            return chance.choice((f"{name} one", f"{name} two", "Ünïcode, 100%"))
        case ColumnType.INTEGER:
            return chance.randrange(0, 60)
        case ColumnType.NUMBER:
            return chance.choice((0.0, 0.25, 1.5, 42.125, 99.5))
        case ColumnType.FLAG:
            return chance.random() < 0.4
        case ColumnType.DATE:
            return _day(chance)
        case ColumnType.INSTANT:
            return datetime.combine(_day(chance), datetime.min.time()) + timedelta(seconds=chance.randrange(86_400))
        case ColumnType.MONEY:
            return chance.choice((0, 99, 12_345, 500_000, -700))


def _day(chance: random.Random) -> date:
    return FIRST + timedelta(days=chance.randrange((LAST - FIRST).days + 1))


def _open_times(opens: str, closes: str, unit: str) -> Callable[[list[Row], random.Random], Iterator[Row]]:
    """Give each unit a few times that never overlap; the last one may be open."""

    def shape(rows: list[Row], chance: random.Random) -> Iterator[Row]:
        by_unit: dict[tuple[Cell, Cell], list[Row]] = {}
        for row in rows:
            if unit == "account_id":
                row[unit] = row[unit] or "a0"
            by_unit.setdefault((row["client_account_id"], row.get(unit)), []).append(row)
        for members in by_unit.values():
            day = FIRST - timedelta(days=chance.randrange(0, 90))
            for row in members[:4]:
                row[opens] = day
                day += timedelta(days=chance.choice((0, 1, 7, 30, 61)))
                row[closes] = None if row is members[-1] and chance.random() < 0.7 else day + timedelta(days=1)
                yield row
                if row[closes] is None:
                    break
                day += timedelta(days=chance.choice((1, 1, 2, 20)))

    return shape


def _intervals(opens: str, closes: str) -> Callable[[list[Row], random.Random], Iterator[Row]]:
    """Give each row a beginning and, mostly, an end after it."""

    def shape(rows: list[Row], chance: random.Random) -> Iterator[Row]:
        for row in rows:
            begin = row[opens] if isinstance(row[opens], date) else FIRST
            assert isinstance(begin, date)
            row[opens], row[closes] = begin, None
            if chance.random() < 0.6:
                row[closes] = begin + timedelta(days=chance.choice((1, 5, 31, 90)))
            yield row

    return shape


def _unique(*key: str) -> Callable[[list[Row], random.Random], Iterator[Row]]:
    """Keep the first row of each key."""

    def shape(rows: list[Row], chance: random.Random) -> Iterator[Row]:
        seen = set()
        for row in rows:
            identity = tuple(row[name] for name in key)
            if identity not in seen:
                seen.add(identity)
                yield row

    return shape


def _cohorts(rows: list[Row], chance: random.Random) -> Iterator[Row]:
    for row in rows:
        day = row["acquired_on"]
        assert isinstance(day, date)
        row["cohort_month"] = day.replace(day=1)
        yield row


def _spans(rows: list[Row], chance: random.Random) -> Iterator[Row]:
    """Win each account once, some time before its first active day."""
    won: dict[tuple[Cell, Cell], Cell] = {}
    for row in _open_times("started_on", "ended_on", "account_id")(rows, chance):
        first = row["started_on"]
        assert isinstance(first, date)
        unit = (row["client_account_id"], row["account_id"])
        row["acquired_on"] = won.setdefault(unit, first - timedelta(days=chance.choice((0, 3, 400))))
        yield row


def _subscriptions(rows: list[Row], chance: random.Random) -> Iterator[Row]:
    """Price each version in its currency and at a rate of its own."""
    for row in _open_times("valid_from", "valid_to", "account_id")(rows, chance):
        price, rate = chance.choice((0, 1_900, 4_900, 12_000)), chance.choice((0.88, 0.9, 0.93))
        row["mrr_original"] = price
        row["mrr"] = price if row["currency_original"] == "EUR" else round(price * rate)
        row["mrr_base"] = round(price * 1.1)
        yield row


def _months(rows: list[Row], chance: random.Random) -> Iterator[Row]:
    for row in rows:
        day = row["month_start"]
        assert isinstance(day, date)
        row["month_start"] = day.replace(day=1)
        yield row


def _closed(rows: list[Row], chance: random.Random) -> Iterator[Row]:
    """Close the deals that are won or lost, on the day of their moment."""
    for row in _intervals("created_on", "closed_on")(rows, chance):
        row["deal_status"] = "open" if row["closed_on"] is None else chance.choice(("won", "lost"))
        row["is_closed"] = bool(row["is_listed"]) and row["closed_on"] is not None
        yield row


def _answers(rows: list[Row], chance: random.Random) -> Iterator[Row]:
    """Some invitations are never answered; some answers were never sent for."""
    for row in rows:
        if chance.random() < 0.2:
            row["responded_on"], row["responded_at"], row["is_answer"] = None, None, False
        else:
            row["responded_at"] = row["responded_at"] or datetime(2025, 1, 1, 9)  # noqa: DTZ001 - UTC by definition
        row["sent_on"] = None if chance.random() < 0.1 else _day(chance)
        row["is_invite"] = row["sent_on"] is not None
        yield row


def _points(rows: list[Row], chance: random.Random) -> Iterator[Row]:
    for row in rows:
        is_stock = row["metric_id"] == "mrr"
        yield row | {
            "stock_on": row["forecast_on"] if is_stock else None,
            "value_currency": row["value_currency"] if is_stock else None,
        }


_SHAPED = {
    "account_span": _spans,
    "subscription": _subscriptions,
    "user_agent": _intervals("active_from", "left_on"),
    "deal": _closed,
    "mrr_movement": _months,
    "account_cohort_month": _cohorts,
    "survey_response": _answers,
    "forecast_point": _points,
    "account_day": _unique("client_account_id", "account_id", "active_on"),
}
