create or replace temp table backlog_spans as
-- What was open at the end of each local day, up to today: one row for each set of like tickets, and an empty row where
-- a client account had nothing open at all, so that this is known.
-- Days are never counted ticket by ticket, since a ticket may be open for years: what begins and ends is added up, and
-- the oldest ticket of a set is found among those that no older one outlasts. The work follows the number of rows made.
-- A ticket is open from its creation to its last solve; where its events are known, not between a solve and a reopen.
-- Tickets of a source that never says how a ticket ends are left out: their backlog is unknown, not endless.
with
zones as (
    select *, cast(timezone(timezone, make_timestamptz(epoch_us($now))) as date) as today
    from normalised.client_account
),
known as (
    select client_account_id, source_system
    from normalised.ticket
    group by all
    having count(solved_at) + count(closed_at) + count(ticket_status) > 0
),
breaches as (
    select client_account_id, source_system, ticket_id as source_id, min(occurred_at) as occurred_at
    from normalised.ticket_event
    where is_listed and kind = 'sla_breach'
    group by all
),
tickets as (
    select
        ticket.*,
        zones.timezone,
        zones.today,
        coalesce(
            solved_at,
            closed_at,
            case when ticket_status in ('solved', 'closed') then coalesce(source_updated_at, created_at) end
        ) as ended_at,
        -- A promise whose end nobody wrote down is known to be broken today, not when it broke.
        coalesce(
            least(breaches.occurred_at, due_at),
            case when is_sla_breached and solved_at is null then $now end
        ) as breached_at
    from normalised.ticket as ticket
    join zones using (client_account_id)
    join known on known.client_account_id = ticket.client_account_id
        and known.source_system is not distinct from ticket.source_system
    left join breaches on breaches.client_account_id = ticket.client_account_id
        and breaches.source_system is not distinct from ticket.source_system
        and breaches.source_id = ticket.source_id
    where is_listed
),
events as (
    select
        client_account_id, source_system, ticket_id, occurred_at,
        case kind when 'reopened' then true when 'status' then null else false end as opens,
        case when kind = 'status' then to_value end as status_after,
        case when kind = 'status' then from_value end as status_before
    from normalised.ticket_event
    where is_listed and kind in ('solved', 'closed', 'reopened', 'status')
),
moves as (
    select * from events
    union all
    select client_account_id, source_system, source_id, created_at, true, null, null
    from tickets
    where (client_account_id, coalesce(source_system, ''), source_id)
        in (select (client_account_id, coalesce(source_system, ''), ticket_id) from events)
),
stages as (
    select
        client_account_id, source_system, ticket_id, occurred_at as starts_at,
        lead(occurred_at) over ticket_so_far as next_at,
        coalesce(last_value(opens ignore nulls) over ticket_so_far, true) as is_open,
        coalesce(
            last_value(status_after ignore nulls) over ticket_so_far,
            first_value(status_before ignore nulls) over (
                ticket_so_far rows between unbounded preceding and unbounded following
            )
        ) as status
    from moves
    window ticket_so_far as (
        partition by client_account_id, source_system, ticket_id
        order by occurred_at, opens nulls last, status_after
    )
),
local_spans as (
    select
        tickets.*,
        cast(timezone(timezone, make_timestamptz(epoch_us(coalesce(stages.starts_at, created_at)))) as date)
            as starts_on,
        cast(timezone(timezone, make_timestamptz(epoch_us(least(stages.next_at, ended_at)))) as date) as ends_on,
        cast(timezone(timezone, make_timestamptz(epoch_us(
            coalesce(first_assigned_at, case when assignee_id is not null then created_at end)
        ))) as date) as assigned_on,
        coalesce(stages.status, case when ended_at is null then ticket_status end) as status
    from tickets
    left join stages on stages.client_account_id = tickets.client_account_id
        and stages.source_system is not distinct from tickets.source_system
        and stages.ticket_id = tickets.source_id
    where stages.ticket_id is null or stages.is_open or (stages.next_at is null and ended_at is null)
),
spans as (
    select
        * exclude (starts_on, ends_on, status, ticket_status),
        status as ticket_status,
        starts_on,
        least(coalesce(ends_on, today + 1), today + 1) as ends_on,
        -- A moment at midnight belongs to the day that it ends.
        case when breached_at <= $now then
            cast(timezone(timezone, make_timestamptz(epoch_us(breached_at) - 1)) as date)
        end as breached_on,
        cast(timezone(timezone, make_timestamptz(epoch_us(due_at) - 1)) as date) as due_on
    from local_spans
    where starts_on < least(coalesce(ends_on, today + 1), today + 1)
)
select
    dense_rank() over (order by
        client_account_id, region, account_owner, service_level, source_system, account_id, account, ticket_status, priority, channel, channel_group, category, assignee_id, agent, team, agent_group
    ) as set_number,
    client_account_id, region, account_owner, service_level, source_system, account_id, account, ticket_status, priority, channel, channel_group, category, assignee_id, agent, team, agent_group,
    starts_on,
    ends_on,
    least(coalesce(assigned_on, ends_on), ends_on) as assigned_on,
    case when breached_on is not null then greatest(breached_on, starts_on) end as breached_on,
    due_on,
    due_at,
    today,
    epoch_us(created_at) as created_us
from spans;

create or replace temp table backlog_day_ends as
select
    client_account_id,
    date_day as snapshot_on,
    least($now, make_timestamp(epoch_us(timezone(timezone, cast(date_day + 1 as timestamp))))) as ended_at
from normalised.calendar
join (
    select
        client_account_id,
        timezone,
        cast(timezone(timezone, make_timestamptz(epoch_us($now))) as date) as today,
        first_day
    from normalised.client_account
    join (select client_account_id, min(starts_on) as first_day from backlog_spans group by all)
        using (client_account_id)
) on date_day between first_day and today;

with
changes as (
    select set_number, starts_on as day, 1 as opened, 1 as unassigned, 0 as breached, created_us from backlog_spans
    union all
    select set_number, ends_on, -1, 0, 0, -created_us from backlog_spans
    union all
    select set_number, greatest(assigned_on, starts_on), 0, -1, 0, 0 from backlog_spans
    union all
    select set_number, breached_on, 0, 0, 1, 0 from backlog_spans where breached_on < ends_on
    union all
    select set_number, ends_on, 0, 0, -1, 0 from backlog_spans where breached_on < ends_on
),
daily_changes as (
    select
        set_number, day, sum(opened) as opened, sum(unassigned) as unassigned, sum(breached) as breached,
        sum(created_us) as created_us
    from changes
    group by all
),
levels as (
    select
        set_number,
        day,
        lead(day) over so_far as next_day,
        sum(opened) over so_far as open_count,
        sum(unassigned) over so_far as unassigned_count,
        sum(breached) over so_far as breached_count,
        sum(created_us) over so_far as created_us
    from daily_changes
    window so_far as (partition by set_number order by day)
),
oldest as (
    select
        set_number,
        created_us,
        greatest(starts_on, max(ends_on) over (
            partition by set_number order by created_us, ends_on rows between unbounded preceding and 1 preceding
        )) as starts_on,
        ends_on
    from backlog_spans
),
due_days as (
    select set_number, ends.snapshot_on
    from (
        select distinct *, unnest([due_on - 2, due_on - 1, due_on, today]) as candidate
        from backlog_spans
        where due_at is not null
    ) as spans
    join backlog_day_ends as ends
        on ends.client_account_id = spans.client_account_id and ends.snapshot_on = spans.candidate
    where candidate >= starts_on and candidate < ends_on
        and due_at > ended_at and due_at <= ended_at + interval 24 hours
),
counted as (
    select
        set_number,
        cast(unnest(range(day, next_day, interval 1 day)) as date) as snapshot_on,
        open_count, unassigned_count, breached_count, 0 as due_24h_count, created_us, null as oldest_us
    from levels
    where open_count > 0
    union all
    select
        set_number, cast(unnest(range(starts_on, ends_on, interval 1 day)) as date), 0, 0, 0, 0, 0, created_us
    from oldest
    where starts_on < ends_on
    union all
    select set_number, snapshot_on, 0, 0, 0, 1, 0, null from due_days
),
totals as (
    select
        set_number, snapshot_on, sum(open_count) as open_count, sum(unassigned_count) as unassigned_count,
        sum(breached_count) as breached_count, sum(due_24h_count) as due_24h_count, sum(created_us) as created_us,
        min(oldest_us) as oldest_us
    from counted
    group by all
),
sets as (
    select distinct
        set_number,
        client_account_id, region, account_owner, service_level, source_system, account_id, account, ticket_status, priority, channel, channel_group, category, assignee_id, agent, team, agent_group
    from backlog_spans
)
select
    sets.* exclude (set_number),
    snapshot_on,
    open_count,
    unassigned_count,
    breached_count,
    due_24h_count,
    -- Whole microseconds are added up: the same rows give the same sum in whatever order they come.
    (open_count * epoch_us(ended_at) - created_us) / 3.6e9 as age_hours_sum,
    (epoch_us(ended_at) - oldest_us) / 3.6e9 as oldest_age_hours
from totals
join sets using (set_number)
join backlog_day_ends using (client_account_id, snapshot_on)
union all by name
select client_account_id, snapshot_on, 0 as open_count, 0 as unassigned_count, 0 as breached_count,
    0 as due_24h_count, 0 as age_hours_sum
from backlog_day_ends
where (client_account_id, snapshot_on) not in (
    select (client_account_id, snapshot_on) from totals join sets using (set_number)
)
