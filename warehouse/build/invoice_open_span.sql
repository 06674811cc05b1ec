-- How much of each invoice was open, from when to when: all of it from its issue, less what was paid of it so far,
-- until it was settled. Shares are taken in the invoice's own currency and valued at the invoice's rate. What is said to
-- be paid without a payment that shows it counts from the issue on.
create or replace temp table owed as
select
    row_number() over () as invoice_number_here,
    * exclude (paid_on),
    case when paid_on is not null then greatest(paid_on, issued_on) end as settled_on
from normalised.invoice
where is_counted and kind = 'invoice' and total_original > 0 and issued_on <= $today
    and coalesce(invoice_status, 'open') <> 'uncollectible';

with
bill as (
    select
        invoice_number_here as bill, client_account_id, source_system, source_id, issued_on, settled_on,
        currency_original, total_original, total, total_base, amount_paid_original,
        coalesce(invoice_status, 'open') as invoice_status
    from owed
),
paid as (
    select
        bill,
        greatest(payment.paid_on, issued_on) as paid_on,
        sum(case
            when payment.currency_original = bill.currency_original then payment.amount_original / total_original
            else payment.amount / nullif(total, 0)
        end) as share
    from normalised.payment
    join bill
        on bill.client_account_id = payment.client_account_id and bill.source_system = payment.source_system
        and bill.source_id = payment.invoice_id
    where is_collected
    group by all
),
shown as (
    select bill, sum(share) as share from paid group by all
),
steps as (
    select
        bill, issued_on as opens_on,
        greatest(0, coalesce(amount_paid_original, 0) / total_original - coalesce(shown.share, 0)) as share
    from bill left join shown using (bill)
    where settled_on is null or settled_on > issued_on
    union all
    select bill, paid_on, share from paid
),
summed as (
    select bill, opens_on, sum(share) as share from steps group by all
),
balances as (
    select
        *,
        greatest(0, 1 - sum(share) over bill_days) as open_share,
        lead(opens_on) over bill_days as next_on
    from summed
    window bill_days as (partition by bill order by opens_on)
),
spans as (
    select
        bill, opens_on, least(next_on, settled_on) as closes_on,
        cast(round(total * open_share) as bigint) as amount_due,
        cast(round(total_base * open_share) as bigint) as amount_due_base
    from balances
    join bill using (bill)
    left join shown using (bill)
    where open_share > 1e-9
        and opens_on <= $today
        and (settled_on is null or settled_on > opens_on)
        -- Said to be paid, but nobody knows when: it cannot be told until when it was open.
        and not (settled_on is null and invoice_status = 'paid' and coalesce(shown.share, 0) < 1 - 1e-9)
)
select
    client_account_id, client_account, client_industry, region, account_owner, service_level,
    source_system, connection, source_id as invoice_id, service_line, due_on,
    account_id, account, account_industry, account_region, size_band, persona, segment, plan, lifecycle_stage,
    acquisition_channel, csm, country, city, renewal_on,
    spans.* exclude (bill)
from spans
join owed on invoice_number_here = bill
