-- activity_day is the evidence: one row a device and local day, with the instant at which the first reading of that day was
-- received. activity_month is the same by month, as bits: a figure asks whether a device was heard in a window, not how
-- often, and a twentieth of the rows is read.
create table activity_month (
  device_id text not null,
  -- The first day of the month.
  month date not null,
  -- Bit n - 1: heard on day n.
  days int not null,
  -- The latest of the days' first receipts, or later. Up to here the bits are all that was known; before it, activity_day says
  -- which of them were.
  last_received_at timestamptz not null,
  primary key (device_id, month)
) with (fillfactor = 80);

create function note_activity_month() returns trigger language plpgsql as $$
begin
  insert into activity_month as m (device_id, month, days, last_received_at)
  select device_id, date_trunc('month', local_date)::date, bit_or(1 << (extract(day from local_date)::int - 1)), max(first_received_at)
  from noted group by 1, 2 order by 1, 2
  on conflict (device_id, month) do update
    set days = m.days | excluded.days, last_received_at = greatest(m.last_received_at, excluded.last_received_at);
  return null;
end $$;

insert into activity_month (device_id, month, days, last_received_at)
select device_id, date_trunc('month', local_date)::date, bit_or(1 << (extract(day from local_date)::int - 1)), max(first_received_at)
from activity_day group by 1, 2;

create trigger activity_day_noted after insert on activity_day
  referencing new table as noted for each statement execute function note_activity_month();
create trigger activity_day_corrected after update on activity_day
  referencing new table as noted for each statement execute function note_activity_month();

drop index activity_day_date;
