SELECT CAST(CASE WHEN `grouped`.`ticket__known` THEN `grouped`.`tickets_created` END AS INT64) AS `tickets_created`
FROM (SELECT count(*) AS `tickets_created`, EXISTS (SELECT 1
FROM `acme-data`.`belvedere`.`ticket`
WHERE `client_account_id` IN (@p1, @p2) AND `is_listed`) AS `ticket__known`
FROM `acme-data`.`belvedere`.`ticket`
WHERE `client_account_id` IN (@p3, @p4) AND `is_listed` AND `created_date` >= CAST(@p5 AS DATE) AND `created_date` < CAST(@p6 AS DATE)) AS `grouped`
-- @p1 STRING 'acme'
-- @p2 STRING 'beta'
-- @p3 STRING 'acme'
-- @p4 STRING 'beta'
-- @p5 STRING '2025-01-01'
-- @p6 STRING '2025-02-01'
