SELECT strftime("grouped"."date_day", '%Y%m%d') AS "date_day", CAST(coalesce("grouped"."tickets_created", 0) AS BIGINT) AS "tickets_created", "grouped"."ticket_spike_score" AS "ticket_spike_score"
FROM (SELECT "stacked"."date_day" AS "date_day", max("stacked"."tickets_created") AS "tickets_created", max("stacked"."ticket_spike_score") AS "ticket_spike_score"
FROM (SELECT "anon_1"."date_day" AS "date_day", CAST("anon_1"."tickets_created" AS BIGINT) AS "tickets_created", CAST(NULL AS DOUBLE) AS "ticket_spike_score"
FROM (SELECT "created_date" AS "date_day", count(*) AS "tickets_created"
FROM "normalised"."ticket"
WHERE list_contains([$1, $2], "client_account_id") AND "is_listed" AND "created_date" >= $3 AND "created_date" < $4 GROUP BY 1) AS "anon_1" UNION ALL SELECT "anon_2"."date_day" AS "date_day", CAST(NULL AS BIGINT) AS "tickets_created", CAST("anon_2"."ticket_spike_score" AS DOUBLE) AS "ticket_spike_score"
FROM (SELECT "spreads"."date_day" AS "date_day", (CAST(max("spreads"."day_count") AS DOUBLE) - max("spreads"."middle")) / nullif(max("spreads"."spread"), 0) AS "ticket_spike_score"
FROM (SELECT "compared"."date_day" AS "date_day", "compared"."day_count" AS "day_count", "compared"."middle" AS "middle", median(abs("compared"."known" - "compared"."middle")) OVER (PARTITION BY "compared"."date_day") AS "spread"
FROM (SELECT "slots"."date_day" AS "date_day", "slots"."day_count" AS "day_count", CASE WHEN (("slots"."date_day" - CAST(7 * "slots"."week_number" AS INTEGER)) >= "beginning"."first_day") THEN CAST(coalesce("slots"."earlier_count", 0) AS DOUBLE) END AS "known", median(CASE WHEN (("slots"."date_day" - CAST(7 * "slots"."week_number" AS INTEGER)) >= "beginning"."first_day") THEN CAST(coalesce("slots"."earlier_count", 0) AS DOUBLE) END) OVER (PARTITION BY "slots"."date_day") AS "middle"
FROM (SELECT "stacked"."date_day" AS "date_day", "stacked"."week_number" AS "week_number", max("stacked"."day_count") AS "day_count", max("stacked"."earlier_count") AS "earlier_count"
FROM (SELECT "observed"."date_day" AS "date_day", "weeks"."week_number" AS "week_number", "observed"."day_count" AS "day_count", CAST(NULL AS BIGINT) AS "earlier_count"
FROM (SELECT "created_date" AS "date_day", count(*) AS "day_count"
FROM "normalised"."ticket"
WHERE list_contains([$5, $6], "client_account_id") AND "is_listed" AND "created_date" >= $7 AND "created_date" < $8 GROUP BY 1) AS "observed" JOIN (SELECT 1 AS "week_number" UNION ALL SELECT 2 AS "week_number" UNION ALL SELECT 3 AS "week_number" UNION ALL SELECT 4 AS "week_number" UNION ALL SELECT 5 AS "week_number" UNION ALL SELECT 6 AS "week_number" UNION ALL SELECT 7 AS "week_number" UNION ALL SELECT 8 AS "week_number") AS "weeks" ON true UNION ALL SELECT ("history"."date_day" - CAST(7 * -"weeks"."week_number" AS INTEGER)) AS "date_day", "weeks"."week_number" AS "week_number", CAST(NULL AS BIGINT) AS "day_count", "history"."day_count" AS "earlier_count"
FROM (SELECT "created_date" AS "date_day", count(*) AS "day_count"
FROM "normalised"."ticket"
WHERE list_contains([$9, $10], "client_account_id") AND "is_listed" AND "created_date" >= $11 AND "created_date" < $12 GROUP BY 1) AS "history" JOIN (SELECT 1 AS "week_number" UNION ALL SELECT 2 AS "week_number" UNION ALL SELECT 3 AS "week_number" UNION ALL SELECT 4 AS "week_number" UNION ALL SELECT 5 AS "week_number" UNION ALL SELECT 6 AS "week_number" UNION ALL SELECT 7 AS "week_number" UNION ALL SELECT 8 AS "week_number") AS "weeks" ON true) AS "stacked" GROUP BY "stacked"."date_day", "stacked"."week_number"
HAVING max("stacked"."day_count") IS NOT NULL) AS "slots" JOIN (SELECT min("created_date") AS "first_day"
FROM "normalised"."ticket"
WHERE list_contains([$13, $14], "client_account_id") AND "is_listed") AS "beginning" ON true) AS "compared") AS "spreads" GROUP BY "spreads"."date_day") AS "anon_2") AS "stacked" GROUP BY "stacked"."date_day") AS "grouped" ORDER BY "grouped"."date_day" ASC NULLS LAST
-- $1 = 'acme'
-- $2 = 'beta'
-- $3 = datetime.date(2025, 1, 1)
-- $4 = datetime.date(2025, 2, 1)
-- $5 = 'acme'
-- $6 = 'beta'
-- $7 = datetime.date(2025, 1, 1)
-- $8 = datetime.date(2025, 2, 1)
-- $9 = 'acme'
-- $10 = 'beta'
-- $11 = datetime.date(2024, 11, 6)
-- $12 = datetime.date(2025, 2, 1)
-- $13 = 'acme'
-- $14 = 'beta'
