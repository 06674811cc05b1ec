"""Words that no id may be: Looker Studio's functions and what three SQL engines keep for themselves."""

import re

ID_PATTERN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def words(text: str) -> frozenset[str]:
    """Split a list that is easier to read without quotes."""
    return frozenset(text.split())


LOOKER_FUNCTIONS = words(
    """
    abs acos approx_count_distinct asin atan avg bin bin_range case cast ceil coalesce concat contains_text count
    count_distinct cos current_date current_datetime date date_diff date_from_unix_date datetime datetime_add
    datetime_diff datetime_sub datetime_trunc day ends_with exp extract floor format_datetime hour hyperlink if
    ifnull image in is isnull left_text length ln log log10 lower ltrim max max_current median min minute month nary_max
    nary_min native_dimension nullif parse_date parse_datetime percentile pow power quarter regexp_contains
    regexp_extract regexp_match regexp_replace replace right_text round rtrim running_avg running_count running_delta
    running_max running_min running_sum search second sin sqrt starts_with stddev substr sum tan tocity tocontinent
    tocountry todate today tometro toregion tosubcontinent trim unix_date upper url_part variance week weekday year
    yearweek
    """
)

# Reserved in at least one of DuckDB, PostgreSQL and BigQuery; `source` means something else in this product.
SQL_WORDS = words(
    """
    all analyse analyze and any array as asc assert_rows_modified asymmetric at authorization between binary both by
    case cast check collate collation column concurrently constraint contains create cross cube current
    current_catalog current_date current_role current_schema current_time current_timestamp current_user default
    deferrable define desc describe distinct do else end enum escape except exclude exists extract false fetch
    following for foreign freeze from full glob grant group grouping groups hash having if ignore ilike in initially
    inner intersect interval into is isnull join lambda lateral leading left like limit localtime localtimestamp
    lookup map merge natural new no not notnull null nulls of offset on only or order outer over overlaps partition
    pivot pivot_longer pivot_wider placing positional preceding primary proto qualify range recursive references
    respect returning right rollup row rows select semi session_user set show similar some source struct summarize
    symmetric system_user table tablesample then to trailing treat true try_cast unbounded union unique unnest
    unpivot user using values variadic verbose when where window with within
    """
)


def reason_against(name: str) -> str | None:
    """Say why a name cannot be an id; None if it can."""
    if not ID_PATTERN.fullmatch(name):
        return "an id is a letter followed by letters, digits and underscores"
    if name.lower() in LOOKER_FUNCTIONS:
        return "it is the name of a Looker Studio function"
    if name.lower() in SQL_WORDS:
        return "it is a reserved word"
    return None
