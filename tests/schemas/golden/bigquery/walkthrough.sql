SELECT FORMAT_DATETIME('%G%V', CAST(`grouped`.`date_week` AS DATETIME)) AS `date_week`, CAST(`grouped`.`tickets_created` AS INT64) AS `tickets_created`, CAST(`grouped`.`tickets_solved_cohort` AS FLOAT64) / nullif(CAST(`grouped`.`tickets_created` AS FLOAT64), 0) AS `resolution_rate`
FROM (SELECT DATE_TRUNC(`created_date`, ISOWEEK) AS `date_week`, count(*) AS `tickets_created`, count(`solved_at`) AS `tickets_solved_cohort`
FROM `acme-data`.`belvedere`.`ticket`
WHERE `client_account_id` IN (@p1, @p2) AND `is_listed` AND NOT coalesce(`channel` = @p3, false) AND `created_date` >= CAST(@p4 AS DATE) AND `created_date` < CAST(@p5 AS DATE) GROUP BY 1) AS `grouped` ORDER BY `grouped`.`date_week` ASC NULLS LAST
-- @p1 STRING 'acme'
-- @p2 STRING 'beta'
-- @p3 STRING 'phone'
-- @p4 STRING '2025-01-01'
-- @p5 STRING '2025-04-01'
