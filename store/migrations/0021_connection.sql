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

-- What devices have in common, each combination once: counts are sums by these.
create table device_kind (
  id int generated always as identity primary key,
  type text not null,
  role text not null,
  access text,
  behind_gateway boolean not null,
  is_test boolean not null,
  -- A gateway that measures nothing itself.
  is_infrastructure boolean not null,
  owner_kind text not null,
  organisation_hash bytea,
  unique nulls not distinct (type, role, access, behind_gateway, is_test, is_infrastructure, owner_kind, organisation_hash)
);

-- device_fact and device_area laid out for counting: at an instant place_from < i <= place_to, as known at known_from <= k <
-- known_until, a device has exactly one row, once it is commissioned. Of two placements known the one valid later holds, and of
-- two valid from the same instant the one recorded later. Written by the trigger below alone.
create table device_standing (
  place_from timestamptz not null,
  place_to timestamptz not null,
  known_from timestamptz not null,
  known_until timestamptz not null,
  valid_from timestamptz not null,
  retired_at timestamptz,
  kind int not null references device_kind (id),
  device_id text not null,
  area text,
  -- Of a person; an organisation is part of the kind.
  person_hash bytea,
  identity_hash bytea
);
create index device_standing_device on device_standing (device_id);
create index device_standing_area on device_standing (area, device_id);

-- Planned anew at each call: a plan made for one device in an empty table would take minutes for thousands in a full one.
create function note_standing() returns trigger language plpgsql set plan_cache_mode = force_custom_plan set enable_seqscan = off as $$
declare
  ids constant text[] := array(select distinct device_id from touched order by 1);
begin
  if cardinality(ids) = 0 then return null; end if;
  -- One at a time for each device: two would not see each other's rows.
  perform from device where id = any (ids) order by id for no key update;
  delete from device_standing where device_id = any (ids);
  insert into device_kind (type, role, access, behind_gateway, is_test, is_infrastructure, owner_kind, organisation_hash)
  select type, role, access, behind_gateway, is_test, is_infrastructure, owner_kind, organisation_hash
  from device_fact f cross join lateral (select role = 'gateway' and not senses as is_infrastructure,
                                                case when owner_kind = 'org' then owner_hash end as organisation_hash) n
  where device_id = any (ids) and not exists (
    select from device_kind k
    where (k.type, k.role, k.behind_gateway, k.is_test, k.is_infrastructure, k.owner_kind) = (f.type, f.role, f.behind_gateway, f.is_test, n.is_infrastructure, f.owner_kind)
      and k.access is not distinct from f.access and k.organisation_hash is not distinct from n.organisation_hash)
  group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1, 2, 3, 4, 5, 6, 7, 8
  on conflict do nothing;
  with placement as (
    select device_id, area, valid_from, recorded_at from device_area where device_id = any (ids)
    union all
    select id, null, timestamptz '-infinity', timestamptz '-infinity' from unnest(ids) id),
  kept as materialized (
    select p.*, coalesce((select min(b.recorded_at) from device_area b
                          where b.device_id = p.device_id and b.valid_from = p.valid_from and b.recorded_at > p.recorded_at),
                         'infinity') as known_until
    from placement p),
  -- What is recorded later of a later time cuts the placement short from then on.
  step as materialized (
    select k.*, k.recorded_at as at from kept k
    union
    select k.*, b.recorded_at from kept k join device_area b
      on b.device_id = k.device_id and b.valid_from > k.valid_from and b.recorded_at > k.recorded_at and b.recorded_at < k.known_until),
  place as materialized (
    select device_id, area, valid_from,
           coalesce((select min(b.valid_from) from device_area b
                     where b.device_id = s.device_id and b.valid_from > s.valid_from and b.recorded_at <= s.at), 'infinity') as valid_to,
           at as known_from, lead(at, 1, known_until) over (partition by device_id, valid_from, recorded_at order by at) as known_until
    from step s)
  insert into device_standing
  select p.valid_from, p.valid_to, greatest(f.recorded_at, p.known_from), least(coalesce(f.superseded_at, 'infinity'), p.known_until),
         f.valid_from, f.retired_at, k.id, f.device_id, p.area, case when f.owner_kind = 'person' then f.owner_hash end, f.identity_hash
  from device_fact f
  join place p on p.device_id = f.device_id and p.known_from < coalesce(f.superseded_at, 'infinity') and p.known_until > f.recorded_at
  join device_kind k
    on (k.type, k.role, k.behind_gateway, k.is_test, k.is_infrastructure, k.owner_kind)
       = (f.type, f.role, f.behind_gateway, f.is_test, f.role = 'gateway' and not f.senses, f.owner_kind)
      and k.access is not distinct from f.access
      and k.organisation_hash is not distinct from case when f.owner_kind = 'org' then f.owner_hash end
  where f.device_id = any (ids) and p.valid_to > f.valid_from;
  return null;
end $$;
create trigger device_fact_stands after insert on device_fact
  referencing new table as touched for each statement execute function note_standing();
create trigger device_area_stands after insert on device_area
  referencing new table as touched for each statement execute function note_standing();
create trigger device_area_corrected after update on device_area
  referencing new table as touched for each statement execute function note_standing();

-- Devices that share an identity with another, or that have or had several SIMs, or one that others had; and since when that is
-- known here. They are counted beside each other; of all others each one counts by itself.
create table shared_device (
  device_id text primary key,
  noted_at timestamptz not null default clock_timestamp()
);

-- The lock: two that are made at the same time do not see each other.
create function note_shared_identity() returns trigger language plpgsql set plan_cache_mode = force_custom_plan set enable_seqscan = off as $$
declare
  hashes constant bytea[] := array(select distinct identity_hash from made where identity_hash is not null);
begin
  if cardinality(hashes) = 0 then return null; end if;
  perform pg_advisory_xact_lock(7311206492);
  insert into shared_device (device_id)
  select distinct device_id
  from (select device_id, min(device_id) over same <> max(device_id) over same as is_shared
        from device_fact where identity_hash = any (hashes) window same as (partition by identity_hash)) f
  where is_shared
  on conflict do nothing;
  return null;
end $$;
create trigger device_fact_made after insert on device_fact
  referencing new table as made for each statement execute function note_shared_identity();

create function note_shared_sim() returns trigger language plpgsql set plan_cache_mode = force_custom_plan set enable_seqscan = off as $$
declare
  sims constant bytea[] := array(select distinct sim_hash from made);
  ids constant text[] := array(select distinct device_id from made);
begin
  perform pg_advisory_xact_lock(7311206493);
  insert into shared_device (device_id)
  select device_id from (select device_id, count(*) over (partition by sim_hash) as spans from sim_span where sim_hash = any (sims)) s
  where spans > 1
  union
  select device_id from sim_span where device_id = any (ids) group by 1 having count(*) > 1
  on conflict do nothing;
  return null;
end $$;
create trigger sim_span_made after insert on sim_span
  referencing new table as made for each statement execute function note_shared_sim();

-- The first ten owners by their digests, whatever the order: more than any threshold of disclosure control are not told apart.
create function keep_owner(kept bytea[], owner bytea) returns bytea[] language plpgsql immutable strict parallel safe as $$
begin
  if owner = any (kept) or (cardinality(kept) = 10 and owner > kept[10]) then return kept; end if;
  return array(select o from unnest(kept || owner) o order by o limit 10);
end $$;
create function keep_owners(kept bytea[], more bytea[]) returns bytea[] language sql immutable parallel safe
  return array(select distinct o from unnest(kept || more) o order by o limit 10);
create aggregate first_owners(bytea) (
  sfunc = keep_owner, stype = bytea[], initcond = '{}', combinefunc = keep_owners, parallel = safe
);

-- What is there already.
insert into device_fact
select id, recorded_at, case when retired_recorded_at > recorded_at then retired_recorded_at end, type, role, access,
       cardinality(gateways) > 0, is_test, owner_kind, owner_hash, identity_hash, senses, valid_from,
       case when retired_recorded_at <= recorded_at then retired_at end
from device;
insert into device_fact
select id, retired_recorded_at, null, type, role, access, cardinality(gateways) > 0, is_test, owner_kind, owner_hash,
       identity_hash, senses, valid_from, retired_at
from device where retired_recorded_at > recorded_at;
