-- Contacts.
select
    _line,
    _key,
    _key as source_id,
    AccountId as account_id,
    lower(trim(Email)) as email,
    sha256(lower(trim(Email))) as email_hash,
    Name as contact_name,
    Title as contact_role,
    MailingCountry as country,
    try_cast(CreatedDate as timestamptz)::timestamp as created_at,
    case when try_cast(CreatedDate as timestamptz) is null then CreatedDate end as created_at__raw,
    try_cast(HasOptedOutOfEmail as boolean) as is_unsubscribed,
    try_cast(IsDeleted as boolean) as is_deleted,
    try_cast(SystemModstamp as timestamptz)::timestamp as source_updated_at
from records
