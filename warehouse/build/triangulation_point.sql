-- Two sources of one figure side by side, for each client account and day (the first of the month for money). A is the
-- reference; the two agree when B lies within the tolerance of A. Money is in major units of the report currency.
-- A point needs both sides: where only one source is connected there is nothing to compare.
with
promises as (
    select
        client_account_id, created_date as compared_on,
        avg(frt_seconds) filter (where vendor_frt_seconds is not null) as reply_a,
        avg(vendor_frt_seconds) filter (where frt_seconds is not null) as reply_b,
        avg(frt_business_seconds) filter (where vendor_frt_seconds is not null) as reply_business,
        avg(resolution_seconds) filter (where vendor_resolution_seconds is not null) as resolution_a,
        avg(vendor_resolution_seconds) filter (where resolution_seconds is not null) as resolution_b,
        avg(resolution_business_seconds) filter (where vendor_resolution_seconds is not null) as resolution_business,
        string_agg(distinct source_system, ', ' order by source_system) as source_b,
        max_by(sync_id, (synced_at, sync_id)) as sync_id
    from normalised.ticket
    where is_listed and (vendor_frt_seconds is not null or vendor_resolution_seconds is not null)
    group by all
),
won as (
    select
        client_account_id, cast(date_trunc('month', closed_on) as date) as compared_on,
        sum(amount) as value, count_if(amount is null and amount_original is not null) as without_rate,
        string_agg(distinct source_system, ', ' order by source_system) as source,
        string_agg(distinct fx_method, ', ' order by fx_method) as fx_method,
        max_by(sync_id, (synced_at, sync_id)) as sync_id
    from normalised.deal
    where is_closed and deal_status = 'won'
    group by all
),
invoiced as (
    select
        client_account_id, cast(date_trunc('month', issued_on) as date) as compared_on,
        sum(total) as value, count_if(total is null and total_original is not null) as without_rate,
        string_agg(distinct source_system, ', ' order by source_system) as source,
        string_agg(distinct fx_method, ', ' order by fx_method) as fx_method,
        max_by(sync_id, (synced_at, sync_id)) as sync_id
    from normalised.invoice
    where is_counted and kind = 'invoice'
    group by all
),
settled as (
    select
        client_account_id, cast(date_trunc('month', paid_on) as date) as compared_on,
        sum(amount_paid) as value, count_if(amount_paid is null and amount_paid_original is not null) as without_rate,
        string_agg(distinct source_system, ', ' order by source_system) as source
    from normalised.invoice
    where is_counted and kind = 'invoice' and paid_on is not null
    group by all
),
collected as (
    select
        client_account_id, cast(date_trunc('month', paid_on) as date) as compared_on,
        sum(amount) as value, count_if(amount is null and amount_original is not null) as without_rate,
        count_if(invoice_id is null) as without_invoice,
        string_agg(distinct source_system, ', ' order by source_system) as source,
        string_agg(distinct fx_method, ', ' order by fx_method) as fx_method,
        max_by(sync_id, (synced_at, sync_id)) as sync_id
    from normalised.payment
    where is_listed and is_collected
    group by all
),
advertised as (
    select
        client_account_id, performed_on as compared_on,
        sum(conversions) as value, count_if(not is_settled) as unsettled,
        string_agg(distinct coalesce(platform, source_system), ', ' order by coalesce(platform, source_system))
            as source,
        string_agg(distinct source_timezone, ', ' order by source_timezone) as source_timezone,
        max_by(sync_id, (synced_at, sync_id)) as sync_id
    from normalised.ad_performance_day
    where is_listed
    group by all
),
visited as (
    select
        client_account_id, visited_on as compared_on,
        sum(key_events) filter (
            where marketing_channel ilike '%paid%'
                or lower(traffic_medium) in ('cpc', 'ppc', 'cpm', 'paid', 'paid_social', 'paid_search', 'display')
        ) as value,
        count_if(is_sampled) as sampled,
        string_agg(distinct source_system, ', ' order by source_system) as source,
        string_agg(distinct source_timezone, ', ' order by source_timezone) as source_timezone
    from normalised.web_session_day
    where is_listed
    group by all
),
pairs as (
    select
        client_account_id, compared_on, 'first reply' as triangulation_pair, 'frt_avg_seconds' as metric_id,
        'computed from events' as source_a, source_b, reply_a as value_a, reply_b as value_b, 0.05 as tolerance_pct,
        timezone as timezone_a, null as timezone_b, null as fx_method, sync_id,
        case when abs(reply_b - reply_business) <= 0.05 * reply_business then 'the source counts business hours'
            else 'unexplained' end as reason
    from promises join normalised.client_account using (client_account_id)
    union all
    select
        client_account_id, compared_on, 'resolution', 'resolution_avg_seconds', 'computed from events', source_b,
        resolution_a, resolution_b, 0.05, timezone, null, null, sync_id,
        case when abs(resolution_b - resolution_business) <= 0.05 * resolution_business
            then 'the source counts business hours' else 'unexplained' end
    from promises join normalised.client_account using (client_account_id)
    union all
    select
        client_account_id, compared_on, 'won and invoiced', 'won_value', won.source, invoiced.source,
        won.value / minor, invoiced.value / minor, 0.1, timezone, timezone, coalesce(won.fx_method, invoiced.fx_method),
        invoiced.sync_id,
        case when won.without_rate + invoiced.without_rate > 0 then 'missing exchange rate'
            else 'invoices follow deals later' end
    from won join invoiced using (client_account_id, compared_on) join client_minor using (client_account_id)
    where compared_on < date_trunc('month', $today)
    union all
    select
        client_account_id, compared_on, 'invoices and payments', 'collected_amount', settled.source, collected.source,
        settled.value / minor, collected.value / minor, 0.02, timezone, timezone, collected.fx_method,
        collected.sync_id,
        case when settled.without_rate + collected.without_rate > 0 then 'missing exchange rate'
            when without_invoice > 0 then 'payments without an invoice'
            else 'partial payments' end
    from settled join collected using (client_account_id, compared_on) join client_minor using (client_account_id)
    where compared_on < date_trunc('month', $today)
    union all
    select
        client_account_id, compared_on, 'ads and web', 'conversions', advertised.source, visited.source,
        advertised.value, visited.value, 0.2, advertised.source_timezone, visited.source_timezone, null,
        advertised.sync_id,
        case when advertised.source_timezone <> visited.source_timezone then 'time zones differ'
            when unsettled > 0 then 'conversions are not settled'
            when sampled > 0 then 'web data is sampled'
            else 'attribution differs' end
    from advertised join visited using (client_account_id, compared_on)
),
judged as (
    select *, abs(value_b - value_a) <= tolerance_pct * abs(value_a) as is_within
    from pairs
    where value_a is not null and value_b is not null
)
select
    judged.* exclude (reason),
    about.metric_label,
    about.definition_version,
    case when is_within then 'within' else 'outside' end as tolerance_status,
    case when not is_within then reason end as difference_reason
from judged
left join metric_about as about using (metric_id)
