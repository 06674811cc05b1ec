SELECT CAST("grouped"."agent" AS VARCHAR) AS "agent", CAST(coalesce("grouped"."handle_cost", 0) AS DOUBLE) / 100.0 AS "handle_cost", (CAST(coalesce("grouped"."handle_cost", 0) AS DOUBLE) / 100.0) / nullif(CAST("grouped"."handle_base" AS DOUBLE), 0) AS "handle_cost_per_ticket"
FROM (SELECT "agent" AS "agent", sum(CASE WHEN "is_solved" THEN "handle_cost" END) AS "handle_cost", count(CASE WHEN "is_solved" THEN "handle_seconds" END) AS "handle_base"
FROM "normalised"."ticket"
WHERE list_contains([$1, $2], "client_account_id") AND "is_listed" GROUP BY 1) AS "grouped" ORDER BY "grouped"."agent" ASC NULLS LAST
-- $1 = 'acme'
-- $2 = 'beta'
