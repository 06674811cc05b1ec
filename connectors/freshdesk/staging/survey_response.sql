-- Satisfaction ratings. Seven codes, from extremely unhappy (-103) to extremely happy (103), become 1 to 7; happy
-- begins at 5. When the question was sent is not told.
select
    _line,
    _key,
    _key as source_id,
    'csat' as kind,
    'Satisfaction rating' as survey,
    'transactional' as survey_kind,
    ticket_id,
    user_id as contact_id,
    agent_id,
    try_cast(created_at as timestamptz)::timestamp as responded_at,
    case when try_cast(created_at as timestamptz) is null then created_at end as responded_at__raw,
    codes.score as raw_value,
    case when codes.score is null then rating end as raw_value__raw,
    1.0 as scale_min,
    7.0 as scale_max,
    5.0 as top_box_min,
    true as higher_is_better,
    nullif(trim(feedback), '') as comment_text,
    true as is_completed,
    true as is_primary,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at
from (select *, case when json_valid(ratings) then ratings ->> 'default_question' end as rating from records)
left join (
    values ('-103', 1.0), ('-102', 2.0), ('-101', 3.0), ('100', 4.0), ('101', 5.0), ('102', 6.0), ('103', 7.0)
) as codes (code, score) on codes.code = rating
