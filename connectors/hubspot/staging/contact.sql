-- Contacts.
select
    _line,
    _key,
    _key as source_id,
    properties ->> 'associatedcompanyid' as account_id,
    lower(trim(properties ->> 'email')) as email,
    sha256(lower(trim(properties ->> 'email'))) as email_hash,
    nullif(trim(concat_ws(' ', properties ->> 'firstname', properties ->> 'lastname')), '') as contact_name,
    properties ->> 'jobtitle' as contact_role,
    properties ->> 'hs_language' as contact_language,
    properties ->> 'country' as country,
    try_cast(created as timestamptz)::timestamp as created_at,
    case when try_cast(created as timestamptz) is null then created end as created_at__raw,
    try_cast(properties ->> 'hs_email_optout' as boolean) as is_unsubscribed,
    try_cast(archived as boolean) as is_deleted,
    try_cast(updatedAt as timestamptz)::timestamp as source_updated_at
from (select *, coalesce(properties ->> 'createdate', createdAt) as created from records)
