-- Cases. An owner is a user (005...) or a queue (00G...). Salesforce keeps no first reply of its own.
select
    _line,
    _key,
    _key as source_id,
    AccountId as account_id,
    ContactId as contact_id,
    case when starts_with(OwnerId, '005') then OwnerId end as assignee_id,
    case when starts_with(OwnerId, '00G') then Owner ->> 'Name' end as agent_group,
    Subject as subject,
    case
        when IsClosed = 'true' then 'closed'
        when lower("Status") = 'new' then 'new'
        when regexp_matches(lower("Status"), 'wait|pending|hold') then 'pending'
        else 'open'
    end as ticket_status,
    lower(Priority) as priority,
    "Type" as ticket_type,
    Reason as category,
    lower(Origin) as channel,
    try_cast(CreatedDate as timestamptz)::timestamp as created_at,
    case when try_cast(CreatedDate as timestamptz) is null then CreatedDate end as created_at__raw,
    case when IsClosed = 'true' then try_cast(ClosedDate as timestamptz)::timestamp end as solved_at,
    case when try_cast(ClosedDate as timestamptz) is null then ClosedDate end as solved_at__raw,
    case when IsClosed = 'true' then try_cast(ClosedDate as timestamptz)::timestamp end as closed_at,
    try_cast(IsEscalated as boolean) as is_escalated,
    MasterRecordId is not null as is_merged,
    try_cast(IsDeleted as boolean) as is_deleted,
    try_cast(SystemModstamp as timestamptz)::timestamp as source_updated_at
from records
