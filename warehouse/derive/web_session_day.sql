-- Source and medium as web analytics write them together; unknown while either is.
select *, traffic_source || ' / ' || traffic_medium as source_medium from checked
