"""Survey answers that count for less than people expect are told in the quarantine, once for each load."""

from collections.abc import Collection

from warehouse.duckdb import Connection

# What an answer says of its own scale is checked when it is read; here the question has had its say too.
_UNSCORED = """
insert into state.quarantine (load_id, origin, entity, client_account_id, line, record_key, column_name, value, reason,
    row_left_out, record, loaded_at)
select sync_id, connection, 'survey_response', client_account_id, null, source_id, 'raw_value',
    cast(raw_value as varchar),
    case
        when scale_min is null or scale_max is null then 'has no known scale: map scale_min and scale_max'
        when kind = 'nps' and (scale_max <> 10 or scale_min not in (0, 1))
            then 'is an NPS answer on a scale that is neither 0 to 10 nor 1 to 10: map it to one of them'
        when raw_value not between scale_min and scale_max then 'lies outside its scale'
        when higher_is_better is null then 'is an effort answer of unknown direction: map higher_is_better'
        else 'is on a scale without a known top box: map top_box_min'
    end,
    false, null, synced_at
from normalised.survey_response as answer
where raw_value is not null and kind in ('nps', 'csat', 'ces') and not coalesce(is_deleted, false)
    and (score_normalised is null or kind = 'csat' and is_satisfied is null or kind = 'ces' and is_easy is null)
    and not exists (
        select 1 from state.quarantine as told
        where told.load_id = answer.sync_id and told.entity = 'survey_response' and told.column_name = 'raw_value'
            and told.client_account_id = answer.client_account_id and told.record_key = answer.source_id
    )
"""

_ONE_TO_TEN = """
insert into state.quarantine (load_id, origin, entity, client_account_id, line, record_key, column_name, value, reason,
    row_left_out, record, loaded_at)
select sync_id, any_value(connection), 'survey_response', client_account_id, null, coalesce(survey_id, survey),
    'scale_min', '1', 'NPS asked on 1 to 10 is accepted, but nobody can answer 0: compare it with its like only',
    false, null, any_value(synced_at)
from normalised.survey_response as answer
where kind = 'nps' and scale_min = 1 and scale_max = 10 and is_answer
    and not exists (
        select 1 from state.quarantine as told
        where told.load_id = answer.sync_id and told.entity = 'survey_response' and told.column_name = 'scale_min'
            and told.client_account_id = answer.client_account_id
            and told.record_key is not distinct from coalesce(answer.survey_id, answer.survey)
    )
group by sync_id, client_account_id, coalesce(survey_id, survey)
"""


def warn_of_scales(connection: Connection, touched: Collection[str]) -> None:
    """Write the warnings that are not there yet, inside the running transaction."""
    if "survey_response" in touched:
        connection.execute(_UNSCORED)
        connection.execute(_ONE_TO_TEN)
