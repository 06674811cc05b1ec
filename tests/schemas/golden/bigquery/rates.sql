SELECT CAST(`grouped`.`category` AS STRING) AS `category`, CAST(`grouped`.`tickets_solved_cohort` AS FLOAT64) / nullif(CAST(`grouped`.`tickets_created` AS FLOAT64), 0) AS `resolution_rate`, RTRIM(RTRIM(FORMAT('%.12f', CASE WHEN NOT (IS_INF(coalesce(`grouped`.`frt_seconds_sum`, 0)) OR IS_NAN(coalesce(`grouped`.`frt_seconds_sum`, 0))) THEN coalesce(`grouped`.`frt_seconds_sum`, 0) END / nullif(CAST(`grouped`.`answered_tickets` AS FLOAT64), 0)), '0'), '.') AS `frt_avg_seconds`, CAST(`grouped`.`fcr_tickets` AS FLOAT64) / nullif(CAST(`grouped`.`fcr_base` AS FLOAT64), 0) AS `fcr_rate`
FROM (SELECT `category` AS `category`, count(`solved_at`) AS `tickets_solved_cohort`, count(*) AS `tickets_created`, sum(`frt_seconds`) AS `frt_seconds_sum`, count(`first_reply_at`) AS `answered_tickets`, count(CASE WHEN `is_fcr` THEN 1 END) AS `fcr_tickets`, count(CASE WHEN `is_solved` THEN `is_fcr` END) AS `fcr_base`
FROM `acme-data`.`belvedere`.`ticket`
WHERE `client_account_id` IN (@p1, @p2) AND `is_listed` GROUP BY 1) AS `grouped` ORDER BY `grouped`.`category` ASC NULLS LAST
-- @p1 STRING 'acme'
-- @p2 STRING 'beta'
