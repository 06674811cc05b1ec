SELECT strftime("grouped"."date_day", '%Y%m%d') AS "date_day", CAST("grouped"."tickets_created" AS BIGINT) AS "tickets_created"
FROM (SELECT "created_date" AS "date_day", count(*) AS "tickets_created"
FROM "normalised"."ticket"
WHERE list_contains([$1, $2], "client_account_id") AND "is_listed" AND "created_date" >= $3 AND "created_date" < $4 GROUP BY 1) AS "grouped" ORDER BY "grouped"."date_day" ASC NULLS LAST
-- $1 = 'acme'
-- $2 = 'beta'
-- $3 = datetime.date(2025, 1, 1)
-- $4 = datetime.date(2025, 2, 1)
