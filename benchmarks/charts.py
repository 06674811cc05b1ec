"""The charts of the getData benchmark: what Looker Studio would ask, and the same by hand on the same tables."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Chart:
    """A request's fields and filters beside hand-written SQL; `{scope}` is the condition that every query needs."""

    name: str
    fields: tuple[str, ...]
    sql: str
    filters: list[list[dict[str, object]]] = field(default_factory=list)


def _include(name: str, operator: str, *values: str) -> list[dict[str, object]]:
    return [{"fieldName": name, "type": "INCLUDE", "operator": operator, "values": list(values)}]


_FROM = """from normalised.ticket where is_listed and client_account_id = $client
    and created_date >= $start and created_date < $end"""

CHARTS = (
    Chart("scorecard", ("tickets_created",), f"select count(*) {_FROM}"),
    Chart(
        "scorecard of ratios",
        ("resolution_rate", "resolution_avg_seconds", "frt_avg_seconds"),
        f"""select count(solved_at) / count(*), sum(resolution_seconds) / count(solved_at),
            sum(frt_seconds) / count(first_reply_at) {_FROM}""",
    ),
    Chart(
        "tickets by day",
        ("date_day", "tickets_created"),
        f"""select strftime(created_date, '%Y%m%d'), n from (select created_date, count(*) n {_FROM} group by 1)
            order by 1""",
    ),
    Chart(
        "resolution rate by month",
        ("date_month", "resolution_rate"),
        f"""select strftime(m, '%Y%m'), s / n from (select date_trunc('month', created_date) m, count(solved_at) s,
            count(*) n {_FROM} group by 1) order by 1""",
    ),
    Chart(
        "tickets by week and channel",
        ("date_week", "channel", "tickets_created"),
        f"""select strftime(w, '%G%V'), channel, n from (select date_trunc('week', created_date) w, channel,
            count(*) n {_FROM} group by 1, 2) order by 1, 2""",
    ),
    Chart(
        "category with three metrics",
        ("category", "tickets_created", "resolution_rate", "resolution_avg_seconds"),
        f"""select category, count(*), count(solved_at) / count(*), sum(resolution_seconds) / count(solved_at)
            {_FROM} group by 1 order by 1""",
    ),
    Chart(
        "agents, in a list of channels",
        ("agent", "tickets_created", "frt_avg_seconds"),
        f"""select agent, count(*), sum(frt_seconds) / count(first_reply_at) {_FROM}
            and channel in ('email', 'chat') group by 1 order by 1""",
        [_include("channel", "IN_LIST", "email", "chat")],
    ),
    Chart(
        "cities, by pattern",
        ("city", "tickets_created"),
        f"select city, count(*) {_FROM} and regexp_matches(subcategory, 'y [0-3]') group by 1 order by 1",
        [_include("subcategory", "REGEXP_PARTIAL_MATCH", "y [0-3]")],
    ),
    Chart(
        "median and 90th percentile by team",
        ("team", "resolution_median_seconds", "resolution_p90_seconds"),
        f"""select team, quantile_cont(resolution_seconds, 0.5), quantile_cont(resolution_seconds, 0.9)
            {_FROM} group by 1 order by 1""",
    ),
    Chart(
        "weekday and hour",
        ("day_of_week", "hour_of_day", "tickets_created"),
        f"""select cast(d as varchar), strftime(h, '%H'), sum(n) from (select dayofweek(created_date) d,
            created_hour h, count(*) n {_FROM} group by 1, 2) group by 1, 2 order by 1, 2""",
    ),
    Chart("values of a filter control", ("category",), f"select distinct category {_FROM} order by 1"),
    Chart(
        "table of 100,000 rows and more",
        ("date_day", "agent", "category", "channel", "tickets_created", "resolution_rate"),
        f"""select strftime(created_date, '%Y%m%d'), agent, category, channel, n, s / n from (
            select created_date, agent, category, channel, count(*) n, count(solved_at) s {_FROM}
            group by 1, 2, 3, 4) order by 1, 2, 3, 4""",
    ),
)
