-- An account is its own account: what others know it by is its id in its source.
select
    * replace (
        source_id as account_id,
        coalesce(time_to_value_days, cast(activated_on - acquired_on as double)) as time_to_value_days
    )
from checked
