SELECT CAST("grouped"."category" AS VARCHAR) AS "category", CAST("grouped"."tickets_solved_cohort" AS DOUBLE) / nullif(CAST("grouped"."tickets_created" AS DOUBLE), 0) AS "resolution_rate", rtrim(rtrim(format('{:.12f}', CASE WHEN isfinite(coalesce("grouped"."frt_seconds_sum", 0)) THEN coalesce("grouped"."frt_seconds_sum", 0) END / nullif(CAST("grouped"."answered_tickets" AS DOUBLE), 0)), '0'), '.') AS "frt_avg_seconds", CAST("grouped"."fcr_tickets" AS DOUBLE) / nullif(CAST("grouped"."fcr_base" AS DOUBLE), 0) AS "fcr_rate"
FROM (SELECT "category" AS "category", count("solved_at") AS "tickets_solved_cohort", count(*) AS "tickets_created", sum("frt_seconds") AS "frt_seconds_sum", count("first_reply_at") AS "answered_tickets", count(CASE WHEN "is_fcr" THEN 1 END) AS "fcr_tickets", count(CASE WHEN "is_solved" THEN "is_fcr" END) AS "fcr_base"
FROM "normalised"."ticket"
WHERE list_contains([$1, $2], "client_account_id") AND "is_listed" GROUP BY 1) AS "grouped" ORDER BY "grouped"."category" ASC NULLS LAST
-- $1 = 'acme'
-- $2 = 'beta'
