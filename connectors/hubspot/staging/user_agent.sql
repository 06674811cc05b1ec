-- Owners. HubSpot does not tell when one left; the last change of a former owner is near it.
select
    _line,
    _key,
    _key as source_id,
    coalesce(nullif(trim(concat_ws(' ', firstName, lastName)), ''), email) as agent,
    lower(email) as email,
    coalesce(
        list_filter(from_json(teams, '["JSON"]'), lambda one: (one ->> 'primary') = 'true')[1] ->> 'name',
        teams -> 0 ->> 'name'
    ) as team,
    try_cast(createdAt as timestamptz)::timestamp::date as active_from,
    case when try_cast(createdAt as timestamptz) is null then createdAt end as active_from__raw,
    case when archived = 'true' then try_cast(updatedAt as timestamptz)::timestamp::date end as active_to,
    false as is_bot,
    try_cast(updatedAt as timestamptz)::timestamp as source_updated_at
from records
