-- Every open invoice on every day up to today; a view, since a few spans say the same.
select
    open_span.* exclude (opens_on, closes_on, due_on),
    date_day as snapshot_on,
    case when date_day > due_on then amount_due else 0 end as overdue_amount,
    case when date_day > due_on then amount_due_base else 0 end as overdue_amount_base,
    greatest(0, date_day - due_on) as days_overdue,
    coalesce(date_day > due_on, false) as is_overdue,
    case
        when date_day - due_on > 90 then 'over 90 days'
        when date_day - due_on > 60 then '61–90'
        when date_day - due_on > 30 then '31–60'
        when date_day > due_on then '1–30'
        else 'not due'
    end as aging_bucket
from normalised.invoice_open_span open_span
join normalised.calendar
    on date_day >= opens_on and date_day < coalesce(closes_on, $today + 1)
where date_day <= $today
