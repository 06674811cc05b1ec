SELECT CAST("grouped"."tickets_created" AS BIGINT) AS "tickets_created"
FROM (SELECT count(*) AS "tickets_created"
FROM "normalised"."ticket"
WHERE "client_account_id" IN ($1, $2) AND "is_listed" AND "created_date" >= $3 AND "created_date" < $4) AS "grouped"
-- $1 = 'acme'
-- $2 = 'beta'
-- $3 = datetime.date(2025, 1, 1)
-- $4 = datetime.date(2025, 2, 1)
