-- What somebody should look at. While an alarm is active, the same thing again is counted in its row.
create table alarm (
  id bigint generated always as identity primary key,
  -- What it is about: 'security', …
  kind text not null,
  rule text not null,
  -- The rule with its subject: of active alarms there is one a key.
  key text not null,
  severity text not null check (severity in ('info', 'warning', 'critical')),
  device_id text,
  entity_id text,
  area text,
  address text,
  text text not null,
  details jsonb not null,
  raised_at timestamptz not null,
  last_at timestamptz not null,
  count bigint not null,
  -- It clears by itself when the same did not come again for so long. Null: its rule clears it.
  quiet_s int,
  cleared_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  note text
);
create unique index alarm_active on alarm (key) where cleared_at is null;
create index alarm_device on alarm (device_id, id desc) where device_id is not null;
create index alarm_last on alarm (last_at);

-- The networks (/24, /48) that a device has signed in from.
create table device_network (
  device_id text not null,
  network text not null,
  first_at timestamptz not null,
  -- To the day.
  last_at timestamptz not null,
  primary key (device_id, network)
);
create index device_network_last on device_network (last_at);
