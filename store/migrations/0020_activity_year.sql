-- activity_day is the evidence: one row a device and local day, with the instant at which the first reading of that day was
-- received. activity_year is the same by year, as bits: a figure asks whether a device was heard in a window, not how often,
-- and a hundredth of the rows is read. Both are written by whoever inserts into activity_day; the triggers below do the rest.
create table activity_year (
  device_id text not null,
  year int not null,
  -- Bit n, from 0: heard on day n + 1 of the year.
  days bit(366) not null,
  -- Those of them whose first reading came in a day or more after they had ended; null: none. The others are known to have been
  -- known from then on, so that a figure "as of" a later day needs no look at activity_day.
  late bit(366),
  -- When the last of the late ones came in, or later.
  late_received_at timestamptz,
  -- The last day that is not late: most questions are answered by it.
  last_timely date,
  primary key (device_id, year)
) with (fillfactor = 80);

-- Days on which anybody at all was heard, and since when that has been known.
create table heard_day (
  local_date date primary key,
  first_received_at timestamptz not null
);

-- The instant at which a local day begins: UTC+7, see core/time.ts.
create function local_day_start(day date) returns timestamptz
  language sql immutable strict parallel safe
  return (day::timestamp - interval '7 hours') at time zone 'UTC';

create function local_day(at timestamptz) returns date
  language sql immutable strict parallel safe
  return (at at time zone 'UTC' + interval '7 hours')::date;

-- The bits of a year's days from one to another, both inclusive.
create function year_bits(year int, first date, last date) returns bit(366)
  language sql immutable parallel safe
  return (repeat('1', 366)::bit(366) >> greatest(0, least(366, first - make_date(year, 1, 1))))
    & (repeat('1', 366)::bit(366) << greatest(0, least(366, 365 - (last - make_date(year, 1, 1)))));

-- Whether bits of these days are set in a year's row: 2, surely as known at an instant; 1, perhaps, activity_day has the exact
-- times of receipt; 0, no. `timely`: days of which those that are not late had been known by then.
create function activity_state(days bit(366), late bit(366), late_received_at timestamptz, asked bit(366), timely bit(366), known timestamptz)
  returns int language sql immutable parallel safe
  return case when days & asked = repeat('0', 366)::bit(366) then 0
    when coalesce(days & ~late, days) & asked & timely <> repeat('0', 366)::bit(366) then 2
    when late_received_at <= known and late & asked <> repeat('0', 366)::bit(366) then 2
    else 1 end;

-- Whether a device was heard on one of these days, as known at an instant.
create function was_heard(device text, first date, last date, known timestamptz) returns boolean language plpgsql stable parallel safe as $$
declare
  timely_until constant date := local_day(known) - 2;
  state int;
begin
  select max(case when last_timely between first and least(last, timely_until) then 2 else 1 end) into state
  from activity_year where device_id = device and year between extract(year from first)::int and extract(year from last)::int;
  if state is null or state = 2 then return state is not null; end if;
  select max(activity_state(y.days, y.late, y.late_received_at, year_bits(y.year, first, last),
                            year_bits(y.year, make_date(y.year, 1, 1), timely_until), known)) into state
  from activity_year y where y.device_id = device and y.year between extract(year from first)::int and extract(year from last)::int;
  return case state when 2 then true
    when 1 then exists (select from activity_day a
                        where a.device_id = device and a.local_date between first and last and a.first_received_at <= known)
    else false end;
end $$;

create function note_activity() returns trigger language plpgsql as $$
begin
  insert into activity_year as y (device_id, year, days, late, late_received_at, last_timely)
  select device_id, extract(year from local_date)::int, bit_or(bit), bit_or(bit) filter (where is_late),
         max(first_received_at) filter (where is_late), max(local_date) filter (where not is_late)
  from noted, lateral (select year_bits(extract(year from local_date)::int, local_date, local_date) as bit,
                              first_received_at >= local_day_start(local_date + 2) as is_late) as n
  group by 1, 2 order by 1, 2
  on conflict (device_id, year) do update
    -- A day may get an earlier receipt, and so no longer be late.
    set days = y.days | excluded.days,
        late = case when y.late is null then excluded.late
                    else (y.late & ~excluded.days) | coalesce(excluded.late, repeat('0', 366)::bit(366)) end,
        late_received_at = greatest(y.late_received_at, excluded.late_received_at),
        last_timely = greatest(y.last_timely, excluded.last_timely);
  -- Looks first, so that commits do not wait for each other on the row of the day.
  insert into heard_day as h (local_date, first_received_at)
  select local_date, min(first_received_at) from noted n
  where not exists (select from heard_day h where h.local_date = n.local_date and h.first_received_at <= n.first_received_at)
  group by 1 order by 1
  on conflict (local_date) do update set first_received_at = least(h.first_received_at, excluded.first_received_at);
  return null;
end $$;

create trigger activity_day_noted after insert on activity_day
  referencing new table as noted for each statement execute function note_activity();
create trigger activity_day_corrected after update on activity_day
  referencing new table as noted for each statement execute function note_activity();

-- What is there already goes through the triggers.
update activity_day set first_received_at = first_received_at;

drop index activity_day_date;
