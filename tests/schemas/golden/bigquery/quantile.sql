SELECT CAST(`grouped`.`channel` AS STRING) AS `channel`, RTRIM(RTRIM(FORMAT('%.12f', CASE WHEN NOT (IS_INF(`grouped`.`resolution_p90_seconds`) OR IS_NAN(`grouped`.`resolution_p90_seconds`)) THEN `grouped`.`resolution_p90_seconds` END), '0'), '.') AS `resolution_p90_seconds`
FROM (SELECT `channel` AS `channel`, APPROX_QUANTILES(`resolution_seconds`, 1000)[OFFSET(900)] AS `resolution_p90_seconds`
FROM `acme-data`.`belvedere`.`ticket`
WHERE `client_account_id` IN (@p1, @p2) AND `is_listed` GROUP BY 1) AS `grouped` ORDER BY `grouped`.`channel` ASC NULLS LAST
-- @p1 STRING 'acme'
-- @p2 STRING 'beta'
