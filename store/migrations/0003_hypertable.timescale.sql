select create_hypertable('observation', by_range('time', interval '1 day'), create_default_indexes => false);

-- Compressed by series, so that one series' past is read without touching the others'. When: the policies, set at start.
alter table observation set (
  timescaledb.compress,
  timescaledb.compress_segmentby = 'series_id',
  timescaledb.compress_orderby = 'time desc'
);
