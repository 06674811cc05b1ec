SELECT CAST(`grouped`.`category` AS STRING) AS `category`, CAST(`grouped`.`channel` AS STRING) AS `channel`, CAST(`grouped`.`tickets_created` AS FLOAT64) / nullif(sum(CAST(`grouped`.`tickets_created` AS FLOAT64)) OVER (PARTITION BY `grouped`.`channel`), 0) AS `category_share`
FROM (SELECT `category` AS `category`, `channel` AS `channel`, count(*) AS `tickets_created`
FROM `acme-data`.`belvedere`.`ticket`
WHERE `client_account_id` IN (@p1, @p2) AND `is_listed` GROUP BY 1, 2) AS `grouped` ORDER BY `grouped`.`category` ASC NULLS LAST, `grouped`.`channel` ASC NULLS LAST
-- @p1 STRING 'acme'
-- @p2 STRING 'beta'
