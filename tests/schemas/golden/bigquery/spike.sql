SELECT FORMAT_DATETIME('%Y%m%d', CAST(`grouped`.`date_day` AS DATETIME)) AS `date_day`, CAST(coalesce(`grouped`.`tickets_created`, 0) AS INT64) AS `tickets_created`, `grouped`.`ticket_spike_score` AS `ticket_spike_score`
FROM (SELECT `stacked`.`date_day` AS `date_day`, max(`stacked`.`tickets_created`) AS `tickets_created`, max(`stacked`.`ticket_spike_score`) AS `ticket_spike_score`
FROM (SELECT `anon_1`.`date_day` AS `date_day`, CAST(`anon_1`.`tickets_created` AS INT64) AS `tickets_created`, CAST(NULL AS FLOAT64) AS `ticket_spike_score`
FROM (SELECT `created_date` AS `date_day`, count(*) AS `tickets_created`
FROM `acme-data`.`belvedere`.`ticket`
WHERE `client_account_id` IN (@p1, @p2) AND `is_listed` AND `created_date` >= CAST(@p3 AS DATE) AND `created_date` < CAST(@p4 AS DATE) GROUP BY 1) AS `anon_1` UNION ALL SELECT `anon_2`.`date_day` AS `date_day`, CAST(NULL AS INT64) AS `tickets_created`, CAST(`anon_2`.`ticket_spike_score` AS FLOAT64) AS `ticket_spike_score`
FROM (SELECT `spreads`.`date_day` AS `date_day`, (CAST(max(`spreads`.`day_count`) AS FLOAT64) - max(`spreads`.`middle`)) / nullif(max(`spreads`.`spread`), 0) AS `ticket_spike_score`
FROM (SELECT `compared`.`date_day` AS `date_day`, `compared`.`day_count` AS `day_count`, `compared`.`middle` AS `middle`, PERCENTILE_CONT(abs(`compared`.`known` - `compared`.`middle`), 0.5) OVER (PARTITION BY `compared`.`date_day`) AS `spread`
FROM (SELECT `slots`.`date_day` AS `date_day`, `slots`.`day_count` AS `day_count`, CASE WHEN (DATE_SUB(`slots`.`date_day`, INTERVAL `slots`.`week_number` WEEK) >= `beginning`.`first_day`) THEN CAST(coalesce(`slots`.`earlier_count`, 0) AS FLOAT64) END AS `known`, PERCENTILE_CONT(CASE WHEN (DATE_SUB(`slots`.`date_day`, INTERVAL `slots`.`week_number` WEEK) >= `beginning`.`first_day`) THEN CAST(coalesce(`slots`.`earlier_count`, 0) AS FLOAT64) END, 0.5) OVER (PARTITION BY `slots`.`date_day`) AS `middle`
FROM (SELECT `stacked`.`date_day` AS `date_day`, `stacked`.`week_number` AS `week_number`, max(`stacked`.`day_count`) AS `day_count`, max(`stacked`.`earlier_count`) AS `earlier_count`
FROM (SELECT `observed`.`date_day` AS `date_day`, `weeks`.`week_number` AS `week_number`, `observed`.`day_count` AS `day_count`, CAST(NULL AS INT64) AS `earlier_count`
FROM (SELECT `created_date` AS `date_day`, count(*) AS `day_count`
FROM `acme-data`.`belvedere`.`ticket`
WHERE `client_account_id` IN (@p5, @p6) AND `is_listed` AND `created_date` >= CAST(@p7 AS DATE) AND `created_date` < CAST(@p8 AS DATE) GROUP BY 1) AS `observed` JOIN (SELECT 1 AS `week_number` UNION ALL SELECT 2 AS `week_number` UNION ALL SELECT 3 AS `week_number` UNION ALL SELECT 4 AS `week_number` UNION ALL SELECT 5 AS `week_number` UNION ALL SELECT 6 AS `week_number` UNION ALL SELECT 7 AS `week_number` UNION ALL SELECT 8 AS `week_number`) AS `weeks` ON true UNION ALL SELECT DATE_SUB(`history`.`date_day`, INTERVAL -`weeks`.`week_number` WEEK) AS `date_day`, `weeks`.`week_number` AS `week_number`, CAST(NULL AS INT64) AS `day_count`, `history`.`day_count` AS `earlier_count`
FROM (SELECT `created_date` AS `date_day`, count(*) AS `day_count`
FROM `acme-data`.`belvedere`.`ticket`
WHERE `client_account_id` IN (@p9, @p10) AND `is_listed` AND `created_date` >= CAST(@p11 AS DATE) AND `created_date` < CAST(@p12 AS DATE) GROUP BY 1) AS `history` JOIN (SELECT 1 AS `week_number` UNION ALL SELECT 2 AS `week_number` UNION ALL SELECT 3 AS `week_number` UNION ALL SELECT 4 AS `week_number` UNION ALL SELECT 5 AS `week_number` UNION ALL SELECT 6 AS `week_number` UNION ALL SELECT 7 AS `week_number` UNION ALL SELECT 8 AS `week_number`) AS `weeks` ON true) AS `stacked` GROUP BY `stacked`.`date_day`, `stacked`.`week_number`
HAVING max(`stacked`.`day_count`) IS NOT NULL) AS `slots` JOIN (SELECT min(`created_date`) AS `first_day`
FROM `acme-data`.`belvedere`.`ticket`
WHERE `client_account_id` IN (@p13, @p14) AND `is_listed`) AS `beginning` ON true) AS `compared`) AS `spreads` GROUP BY `spreads`.`date_day`) AS `anon_2`) AS `stacked` GROUP BY `stacked`.`date_day`) AS `grouped` ORDER BY `grouped`.`date_day` ASC NULLS LAST
-- @p1 STRING 'acme'
-- @p2 STRING 'beta'
-- @p3 STRING '2025-01-01'
-- @p4 STRING '2025-02-01'
-- @p5 STRING 'acme'
-- @p6 STRING 'beta'
-- @p7 STRING '2025-01-01'
-- @p8 STRING '2025-02-01'
-- @p9 STRING 'acme'
-- @p10 STRING 'beta'
-- @p11 STRING '2024-11-06'
-- @p12 STRING '2025-02-01'
-- @p13 STRING 'acme'
-- @p14 STRING 'beta'
