-- Instants cross the driver as whole microseconds.
create function from_us(us bigint) returns timestamptz
  language sql immutable strict parallel safe
  return timestamptz 'epoch' + us * interval '1 microsecond';

-- Facts of this installation, e.g. that its data is simulated.
create table setting (
  key text primary key,
  value jsonb not null
);

-- Administrative areas, versioned: the key is the code with the version of the geography it belongs to.
create table area (
  code text not null,
  geo_version text not null,
  level text not null check (level in ('province', 'district', 'commune')),
  kind text not null,
  name_vi text not null,
  name_en text not null,
  parent text,
  -- Null: in force since before our records begin, or still in force.
  valid_from date,
  valid_to date,
  area_km2 numeric,
  geometry jsonb,
  primary key (code, geo_version),
  check (valid_to >= valid_from)
);
create index area_parent on area (parent, geo_version);

-- The thing observed.
create table entity (
  id text primary key,
  type text not null,
  area text,
  lat float8,
  lon float8,
  created_at timestamptz not null,
  check ((lat is null) = (lon is null))
);

-- The hardware that speaks. Ids are never given to another device, so nothing is ever deleted here.
create table device (
  id text primary key,
  entity_id text not null references entity (id),
  type text not null,
  role text not null check (role in ('end-device', 'gateway')),
  access text check (access in ('cellular', 'lpwan', 'wired', 'short-range', 'satellite')),
  client_id text unique,
  external_ids text[] not null default '{}',
  interval_s int,
  is_test boolean not null default false,
  secret_hash bytea not null,
  valid_from timestamptz not null,
  recorded_at timestamptz not null,
  retired_at timestamptz,
  retired_recorded_at timestamptz
);
create index device_entity on device (entity_id);

-- Where a device counts, bitemporal: the area from valid_from on, as known from recorded_at on. Null: no area known.
create table device_area (
  device_id text not null references device (id),
  area text,
  valid_from timestamptz not null,
  recorded_at timestamptz not null,
  primary key (device_id, valid_from, recorded_at)
);

-- The device's own last word on itself; offered again, retained, after a restart.
create table device_status (
  device_id text primary key references device (id),
  payload bytea not null,
  received_at timestamptz not null
);

create table session_event (
  id bigint generated always as identity primary key,
  device_id text,
  kind text not null check (kind in ('connected', 'disconnected', 'platform-started')),
  time timestamptz not null,
  reason text not null,
  client_id text not null
);
create index session_event_device on session_event (device_id, time desc);
create index session_event_start on session_event (time desc) where kind = 'platform-started';

create table api_token (
  id text primary key,
  name text not null,
  role text not null check (role in ('operator', 'integrator', 'statistician', 'admin')),
  -- 'keyed': HMAC-SHA-256 of a random secret; 'scrypt': of a secret that a person chose.
  method text not null check (method in ('keyed', 'scrypt')),
  hash bytea not null,
  salt bytea,
  created_at timestamptz not null,
  revoked_at timestamptz
);

-- Populations and targets are append-only: a second row for the same key is a revision.
create table population (
  id bigint generated always as identity primary key,
  area text not null,
  geo_version text not null,
  ref_year int not null,
  basis text not null check (basis in ('average', 'census', 'registered', 'mid-year', 'end-year')),
  value int not null check (value >= 0),
  source text not null,
  published_on date,
  is_synthetic boolean not null default false,
  recorded_at timestamptz not null
);
create index population_key on population (area, geo_version, ref_year, basis, recorded_at);

create table target (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('per-person', 'upper-average')),
  value numeric check (value > 0),
  by_date date not null,
  source text not null,
  recorded_at timestamptz not null,
  check ((kind = 'per-person') = (value is not null))
);
