SELECT CAST("grouped"."category" AS VARCHAR) AS "category", CAST("grouped"."channel" AS VARCHAR) AS "channel", CAST("grouped"."tickets_created" AS DOUBLE) / nullif(sum(CAST("grouped"."tickets_created" AS DOUBLE)) OVER (PARTITION BY "grouped"."channel"), 0) AS "category_share"
FROM (SELECT "category" AS "category", "channel" AS "channel", count(*) AS "tickets_created"
FROM "normalised"."ticket"
WHERE list_contains([$1, $2], "client_account_id") AND "is_listed" GROUP BY 1, 2) AS "grouped" ORDER BY "grouped"."category" ASC NULLS LAST, "grouped"."channel" ASC NULLS LAST
-- $1 = 'acme'
-- $2 = 'beta'
