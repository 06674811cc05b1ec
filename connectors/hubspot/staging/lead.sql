-- Contacts that became leads. Subscribers have not yet; 'other' and a portal's own stages say nothing of it.
select
    _line,
    _key,
    _key as source_id,
    _key as contact_id,
    properties ->> 'associatedcompanyid' as account_id,
    try_cast(began as timestamptz)::timestamp as created_at,
    case when try_cast(began as timestamptz) is null then began end as created_at__raw,
    coalesce(properties ->> 'hs_lead_status', properties ->> 'lifecyclestage') as lead_status,
    lower(replace(properties ->> 'hs_analytics_source', '_', ' ')) as traffic_source,
    lower(replace(properties ->> 'hs_analytics_source', '_', ' ')) as marketing_channel,
    -- Of a visit from a campaign the first detail is its name; of others it is a site or a keyword.
    case
        when (properties ->> 'hs_analytics_source')
            in ('PAID_SEARCH', 'PAID_SOCIAL', 'EMAIL_MARKETING', 'OTHER_CAMPAIGNS')
            then properties ->> 'hs_analytics_source_data_1'
    end as campaign,
    try_cast(
        coalesce(
            properties ->> 'hs_lifecyclestage_marketingqualifiedlead_date',
            properties ->> 'hs_lifecyclestage_salesqualifiedlead_date'
        ) as timestamptz
    )::timestamp as qualified_at,
    try_cast(properties ->> 'hs_lifecyclestage_customer_date' as timestamptz)::timestamp as converted_at,
    try_cast(archived as boolean) as is_deleted,
    try_cast(updatedAt as timestamptz)::timestamp as source_updated_at
from (
    select *, coalesce(properties ->> 'hs_lifecyclestage_lead_date', properties ->> 'createdate', createdAt) as began
    from records
)
where
    (properties ->> 'hs_lifecyclestage_lead_date') is not null
    or (properties ->> 'lifecyclestage')
        in ('lead', 'marketingqualifiedlead', 'salesqualifiedlead', 'opportunity', 'customer', 'evangelist')
