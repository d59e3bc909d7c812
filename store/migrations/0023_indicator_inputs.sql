-- What the indicator is made of beside devices. To all these tables rows are only added. Of the rows with one key the newest
-- stands, from recorded_at on; a row that is withdrawn says that from then on there is none. `imported`: recorded_at was given
-- with the row, for an entry that belongs to the past; entered_at is when it really came.
alter table population
  add column imported boolean not null default false,
  add column withdrawn boolean not null default false,
  add column entered_at timestamptz not null default now();
update population set entered_at = recorded_at;

alter table target
  add column imported boolean not null default false,
  add column withdrawn boolean not null default false,
  add column entered_at timestamptz not null default now();
update target set entered_at = recorded_at;

-- What a network operator says of its machine-to-machine subscriptions at the end of a period.
create table reported_connection (
  id bigint generated always as identity primary key,
  operator text not null,
  area text not null,
  geo_version text not null,
  period text not null,
  access text not null check (access in ('_T', 'CELLULAR', 'LPWAN', 'WIRED', 'SHORT_RANGE', 'SATELLITE', '_U')),
  subscriptions int not null check (subscriptions >= 0),
  -- How many of them the operator knows to be connected here too; null: it does not say.
  on_platform int check (on_platform between 0 and subscriptions),
  source text not null,
  published_on date,
  is_synthetic boolean not null default false,
  recorded_at timestamptz not null,
  imported boolean not null default false,
  withdrawn boolean not null default false,
  entered_at timestamptz not null default now()
);
create index reported_connection_key on reported_connection (period, operator, area, geo_version, access, recorded_at);

-- The SIM and eSIM profiles that a report counts, where the operator lists them: each as the keyed digest of its ICCID's SHA-256.
create table reported_sim (
  id bigint generated always as identity primary key,
  operator text not null,
  period text not null,
  sim_hash bytea not null,
  -- Where the operator counts it; null: it does not say.
  area text,
  recorded_at timestamptz not null,
  imported boolean not null default false,
  withdrawn boolean not null default false,
  entered_at timestamptz not null default now()
);
create index reported_sim_key on reported_sim (operator, period, sim_hash, recorded_at);

-- How areas of one geography lie in another's. Full: one lies wholly in the other; partial: they overlap in part.
create table area_crosswalk (
  id bigint generated always as identity primary key,
  from_code text not null,
  from_version text not null,
  to_code text not null,
  to_version text not null,
  overlap text not null check (overlap in ('full', 'partial')),
  -- The share of the first area's population, or of what the basis says, that is in the second; null: not known.
  weight numeric check (weight > 0 and weight <= 1),
  weight_basis text,
  source text not null,
  recorded_at timestamptz not null,
  imported boolean not null default false,
  withdrawn boolean not null default false,
  entered_at timestamptz not null default now(),
  check ((weight is null) = (weight_basis is null))
);
create index area_crosswalk_key on area_crosswalk (from_version, to_version, from_code, to_code, recorded_at);

-- Figures of other localities and of the country, as somebody published them.
create table comparator (
  id bigint generated always as identity primary key,
  locality text not null,
  name_vi text not null,
  name_en text not null,
  is_national boolean not null,
  indicator text not null check (indicator in ('IOT_CONN_PC', 'M2M_SIM_P100')),
  period text not null,
  value numeric not null check (value >= 0),
  source text not null,
  recorded_at timestamptz not null,
  imported boolean not null default false,
  withdrawn boolean not null default false,
  entered_at timestamptz not null default now()
);
create index comparator_key on comparator (period, indicator, locality, recorded_at);
