SELECT FORMAT_DATETIME('%Y%m', CAST(`grouped`.`date_month` AS DATETIME)) AS `date_month`, CAST(`grouped`.`tickets_created` AS INT64) AS `tickets_created`
FROM (SELECT DATE_TRUNC(`created_date`, MONTH) AS `date_month`, count(*) AS `tickets_created`
FROM `acme-data`.`belvedere`.`ticket`
WHERE `client_account_id` IN (@p1, @p2) AND `is_listed` AND (`category` IN (@p3, @p4) OR `category` IS NULL OR NOT coalesce(REGEXP_CONTAINS(CAST(`category` AS STRING), @p5), false)) AND `created_date` >= CAST(@p6 AS DATE) AND `created_date` < CAST(@p7 AS DATE) AND (STRPOS(CAST(`tags` AS STRING), @p8) > 0) GROUP BY 1) AS `grouped` ORDER BY `grouped`.`date_month` ASC NULLS LAST
-- @p1 STRING 'acme'
-- @p2 STRING 'beta'
-- @p3 STRING 'A'
-- @p4 STRING 'B'
-- @p5 STRING '^C'
-- @p6 STRING '2025-01-01'
-- @p7 STRING '2025-04-01'
-- @p8 STRING '100%'
