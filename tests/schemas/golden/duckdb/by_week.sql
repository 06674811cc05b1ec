SELECT "week_calendar"."week_label" AS "date_week", CAST("grouped"."tickets_created" AS BIGINT) AS "tickets_created", CAST("grouped"."tickets_solved_cohort" AS BIGINT) AS "tickets_solved_cohort"
FROM (SELECT CAST(date_trunc('week', "created_date") AS DATE) AS "date_week", count(*) AS "tickets_created", count("solved_at") AS "tickets_solved_cohort"
FROM "normalised"."ticket"
WHERE "client_account_id" IN ($1, $2) AND "is_listed" GROUP BY 1) AS "grouped" LEFT OUTER JOIN "normalised"."calendar" AS "week_calendar" ON "week_calendar"."date_day" = "grouped"."date_week" ORDER BY "grouped"."date_week" ASC NULLS LAST
-- $1 = 'acme'
-- $2 = 'beta'
