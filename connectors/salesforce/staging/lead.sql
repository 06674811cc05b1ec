-- Leads; a lead that is converted goes on as a contact of an account.
select
    _line,
    _key,
    _key as source_id,
    ConvertedAccountId as account_id,
    ConvertedContactId as contact_id,
    try_cast(CreatedDate as timestamptz)::timestamp as created_at,
    case when try_cast(CreatedDate as timestamptz) is null then CreatedDate end as created_at__raw,
    "Status" as lead_status,
    LeadSource as traffic_source,
    LeadSource as marketing_channel,
    -- A date without a time: noon is that day in nearly every zone.
    case when IsConverted = 'true' then try_cast(ConvertedDate as date) + interval 10 hours end as converted_at,
    try_cast(IsDeleted as boolean) as is_deleted,
    try_cast(SystemModstamp as timestamptz)::timestamp as source_updated_at
from records
