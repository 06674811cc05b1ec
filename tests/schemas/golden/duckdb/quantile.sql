SELECT CAST("grouped"."channel" AS VARCHAR) AS "channel", rtrim(rtrim(format('{:.12f}', CASE WHEN isfinite("grouped"."resolution_p90_seconds") THEN "grouped"."resolution_p90_seconds" END), '0'), '.') AS "resolution_p90_seconds"
FROM (SELECT "channel" AS "channel", quantile_cont("resolution_seconds", 0.9) AS "resolution_p90_seconds"
FROM "normalised"."ticket"
WHERE list_contains([$1, $2], "client_account_id") AND "is_listed" GROUP BY 1) AS "grouped" ORDER BY "grouped"."channel" ASC NULLS LAST
-- $1 = 'acme'
-- $2 = 'beta'
