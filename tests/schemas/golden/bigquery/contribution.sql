SELECT CAST(`grouped`.`category` AS STRING) AS `category`, (CAST(`grouped`.`tickets_solved_cohort` AS FLOAT64) / nullif(CAST(`grouped`.`tickets_created` AS FLOAT64), 0) - sum(CAST(`grouped`.`tickets_solved_cohort` AS FLOAT64)) OVER () / nullif(sum(CAST(`grouped`.`tickets_created` AS FLOAT64)) OVER (), 0)) * (CAST(`grouped`.`tickets_created` AS FLOAT64) / nullif(sum(CAST(`grouped`.`tickets_created` AS FLOAT64)) OVER (), 0)) AS `category_resolution_contribution`
FROM (SELECT `category` AS `category`, count(`solved_at`) AS `tickets_solved_cohort`, count(*) AS `tickets_created`
FROM `acme-data`.`belvedere`.`ticket`
WHERE `client_account_id` IN (@p1, @p2) AND `is_listed` GROUP BY 1) AS `grouped` ORDER BY `grouped`.`category` ASC NULLS LAST
-- @p1 STRING 'acme'
-- @p2 STRING 'beta'
