-- What was written where the rollups may have been computed already: for each series and local day the stretch that was
-- touched, both ends included. A row is there until its rollups are computed again, so a burst is one row and not one a batch.
create table series_refresh (
  series_id bigint not null,
  -- The beginning of the local day, 17:00Z.
  day timestamptz not null,
  from_time timestamptz not null,
  to_time timestamptz not null,
  primary key (series_id, day)
) with (fillfactor = 50);
create index series_refresh_day on series_refresh (day);

insert into series_refresh (series_id, day, from_time, to_time)
select o.series_id, date_bin(interval '1 day', o.time, timestamptz '2000-01-01 17:00:00+00'), min(o.time), max(o.time)
from rollup_refresh r join observation o on o.time >= r.from_time and o.time < r.to_time
group by 1, 2;

drop table rollup_refresh;
alter table series_refresh rename to rollup_refresh;
alter table rollup_refresh rename constraint series_refresh_pkey to rollup_refresh_pkey;
alter index series_refresh_day rename to rollup_refresh_day;
