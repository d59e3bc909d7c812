-- What decides whether and where a device counts. Who owns it and what it is are kept as keyed digests: no output needs more.
alter table device
  -- The same for every registration of one physical thing.
  add column identity_hash bytea,
  add column owner_kind text not null default 'org' check (owner_kind in ('org', 'person')),
  add column owner_hash bytea,
  -- Of a gateway: it measures something itself, and so is a connection of its own.
  add column senses boolean not null default false;

-- The past of those columns: a correction holds for all of a device's life, but is known only from recorded_at on, so that a
-- figure "as of" an earlier day comes out as it did. Written by the triggers below alone.
create table device_fact (
  device_id text not null references device (id),
  recorded_at timestamptz not null,
  -- Null: still so.
  superseded_at timestamptz,
  type text not null,
  role text not null,
  access text,
  behind_gateway boolean not null,
  is_test boolean not null,
  owner_kind text not null,
  owner_hash bytea,
  identity_hash bytea,
  senses boolean not null,
  valid_from timestamptz not null,
  retired_at timestamptz,
  primary key (device_id, recorded_at)
);
create index device_fact_identity on device_fact (identity_hash) where identity_hash is not null;

-- A device that is made with its end already known has two facts: what was known at first, and what was when it had ended.
create function note_new_device() returns trigger language plpgsql as $$
begin
  insert into device_fact
  select id, recorded_at, case when retired_recorded_at > recorded_at then retired_recorded_at end, type, role, access,
         cardinality(gateways) > 0, is_test, owner_kind, owner_hash, identity_hash, senses, valid_from,
         case when retired_recorded_at <= recorded_at then retired_at end
  from made;
  insert into device_fact
  select id, retired_recorded_at, null, type, role, access, cardinality(gateways) > 0, is_test, owner_kind, owner_hash,
         identity_hash, senses, valid_from, retired_at
  from made where retired_recorded_at > recorded_at;
  return null;
end $$;

create function note_changed_device() returns trigger language plpgsql as $$
begin
  with changed as (
    select n.*, greatest(f.recorded_at + interval '1 microsecond',
             case when n.retired_recorded_at is distinct from o.retired_recorded_at then coalesce(n.retired_recorded_at, clock_timestamp())
             else clock_timestamp() end) as at
    from after n join before o using (id) join device_fact f on f.device_id = n.id and f.superseded_at is null
    where (n.type, n.role, n.access, cardinality(n.gateways) > 0, n.is_test, n.owner_kind, n.owner_hash, n.identity_hash,
           n.senses, n.valid_from, n.retired_at)
      is distinct from (f.type, f.role, f.access, f.behind_gateway, f.is_test, f.owner_kind, f.owner_hash, f.identity_hash,
           f.senses, f.valid_from, f.retired_at)),
  superseded as (
    update device_fact f set superseded_at = c.at from changed c where f.device_id = c.id and f.superseded_at is null)
  insert into device_fact
  select id, at, null, type, role, access, cardinality(gateways) > 0, is_test, owner_kind, owner_hash, identity_hash, senses,
         valid_from, retired_at
  from changed;
  return null;
end $$;

insert into device_fact
select id, recorded_at, case when retired_recorded_at > recorded_at then retired_recorded_at end, type, role, access,
       cardinality(gateways) > 0, is_test, owner_kind, owner_hash, identity_hash, senses, valid_from,
       case when retired_recorded_at <= recorded_at then retired_at end
from device;
insert into device_fact
select id, retired_recorded_at, null, type, role, access, cardinality(gateways) > 0, is_test, owner_kind, owner_hash,
       identity_hash, senses, valid_from, retired_at
from device where retired_recorded_at > recorded_at;

create trigger device_made after insert on device
  referencing new table as made for each statement execute function note_new_device();
create trigger device_changed after update on device
  referencing old table as before new table as after for each statement execute function note_changed_device();

-- A gateway that has a series of its own measures something itself.
create function note_sensing() returns trigger language plpgsql as $$
begin
  update device d set senses = true from made m where d.id = m.device_id and d.role = 'gateway' and not d.senses;
  return null;
end $$;
update device d set senses = true where role = 'gateway' and exists (select from series s where s.device_id = d.id);
create trigger series_made after insert on series
  referencing new table as made for each statement execute function note_sensing();

-- Which SIM or eSIM profile was in which device, when: from valid_from up to, not including, valid_to.
create table sim_span (
  id bigint generated always as identity primary key,
  -- Keyed digest of the SHA-256 of its ICCID.
  sim_hash bytea not null,
  device_id text not null references device (id),
  valid_from timestamptz not null,
  valid_to timestamptz,
  recorded_at timestamptz not null,
  -- Null: still held to be so. Otherwise what took its place was recorded then.
  superseded_at timestamptz,
  check (valid_to > valid_from)
);
create index sim_span_device on sim_span (device_id);
create index sim_span_sim on sim_span (sim_hash);
