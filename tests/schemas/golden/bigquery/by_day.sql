SELECT FORMAT_DATETIME('%Y%m%d', CAST(`grouped`.`date_day` AS DATETIME)) AS `date_day`, CAST(`grouped`.`tickets_created` AS INT64) AS `tickets_created`
FROM (SELECT `created_date` AS `date_day`, count(*) AS `tickets_created`
FROM `acme-data`.`belvedere`.`ticket`
WHERE `client_account_id` IN (@p1, @p2) AND `is_listed` AND `created_date` >= CAST(@p3 AS DATE) AND `created_date` < CAST(@p4 AS DATE) GROUP BY 1) AS `grouped` ORDER BY `grouped`.`date_day` ASC NULLS LAST
-- @p1 STRING 'acme'
-- @p2 STRING 'beta'
-- @p3 STRING '2025-01-01'
-- @p4 STRING '2025-02-01'
