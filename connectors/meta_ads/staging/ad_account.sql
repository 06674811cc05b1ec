-- The ad account on Facebook and Instagram.
select
    _line,
    _key,
    _key as source_id,
    'Meta Ads' as platform,
    coalesce(nullif(name, ''), id) as ad_account,
    currency as currency_original,
    timezone_name as source_timezone,
    case account_status
        when '1' then 'active'
        when '2' then 'disabled'
        when '3' then 'unsettled'
        when '7' then 'pending risk review'
        when '8' then 'pending settlement'
        when '9' then 'in grace period'
        when '100' then 'pending closure'
        when '101' then 'closed'
        else account_status
    end as ad_account_status,
    try_cast(left(created_time, 10) as date) as created_on
from records
