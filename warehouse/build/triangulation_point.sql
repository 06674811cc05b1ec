-- Two sources of one figure side by side, for each client account and day (the first of the month for money, deals,
-- answers and customers). A is the reference; the two agree when B lies within the tolerance of A. Money is in major
-- units of the report currency.
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
-- A deal's amount and an invoice's total speak of different times (a year's contract, a month's invoice), so what is
-- compared is whether a deal that won an account was followed by an invoice to that account.
won as (
    select
        deal.client_account_id, cast(date_trunc('month', closed_on) as date) as compared_on,
        count(*) as deals, count_if(last_issued_on >= date_trunc('month', closed_on)) as followed,
        string_agg(distinct deal.source_system, ', ' order by deal.source_system) as source,
        any_value(billed.source) as billed_by,
        max_by(sync_id, (synced_at, sync_id)) as sync_id
    from normalised.deal as deal
    left join (
        select client_account_id, account_id, max(issued_on) as last_issued_on
        from normalised.invoice
        where is_counted and kind = 'invoice'
        group by all
    ) as billed_account using (client_account_id, account_id)
    join (
        select client_account_id, string_agg(distinct source_system, ', ' order by source_system) as source
        from normalised.invoice
        where is_counted and kind = 'invoice'
        group by all
    ) as billed using (client_account_id)
    where is_closed and deal_status = 'won' and is_new_business is distinct from false and account_id is not null
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
ad_money as (
    select
        client_account_id, cast(date_trunc('month', performed_on) as date) as compared_on,
        sum(conversion_value) as value, sum(spend) as spend,
        count_if(conversion_value is null and conversion_value_original is not null) as without_rate,
        count_if(spend is null and spend_original is not null) as spend_without_rate,
        count_if(not is_settled) as unsettled,
        string_agg(distinct coalesce(platform, source_system), ', ' order by coalesce(platform, source_system))
            as source,
        string_agg(distinct source_timezone, ', ' order by source_timezone) as source_timezone,
        string_agg(distinct fx_method, ', ' order by fx_method) as fx_method,
        max_by(sync_id, (synced_at, sync_id)) as sync_id
    from normalised.ad_performance_day
    where is_listed and performed_on < date_trunc('month', $today)
    group by all
),
web_money as (
    select
        client_account_id, cast(date_trunc('month', visited_on) as date) as compared_on,
        sum(purchase_revenue) as value,
        sum(purchase_revenue) filter (
            where marketing_channel ilike '%paid%'
                or lower(traffic_medium) in ('cpc', 'ppc', 'cpm', 'paid', 'paid_social', 'paid_search', 'display')
        ) as paid,
        count_if(purchase_revenue is null and purchase_revenue_original is not null) as without_rate,
        count_if(is_sampled) as sampled,
        string_agg(distinct source_system, ', ' order by source_system) as source,
        string_agg(distinct source_timezone, ', ' order by source_timezone) as source_timezone,
        string_agg(distinct fx_method, ', ' order by fx_method) as fx_method,
        max_by(sync_id, (synced_at, sync_id)) as sync_id
    from normalised.web_session_day
    where is_listed and visited_on < date_trunc('month', $today)
    group by all
    having sum(purchase_revenue) > 0  -- a site that sells nothing has no revenue to compare
),
booked as (
    select
        client_account_id, cast(date_trunc('month', cost_on) as date) as compared_on,
        sum(amount) as value, count_if(amount is null) as without_rate,
        string_agg(distinct split_part(cost_entry_id, '|', 1), ', ' order by split_part(cost_entry_id, '|', 1))
            as source
    from normalised.cost
    where cost_category = 'ads' and not starts_with(cost_entry_id, 'ads|')  -- those are the platforms' own figures
    group by all
),
answered as (
    select
        answers.client_account_id, cast(date_trunc('month', responded_on) as date) as compared_on,
        count(*) filter (where desk.source_system is not null) as desk_answers,
        count(*) filter (where desk.source_system is null) as tool_answers,
        count_if(is_satisfied) filter (where desk.source_system is not null) / nullif(desk_answers, 0) as value_a,
        count_if(is_satisfied) filter (where desk.source_system is null) / nullif(tool_answers, 0) as value_b,
        string_agg(distinct desk.source_system, ', ' order by desk.source_system) as source_a,
        string_agg(distinct answers.source_system, ', ' order by answers.source_system)
            filter (where desk.source_system is null) as source_b,
        max_by(sync_id, (synced_at, sync_id)) as sync_id
    from normalised.survey_response as answers
    left join (select distinct client_account_id, source_system from normalised.ticket where is_listed) as desk
        on desk.client_account_id = answers.client_account_id and desk.source_system = answers.source_system
    where is_answer and kind = 'csat' and responded_on < date_trunc('month', $today)
    group by all
),
month_ends as (
    select cast(unnest(range(
        date_trunc('month', $today) - interval 24 months, date_trunc('month', $today), interval 1 month
    )) as date) as compared_on
),
subscribing as (
    select client_account_id, source_system, account_id, valid_from, valid_to
    from normalised.subscription
    where is_listed and mrr_original > 0
),
-- A system that bills says itself whom it bills; what it lists as customers is no second opinion.
listed_customers as (
    select
        client_account_id, compared_on, count(distinct account_id) as value,
        string_agg(distinct source_system, ', ' order by source_system) as source,
        max_by(sync_id, (synced_at, sync_id)) as sync_id
    from normalised.account as account
    cross join month_ends
    anti join subscribing using (client_account_id, source_system)
    where is_listed and is_customer and acquired_on <= last_day(compared_on)
        and (churned_on is null or churned_on > last_day(compared_on))
    group by all
),
billed_customers as (
    select
        client_account_id, compared_on, count(distinct account_id) as value,
        string_agg(distinct source_system, ', ' order by source_system) as source
    from subscribing
    cross join month_ends
    where valid_from <= last_day(compared_on) and (valid_to is null or valid_to > last_day(compared_on))
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
        client_account_id, compared_on, 'won and invoiced', 'deals_won', won.source, billed_by, deals, followed, 0.05,
        timezone, timezone, null, sync_id, 'not invoiced yet'
    from won join normalised.client_account using (client_account_id)
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
    union all
    select
        client_account_id, compared_on, 'ads revenue and web revenue', 'conversion_value', ad_money.source,
        web_money.source, ad_money.value / minor, web_money.paid / minor, 0.2, ad_money.source_timezone,
        web_money.source_timezone, coalesce(ad_money.fx_method, web_money.fx_method), ad_money.sync_id,
        case when ad_money.without_rate + web_money.without_rate > 0 then 'missing exchange rate'
            when unsettled > 0 then 'conversions are not settled'
            when sampled > 0 then 'web data is sampled'
            else 'attribution differs' end
    from ad_money join web_money using (client_account_id, compared_on) join client_minor using (client_account_id)
    union all
    select
        client_account_id, compared_on, 'web revenue and invoices', 'invoiced_amount', web_money.source,
        invoiced.source, web_money.value / minor, invoiced.value / minor, 0.1, source_timezone, timezone,
        coalesce(web_money.fx_method, invoiced.fx_method), invoiced.sync_id,
        case when web_money.without_rate + invoiced.without_rate > 0 then 'missing exchange rate'
            when sampled > 0 then 'web data is sampled'
            when invoiced.value > web_money.value then 'sales outside the site'
            else 'purchases without an invoice' end
    from web_money join invoiced using (client_account_id, compared_on) join client_minor using (client_account_id)
    union all
    select
        client_account_id, compared_on, 'ad spend and ad invoices', 'spend', ad_money.source, booked.source,
        spend / minor, booked.value / minor, 0.05, source_timezone, timezone, fx_method, sync_id,
        case when spend_without_rate + booked.without_rate > 0 then 'missing exchange rate'
            when booked.value < spend then 'invoices follow spend later'
            else 'fees or taxes in the invoices' end
    from ad_money join booked using (client_account_id, compared_on) join client_minor using (client_account_id)
    union all
    select
        client_account_id, compared_on, 'help desk and survey tool', 'csat_rate', source_a, source_b, value_a, value_b,
        0.05, timezone, timezone, null, sync_id,
        case when least(desk_answers, tool_answers) < 30 then 'few answers' else 'different people were asked' end
    from answered join normalised.client_account using (client_account_id)
    union all
    select
        client_account_id, compared_on, 'customers and subscriptions', 'active_accounts', listed_customers.source,
        billed_customers.source, listed_customers.value, billed_customers.value, 0.02, timezone, timezone, null,
        sync_id,
        case when listed_customers.value > billed_customers.value then 'customers without a subscription'
            else 'subscriptions of accounts that are not listed as customers' end
    from listed_customers
    join billed_customers using (client_account_id, compared_on)
    join normalised.client_account using (client_account_id)
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
