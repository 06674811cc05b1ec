-- Users. Salesforce does not tell when one was switched off; the last change of an inactive user is near it.
select
    _line,
    _key,
    _key as source_id,
    Name as agent,
    lower(Email) as email,
    coalesce(Department, Division) as team,
    UserRole ->> 'Name' as agent_group,
    Manager ->> 'Name' as manager,
    try_cast(CreatedDate as timestamptz)::timestamp::date as active_from,
    case when try_cast(CreatedDate as timestamptz) is null then CreatedDate end as active_from__raw,
    case when IsActive = 'false' then try_cast(LastModifiedDate as timestamptz)::timestamp::date end as active_to,
    UserType = 'AutomatedProcess' as is_bot,
    try_cast(SystemModstamp as timestamptz)::timestamp as source_updated_at
from records
