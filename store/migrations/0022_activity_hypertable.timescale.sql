-- Small chunks, since the embedded database does nothing else while one is compressed. Compressed once it is past the lateness window: dates and devices repeat, and the times of receipt lie close together.
select create_hypertable('activity_day', by_range('local_date', interval '7 days'), create_default_indexes => false, migrate_data => true);
alter table activity_day set (
  timescaledb.compress,
  timescaledb.compress_segmentby = '',
  timescaledb.compress_orderby = 'device_id, local_date'
);
