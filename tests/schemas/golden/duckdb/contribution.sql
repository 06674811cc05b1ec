SELECT CAST("grouped"."category" AS VARCHAR) AS "category", (CAST("grouped"."tickets_solved_cohort" AS DOUBLE) / nullif(CAST("grouped"."tickets_created" AS DOUBLE), 0) - sum(CAST("grouped"."tickets_solved_cohort" AS DOUBLE)) OVER () / nullif(sum(CAST("grouped"."tickets_created" AS DOUBLE)) OVER (), 0)) * (CAST("grouped"."tickets_created" AS DOUBLE) / nullif(sum(CAST("grouped"."tickets_created" AS DOUBLE)) OVER (), 0)) AS "category_resolution_contribution"
FROM (SELECT "category" AS "category", count("solved_at") AS "tickets_solved_cohort", count(*) AS "tickets_created"
FROM "normalised"."ticket"
WHERE list_contains([$1, $2], "client_account_id") AND "is_listed" GROUP BY 1) AS "grouped" ORDER BY "grouped"."category" ASC NULLS LAST
-- $1 = 'acme'
-- $2 = 'beta'
