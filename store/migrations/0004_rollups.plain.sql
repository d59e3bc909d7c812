-- Plain PostgreSQL (STORE_PLAIN=1): the same views, computed at each read. For benches and drills.
create view observation_1m as
select
  series_id,
  date_bin(interval '1 minute', time, timestamptz '2000-01-01 00:00:00+00') as time,
  avg(value) as avg,
  min(value) as min,
  max(value) as max,
  (array_agg(value order by time))[1] as first,
  (array_agg(value order by time desc))[1] as last,
  count(*) as count
from observation
group by 1, 2;

create view observation_1h as
select
  series_id,
  date_bin(interval '1 hour', time, timestamptz '2000-01-01 00:00:00+00') as time,
  avg(value) as avg,
  min(value) as min,
  max(value) as max,
  (array_agg(value order by time))[1] as first,
  (array_agg(value order by time desc))[1] as last,
  count(*) as count
from observation
group by 1, 2;

create view observation_1d as
select
  series_id,
  date_bin(interval '1 day', time, timestamptz '2000-01-01 17:00:00+00') as time,
  avg(value) as avg,
  min(value) as min,
  max(value) as max,
  (array_agg(value order by time))[1] as first,
  (array_agg(value order by time desc))[1] as last,
  count(*) as count
from observation
group by 1, 2;
