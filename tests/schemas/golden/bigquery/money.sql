SELECT CAST(`grouped`.`agent` AS STRING) AS `agent`, CAST(coalesce(`grouped`.`handle_cost`, 0) AS FLOAT64) / 100.0 AS `handle_cost`, (CAST(coalesce(`grouped`.`handle_cost`, 0) AS FLOAT64) / 100.0) / nullif(CAST(`grouped`.`handle_base` AS FLOAT64), 0) AS `handle_cost_per_ticket`
FROM (SELECT `agent` AS `agent`, sum(CASE WHEN `is_solved` THEN `handle_cost` END) AS `handle_cost`, count(CASE WHEN `is_solved` THEN `handle_seconds` END) AS `handle_base`
FROM `acme-data`.`belvedere`.`ticket`
WHERE `client_account_id` IN (@p1, @p2) AND `is_listed` GROUP BY 1) AS `grouped` ORDER BY `grouped`.`agent` ASC NULLS LAST
-- @p1 STRING 'acme'
-- @p2 STRING 'beta'
