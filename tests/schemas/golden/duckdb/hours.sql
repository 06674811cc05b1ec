SELECT strftime("grouped"."date_hour", '%Y%m%d%H') AS "date_hour", lpad(CAST("grouped"."hour_of_day" AS VARCHAR), 2, '0') AS "hour_of_day", CAST("grouped"."day_of_week" AS VARCHAR) AS "day_of_week", CAST("grouped"."tickets_created" AS BIGINT) AS "tickets_created"
FROM (SELECT "created_hour" AS "date_hour", hour("created_hour") AS "hour_of_day", dayofweek("created_date") AS "day_of_week", count(*) AS "tickets_created"
FROM "normalised"."ticket"
WHERE list_contains([$1, $2], "client_account_id") AND "is_listed" GROUP BY 1, 2, 3) AS "grouped" ORDER BY "grouped"."date_hour" ASC NULLS LAST, "grouped"."hour_of_day" ASC NULLS LAST, "grouped"."day_of_week" ASC NULLS LAST
-- $1 = 'acme'
-- $2 = 'beta'
