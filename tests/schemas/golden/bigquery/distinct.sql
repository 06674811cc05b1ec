SELECT CAST(`grouped`.`channel` AS STRING) AS `channel`
FROM (SELECT `channel` AS `channel`
FROM `acme-data`.`belvedere`.`ticket`
WHERE `client_account_id` IN (@p1, @p2) AND `is_listed` GROUP BY 1) AS `grouped` ORDER BY `grouped`.`channel` ASC NULLS LAST
-- @p1 STRING 'acme'
-- @p2 STRING 'beta'
