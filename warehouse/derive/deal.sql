-- What became of a deal and how long it took; a deal that is open has no cycle yet.
select
    * replace (
        lower(deal_status) as deal_status,
        case when lower(deal_status) in ('won', 'lost') then closed_at end as closed_at
    ),
    case when lower(deal_status) in ('won', 'lost') then (epoch_us(closed_at) - epoch_us(created_at)) / 8.64e10 end
        as cycle_days,
    coalesce(lower(deal_status) in ('won', 'lost'), false) and closed_at is not null and not coalesce(is_deleted, false)
        as is_closed
from checked
