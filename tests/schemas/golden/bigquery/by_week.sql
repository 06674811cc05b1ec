SELECT FORMAT_DATETIME('%G%V', CAST(`grouped`.`date_week` AS DATETIME)) AS `date_week`, CAST(`grouped`.`tickets_created` AS INT64) AS `tickets_created`, CAST(`grouped`.`tickets_solved_cohort` AS INT64) AS `tickets_solved_cohort`
FROM (SELECT DATE_TRUNC(`created_date`, ISOWEEK) AS `date_week`, count(*) AS `tickets_created`, count(`solved_at`) AS `tickets_solved_cohort`
FROM `acme-data`.`belvedere`.`ticket`
WHERE `client_account_id` IN (@p1, @p2) AND `is_listed` GROUP BY 1) AS `grouped` ORDER BY `grouped`.`date_week` ASC NULLS LAST
-- @p1 STRING 'acme'
-- @p2 STRING 'beta'
