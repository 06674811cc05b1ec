SELECT strftime("grouped"."date_week", '%G%V') AS "date_week", CAST("grouped"."tickets_created" AS BIGINT) AS "tickets_created", CAST("grouped"."tickets_solved_cohort" AS DOUBLE) / nullif(CAST("grouped"."tickets_created" AS DOUBLE), 0) AS "resolution_rate"
FROM (SELECT CAST(date_trunc('week', "created_date") AS DATE) AS "date_week", count(*) AS "tickets_created", count("solved_at") AS "tickets_solved_cohort"
FROM "normalised"."ticket"
WHERE list_contains([$1, $2], "client_account_id") AND "is_listed" AND NOT coalesce("channel" = $3, false) AND "created_date" >= $4 AND "created_date" < $5 GROUP BY 1) AS "grouped" ORDER BY "grouped"."date_week" ASC NULLS LAST
-- $1 = 'acme'
-- $2 = 'beta'
-- $3 = 'phone'
-- $4 = datetime.date(2025, 1, 1)
-- $5 = datetime.date(2025, 4, 1)
