-- Buckets are in UTC or at a fixed offset, never in a named zone: zoned ones can miss rows (timescaledb#10296).
-- Real-time: what is not materialised yet is computed from the raw rows. Days begin at 17:00Z, midnight in UTC+7.
create materialized view observation_1m
with (timescaledb.continuous, timescaledb.materialized_only = false) as
select
  series_id,
  time_bucket(interval '1 minute', time) as time,
  avg(value) as avg,
  min(value) as min,
  max(value) as max,
  first(value, time) as first,
  last(value, time) as last,
  count(*) as count
from observation
group by 1, 2
with no data;

create materialized view observation_1h
with (timescaledb.continuous, timescaledb.materialized_only = false) as
select
  series_id,
  time_bucket(interval '1 hour', time) as time,
  avg(value) as avg,
  min(value) as min,
  max(value) as max,
  first(value, time) as first,
  last(value, time) as last,
  count(*) as count
from observation
group by 1, 2
with no data;

create materialized view observation_1d
with (timescaledb.continuous, timescaledb.materialized_only = false) as
select
  series_id,
  time_bucket(interval '1 day', time, "offset" => interval '-7 hours') as time,
  avg(value) as avg,
  min(value) as min,
  max(value) as max,
  first(value, time) as first,
  last(value, time) as last,
  count(*) as count
from observation
group by 1, 2
with no data;
