-- Deals. Amounts are decimal text in major units; `stage` and `account_currency` are put beside by the reader.
select
    _line,
    _key,
    _key as source_id,
    companies_ids ->> 0 as account_id,
    contacts_ids ->> 0 as contact_id,
    properties ->> 'hubspot_owner_id' as owner_id,
    coalesce(stage ->> 'pipeline', properties ->> 'pipeline') as pipeline,
    coalesce(stage ->> 'label', properties ->> 'dealstage') as stage,
    try_cast(stage ->> 'order' as bigint) as stage_order,
    case when won then 'won' when closed then 'lost' else 'open' end as deal_status,
    cast(round(value * minor_units(currency)) as bigint) as amount_original,
    case when value is null then nullif(trim(properties ->> 'amount'), '') end as amount_original__raw,
    currency as currency_original,
    coalesce(
        try_cast(properties ->> 'hs_deal_stage_probability' as double), try_cast(stage ->> 'probability' as double)
    ) as probability,
    try_cast(created as timestamptz)::timestamp as created_at,
    case when try_cast(created as timestamptz) is null then created end as created_at__raw,
    case when closed then try_cast(closes as timestamptz)::timestamp end as closed_at,
    case when closed and try_cast(closes as timestamptz) is null then closes end as closed_at__raw,
    try_cast(closes as timestamptz)::timestamp::date as expected_close,
    properties ->> 'closed_lost_reason' as lost_reason,
    lower(replace(properties ->> 'hs_analytics_source', '_', ' ')) as traffic_source,
    lower(replace(properties ->> 'hs_analytics_source', '_', ' ')) as marketing_channel,
    case properties ->> 'dealtype' when 'newbusiness' then true when 'existingbusiness' then false end
        as is_new_business,
    try_cast(archived as boolean) as is_deleted,
    try_cast(updatedAt as timestamptz)::timestamp as source_updated_at
from (
    select
        *,
        try_cast(properties ->> 'amount' as decimal(38, 6)) as value,
        upper(coalesce(properties ->> 'deal_currency_code', account_currency)) as currency,
        coalesce(properties ->> 'createdate', createdAt) as created,
        properties ->> 'closedate' as closes,
        coalesce(
            try_cast(properties ->> 'hs_is_closed' as boolean), try_cast(stage ->> 'closed' as boolean), false
        ) as closed,
        coalesce(
            try_cast(properties ->> 'hs_is_closed_won' as boolean),
            try_cast(stage ->> 'closed' as boolean) and try_cast(stage ->> 'probability' as double) = 1,
            false
        ) as won
    from records
)
