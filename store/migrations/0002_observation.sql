create type quality as enum ('good', 'implausible', 'estimated', 'bad');

create table series (
  id bigint generated always as identity primary key,
  device_id text not null references device (id),
  entity_id text not null references entity (id),
  quantity text not null,
  channel text not null default '',
  unit text not null,
  unique (device_id, entity_id, quantity, channel)
);
create index series_entity on series (entity_id, quantity);

-- No foreign key to series: the check would cost as much as the insert, and only the pipeline writes here.
create table observation (
  series_id bigint not null,
  time timestamptz not null,
  value float8,
  label text,
  quality quality not null default 'good',
  received_at timestamptz not null,
  primary key (series_id, time),
  check ((value is null) <> (label is null))
);

-- One row per device and local day on which it was heard (by event time): evidence of activity for the indicator.
create table activity_day (
  device_id text not null,
  local_date date not null,
  first_received_at timestamptz not null,
  primary key (device_id, local_date)
);
create index activity_day_date on activity_day (local_date);

-- Messages, or parts of them, that were refused: one row a message, its bytes once.
create table rejection (
  id bigint generated always as identity primary key,
  received_at timestamptz not null,
  last_at timestamptz not null,
  count bigint not null default 1,
  device_id text not null,
  topic text not null,
  via text not null,
  code text not null,
  items jsonb not null,
  payload bytea not null,
  payload_bytes int not null,
  payload_sha256 bytea not null,
  -- Names what makes two refusals the same: device, topic, reasons and bytes.
  fingerprint bytea not null,
  resolved_at timestamptz
);
create unique index rejection_open on rejection (fingerprint) where resolved_at is null;
create index rejection_device on rejection (device_id, id);
create index rejection_last on rejection (last_at);

-- Stretches of time whose rollups are stale because readings older than the lateness window came in.
create table rollup_refresh (
  id bigint generated always as identity primary key,
  from_time timestamptz not null,
  to_time timestamptz not null
);
