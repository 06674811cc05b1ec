-- Opportunities. `Stage` and `DefaultCurrency` are put beside by the reader. Amounts are JSON numbers in major units,
-- whose text is decimal. CloseDate is the day on which it was, or shall be, closed.
select
    _line,
    _key,
    _key as source_id,
    AccountId as account_id,
    ContactId as contact_id,
    OwnerId as owner_id,
    RecordType ->> 'Name' as pipeline,
    coalesce(Stage ->> 'label', StageName) as stage,
    try_cast(Stage ->> 'order' as bigint) as stage_order,
    case when IsWon = 'true' then 'won' when IsClosed = 'true' then 'lost' else 'open' end as deal_status,
    cast(round(value * minor_units(currency)) as bigint) as amount_original,
    case when value is null then Amount end as amount_original__raw,
    currency as currency_original,
    try_cast(Probability as double) / 100 as probability,
    try_cast(CreatedDate as timestamptz)::timestamp as created_at,
    case when try_cast(CreatedDate as timestamptz) is null then CreatedDate end as created_at__raw,
    -- A date without a time: noon is that day in nearly every zone.
    case when IsClosed = 'true' then try_cast(CloseDate as date) + interval 10 hours end as closed_at,
    try_cast(CloseDate as date) as expected_close,
    case when try_cast(CloseDate as date) is null then CloseDate end as expected_close__raw,
    LeadSource as traffic_source,
    LeadSource as marketing_channel,
    CampaignId as campaign_id,
    case when "Type" is not null then starts_with(lower("Type"), 'new') end as is_new_business,
    try_cast(IsDeleted as boolean) as is_deleted,
    try_cast(SystemModstamp as timestamptz)::timestamp as source_updated_at
from (
    select
        *,
        -- Large amounts come as 1.0E7, which has no direct way to a decimal.
        coalesce(try_cast(Amount as decimal(38, 6)), try_cast(try_cast(Amount as double) as decimal(38, 6))) as value,
        upper(coalesce(CurrencyIsoCode, DefaultCurrency)) as currency
    from records
)
