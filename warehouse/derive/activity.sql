-- A touch is a contact with a person of the account; a use is the account's own doing in the product.
select
    * replace (lower(kind) as kind),
    coalesce(lower(kind) in ('meeting', 'call', 'visit', 'mail'), false) as is_touch,
    coalesce(lower(kind) in ('login', 'feature_use'), false) as is_use
from checked
