SELECT CAST(CASE WHEN "grouped"."ticket__known" THEN "grouped"."tickets_created" END AS BIGINT) AS "tickets_created"
FROM (SELECT count(*) AS "tickets_created", EXISTS (SELECT 1
FROM "normalised"."ticket"
WHERE list_contains([$1, $2], "client_account_id") AND "is_listed") AS "ticket__known"
FROM "normalised"."ticket"
WHERE list_contains([$3, $4], "client_account_id") AND "is_listed" AND "created_date" >= $5 AND "created_date" < $6) AS "grouped"
-- $1 = 'acme'
-- $2 = 'beta'
-- $3 = 'acme'
-- $4 = 'beta'
-- $5 = datetime.date(2025, 1, 1)
-- $6 = datetime.date(2025, 2, 1)
