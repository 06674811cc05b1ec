SELECT strftime("grouped"."date_month", '%Y%m') AS "date_month", CAST("grouped"."tickets_created" AS BIGINT) AS "tickets_created"
FROM (SELECT CAST(date_trunc('month', "created_date") AS DATE) AS "date_month", count(*) AS "tickets_created"
FROM "normalised"."ticket"
WHERE list_contains([$1, $2], "client_account_id") AND "is_listed" AND (list_contains([$3, $4], "category") OR "category" IS NULL OR NOT coalesce(regexp_matches(CAST("category" AS VARCHAR), $5), false)) AND "created_date" >= $6 AND "created_date" < $7 AND contains(CAST("tags" AS VARCHAR), $8) GROUP BY 1) AS "grouped" ORDER BY "grouped"."date_month" ASC NULLS LAST
-- $1 = 'acme'
-- $2 = 'beta'
-- $3 = 'A'
-- $4 = 'B'
-- $5 = '^C'
-- $6 = datetime.date(2025, 1, 1)
-- $7 = datetime.date(2025, 4, 1)
-- $8 = '100%'
