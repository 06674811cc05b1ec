SELECT strftime("grouped"."date_week", '%G%V') AS "date_week", CAST("grouped"."tickets_created" AS BIGINT) AS "tickets_created", CAST("grouped"."tickets_solved_cohort" AS BIGINT) AS "tickets_solved_cohort"
FROM (SELECT CAST(date_trunc('week', "created_date") AS DATE) AS "date_week", count(*) AS "tickets_created", count("solved_at") AS "tickets_solved_cohort"
FROM "normalised"."ticket"
WHERE list_contains([$1, $2], "client_account_id") AND "is_listed" GROUP BY 1) AS "grouped" ORDER BY "grouped"."date_week" ASC NULLS LAST
-- $1 = 'acme'
-- $2 = 'beta'
