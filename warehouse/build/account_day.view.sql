-- Every active day of every account; a view, since the spans say the same in a thousandth of the room.
select
    client_account_id,
    account_id,
    date_day as active_on,
    1 / day(last_day(date_day)) as month_share
from normalised.active_span
join normalised.calendar
    on date_day >= started_on and date_day < coalesce(ended_on, $today + 1)
where date_day <= $today
