"""The twenty charts of the dashboard: what Looker Studio would ask, and the same by hand on the same tables.

Together they use every filter operator, every kind of grouping, ratios, quantiles, a wide table and a blend.
"""

from dataclasses import dataclass

Clause = dict[str, object]


@dataclass(frozen=True)
class Chart:
    """A request beside hand-written SQL; `from_day` shortens the range, `client` narrows it to one client account."""

    name: str
    fields: tuple[str, ...]
    sql: str
    filters: tuple[Clause, ...] = ()
    from_day: str = "2024-01-01"
    client: str = "all_clients"
    additive: bool = False  # sums and counts over columns that a rollup could keep


def _include(name: str, operator: str, *values: object) -> Clause:
    return {"fieldName": name, "type": "INCLUDE", "operator": operator, "values": list(values)}


def _exclude(name: str, operator: str, *values: object) -> Clause:
    return _include(name, operator, *values) | {"type": "EXCLUDE"}


_FROM = """from normalised.ticket where is_listed and client_account_id in ($c0, $c1, $c2, $c3)
    and created_date >= cast($start as date) and created_date < cast($end as date)"""
_ONE = """from normalised.ticket where is_listed and client_account_id = $c2
    and created_date >= cast($start as date) and created_date < cast($end as date)"""
_RATES = """count(solved_at) / count(*), sum(resolution_seconds) / count(solved_at),
    sum(frt_seconds) / count(first_reply_at)"""

CHARTS = (
    Chart("c01 scorecard, one week", ("tickets_created",), f"select count(*) {_FROM}", (), "2025-12-25", additive=True),
    Chart(
        "c02 scorecard of ratios",
        ("resolution_rate", "resolution_avg_seconds", "frt_avg_seconds"),
        f"select {_RATES} {_FROM}",
        additive=True,
    ),
    Chart(
        "c03 scorecard of one client account, equals",
        ("tickets_created", "fcr_rate"),
        f"""select count(*), count(case when is_fcr then 1 end) / count(case when is_solved then is_fcr end)
            {_ONE} and priority = 'urgent'""",
        (_include("priority", "EQUALS", "urgent"),),
        client="client-2",
        additive=True,
    ),
    Chart(
        "c04 tickets by day",
        ("date_day", "tickets_created"),
        f"""select strftime(d, '%Y%m%d'), n from (select created_date d, count(*) n {_FROM} group by 1) order by d""",
        additive=True,
    ),
    Chart(
        "c05 week and channel, in a list",
        ("date_week", "channel", "tickets_created"),
        f"""select strftime(w, '%G%V'), channel, n from (select date_trunc('week', created_date) w, channel,
            count(*) n {_FROM} and channel in ('email', 'chat', 'phone') group by 1, 2) order by w, channel""",
        (_include("channel", "IN_LIST", "email", "chat", "phone"),),
        additive=True,
    ),
    Chart(
        "c06 rates by month",
        ("date_month", "resolution_rate", "resolution_avg_seconds", "frt_avg_seconds"),
        f"""select strftime(m, '%Y%m'), a, b, c from (select date_trunc('month', created_date) m,
            count(solved_at) / count(*) a, sum(resolution_seconds) / count(solved_at) b,
            sum(frt_seconds) / count(first_reply_at) c {_FROM} group by 1) order by m""",
        additive=True,
    ),
    Chart(
        "c07 weekday and hour, numbers between",
        ("day_of_week", "hour_of_day", "tickets_created"),
        f"""select cast(d as varchar), lpad(cast(h as varchar), 2, '0'), n from (select dayofweek(created_date) d,
            hour(created_hour) h, count(*) n {_FROM} and hour(created_hour) between 8 and 19 group by 1, 2)
            order by d, h""",
        (_include("hour_of_day", "BETWEEN", "08", "19"),),
    ),
    Chart(
        "c08 category with four metrics",
        ("category", "tickets_created", "resolution_rate", "resolution_avg_seconds", "frt_avg_seconds"),
        f"select category, count(*), {_RATES} {_FROM} group by 1 order by 1",
        additive=True,
    ),
    Chart(
        "c09 channel and priority, not null",
        ("channel", "priority", "tickets_created", "escalation_rate"),
        f"""select channel, priority, count(*), count(case when is_escalated then 1 end) / count(*)
            {_FROM} and channel is not null group by 1, 2 order by 1, 2""",
        (_exclude("channel", "IS_NULL"),),
        additive=True,
    ),
    Chart(
        "c10 two thousand accounts",
        ("account", "tickets_created", "resolution_rate", "frt_avg_seconds"),
        f"""select account, count(*), count(solved_at) / count(*), sum(frt_seconds) / count(first_reply_at)
            {_FROM} group by 1 order by 1""",
    ),
    Chart(
        "c11 agents of a pattern",
        ("agent", "tickets_created", "reopen_rate"),
        f"""select agent, count(*), count(case when is_reopened then 1 end) / count(first_solved_at)
            {_FROM} and regexp_full_match(agent, 'Agent 1.*') group by 1 order by 1""",
        (_include("agent", "REGEXP_EXACT_MATCH", "Agent 1.*"),),
        additive=True,
    ),
    Chart(
        "c12 accounts of a pattern",
        ("account", "tickets_created"),
        f"select account, count(*) {_FROM} and regexp_matches(account, '[37]$') group by 1 order by 1",
        (_include("account", "REGEXP_PARTIAL_MATCH", "[37]$"),),
    ),
    Chart(
        "c13 tags without a word",
        ("ticket_type", "tickets_created", "resolution_rate"),
        f"""select ticket_type, count(*), count(solved_at) / count(*)
            {_FROM} and not coalesce(contains(tags, 'vip'), false) group by 1 order by 1""",
        (_exclude("tags", "CONTAINS", "vip"),),
    ),
    Chart(
        "c14 share of a category",
        ("category", "category_share"),
        f"select category, n / sum(n) over () from (select category, count(*) n {_FROM} group by 1) order by 1",
        additive=True,
    ),
    Chart(
        "c15 quarter and team, hour at least",
        ("date_quarter", "team", "tickets_created"),
        f"""select strftime(q, '%Y') || quarter(q), team, n from (select date_trunc('quarter', created_date) q, team,
            count(*) n {_FROM} and hour(created_hour) >= 12 group by 1, 2) order by q, team""",
        (_include("hour_of_day", "NUMERIC_GREATER_THAN_OR_EQUAL", 12),),
    ),
    Chart(
        "c16 subcategories of a month, hour below",
        ("subcategory", "tickets_created", "handle_avg_seconds"),
        f"""select subcategory, count(*), sum(case when is_solved then handle_seconds end)
                / count(case when is_solved then handle_seconds end)
            {_FROM} and hour(created_hour) < 9 group by 1 order by 1""",
        (_include("hour_of_day", "NUMERIC_LESS_THAN", 9),),
        "2025-12-01",
    ),
    Chart(
        "c17 values of a filter control, number above and at most",
        ("city",),
        f"""select distinct city {_FROM} and hour(created_hour) > 3 and hour(created_hour) <= 20 order by 1""",
        (
            _include("hour_of_day", "NUMERIC_GREATER_THAN", 3),
            _include("hour_of_day", "NUMERIC_LESS_THAN_OR_EQUAL", 20),
        ),
    ),
    Chart(
        "c18 table of 100,000 rows and 8 columns",
        (
            "date_day",
            "agent",
            "team",
            "agent_group",
            "tickets_created",
            "tickets_solved_cohort",
            "resolution_rate",
            "reopen_rate",
        ),
        f"""select strftime(created_date, '%Y%m%d'), agent, team, agent_group, n, s, s / n, r / e from (
                select created_date, agent, team, agent_group, count(*) n, count(solved_at) s,
                    count(case when is_reopened then 1 end) r, nullif(count(first_solved_at), 0) e
                {_FROM} group by 1, 2, 3, 4)
            order by created_date, agent, team, agent_group""",
        additive=True,
    ),
    Chart(
        "c19 blend, tickets by month and category",
        ("date_month", "category", "tickets_created", "tickets_solved_cohort"),
        f"""select strftime(m, '%Y%m'), category, n, s from (select date_trunc('month', created_date) m, category,
            count(*) n, count(solved_at) s {_FROM} group by 1, 2) order by m, category""",
        additive=True,
    ),
    Chart(
        "c20 quantiles by channel",
        ("channel", "resolution_median_seconds", "resolution_p90_seconds"),
        f"""select channel, quantile_cont(resolution_seconds, 0.5), quantile_cont(resolution_seconds, 0.9)
            {_FROM} group by 1 order by 1""",
        from_day="2025-07-01",
    ),
)
