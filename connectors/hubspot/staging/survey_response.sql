-- Answers to feedback surveys. HubSpot does not tell the scale: NPS has 0 to 10, CES 1 to 7, and CSAT either 1 to the
-- highest score of the settings, or HubSpot's own 0, 1, 2, where 1 is neutral and 2 is positive.
select
    _line,
    _key,
    _key as source_id,
    kind,
    properties ->> 'hs_survey_id' as survey_id,
    properties ->> 'hs_survey_name' as survey,
    case kind when 'nps' then 'relationship' when 'csat' then 'transactional' when 'ces' then 'transactional' end
        as survey_kind,
    companies_ids ->> 0 as account_id,
    contacts_ids ->> 0 as contact_id,
    tickets_ids ->> 0 as ticket_id,
    try_cast(responded as timestamptz)::timestamp as responded_at,
    case when try_cast(responded as timestamptz) is null then responded end as responded_at__raw,
    score as raw_value,
    case when score is null then nullif(trim(properties ->> 'hs_value'), '') end as raw_value__raw,
    case when kind = 'nps' then 0 when kind = 'ces' then 1 when kind = 'csat' then if(of_three, 0, 1) end as scale_min,
    case
        when kind = 'nps' then 10
        when kind = 'ces' then 7
        when kind = 'csat' then if(of_three, 2, try_cast(csat_highest as double))
    end as scale_max,
    case when kind in ('nps', 'csat', 'ces') then true end as higher_is_better,
    properties ->> 'hs_content' as comment_text,
    lower(properties ->> 'hs_survey_channel') as survey_channel,
    true as is_completed,
    try_cast(archived as boolean) as is_deleted,
    try_cast(updatedAt as timestamptz)::timestamp as source_updated_at
from (
    select
        *,
        coalesce(
            score = 0
            or (score = 1 and lower(properties ->> 'hs_sentiment') = 'neutral')
            or (score = 2 and lower(properties ->> 'hs_sentiment') = 'positive'),
            false
        ) as of_three
    from (
        select
            *,
            lower(properties ->> 'hs_survey_type') as kind,
            try_cast(properties ->> 'hs_value' as double) as score,
            coalesce(properties ->> 'hs_submission_timestamp', properties ->> 'hs_createdate', createdAt) as responded
        from records
    )
)
