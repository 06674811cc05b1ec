SELECT CAST("grouped"."channel" AS VARCHAR) AS "channel"
FROM (SELECT "channel" AS "channel"
FROM "normalised"."ticket"
WHERE list_contains([$1, $2], "client_account_id") AND "is_listed" GROUP BY 1) AS "grouped" ORDER BY "grouped"."channel" ASC NULLS LAST
-- $1 = 'acme'
-- $2 = 'beta'
