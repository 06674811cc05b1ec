SELECT FORMAT_DATETIME('%Y%m%d%H', CAST(`grouped`.`date_hour` AS DATETIME)) AS `date_hour`, LPAD(CAST(`grouped`.`hour_of_day` AS STRING), 2, '0') AS `hour_of_day`, CAST(`grouped`.`day_of_week` AS STRING) AS `day_of_week`, CAST(`grouped`.`tickets_created` AS INT64) AS `tickets_created`
FROM (SELECT `created_hour` AS `date_hour`, EXTRACT(HOUR FROM `created_hour`) AS `hour_of_day`, (EXTRACT(DAYOFWEEK FROM `created_date`) - 1) AS `day_of_week`, count(*) AS `tickets_created`
FROM `acme-data`.`belvedere`.`ticket`
WHERE `client_account_id` IN (@p1, @p2) AND `is_listed` GROUP BY 1, 2, 3) AS `grouped` ORDER BY `grouped`.`date_hour` ASC NULLS LAST, `grouped`.`hour_of_day` ASC NULLS LAST, `grouped`.`day_of_week` ASC NULLS LAST
-- @p1 STRING 'acme'
-- @p2 STRING 'beta'
