SELECT strftime("grouped"."date_day", '%Y%m%d') AS "date_day", CAST(coalesce("grouped"."tickets_created", 0) AS BIGINT) AS "tickets_created", "grouped"."ticket_spike_score" AS "ticket_spike_score"
FROM (SELECT "stacked"."date_day" AS "date_day", max("stacked"."tickets_created") AS "tickets_created", max("stacked"."ticket_spike_score") AS "ticket_spike_score"
FROM (SELECT "anon_1"."date_day" AS "date_day", CAST("anon_1"."tickets_created" AS BIGINT) AS "tickets_created", CAST(NULL AS DOUBLE) AS "ticket_spike_score"
FROM (SELECT "created_date" AS "date_day", count(*) AS "tickets_created"
FROM "normalised"."ticket"
WHERE "client_account_id" IN ($1, $2) AND "is_listed" AND "created_date" >= $3 AND "created_date" < $4 GROUP BY 1) AS "anon_1" UNION ALL SELECT "anon_2"."date_day" AS "date_day", CAST(NULL AS BIGINT) AS "tickets_created", CAST("anon_2"."ticket_spike_score" AS DOUBLE) AS "ticket_spike_score"
FROM (SELECT "observed"."date_day" AS "date_day", (CAST("observed"."day_count" AS DOUBLE) - median(CASE WHEN (("observed"."date_day" - CAST(7 * "weeks"."week_number" AS INTEGER)) >= "beginning"."first_day") THEN coalesce("history"."day_count", 0) END)) / nullif(mad(CASE WHEN (("observed"."date_day" - CAST(7 * "weeks"."week_number" AS INTEGER)) >= "beginning"."first_day") THEN coalesce("history"."day_count", 0) END), 0) AS "ticket_spike_score"
FROM (SELECT "created_date" AS "date_day", count(*) AS "day_count"
FROM "normalised"."ticket"
WHERE "client_account_id" IN ($5, $6) AND "is_listed" AND "created_date" >= $7 AND "created_date" < $8 GROUP BY 1) AS "observed" JOIN (SELECT unnest(range(1, 8 + 1)) AS "week_number") AS "weeks" ON true JOIN (SELECT min("created_date") AS "first_day"
FROM "normalised"."ticket"
WHERE "client_account_id" IN ($9, $10) AND "is_listed") AS "beginning" ON true LEFT OUTER JOIN (SELECT "created_date" AS "date_day", count(*) AS "day_count"
FROM "normalised"."ticket"
WHERE "client_account_id" IN ($11, $12) AND "is_listed" AND "created_date" >= $13 AND "created_date" < $14 GROUP BY 1) AS "history" ON "history"."date_day" = ("observed"."date_day" - CAST(7 * "weeks"."week_number" AS INTEGER)) GROUP BY "observed"."date_day", "observed"."day_count") AS "anon_2") AS "stacked" GROUP BY "stacked"."date_day") AS "grouped" ORDER BY "grouped"."date_day" ASC NULLS LAST
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
-- $11 = 'acme'
-- $12 = 'beta'
-- $13 = datetime.date(2024, 11, 6)
-- $14 = datetime.date(2025, 2, 1)
