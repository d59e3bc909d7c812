-- A publication: what was known by as_of, as it stood in the figures from published_at on. A row without published_at is a draft,
-- which nobody sees; it is removed when the next one begins. What was published stays: an error is mended by a correction.
create table release (
  id text primary key,
  -- Order of publication; gaps mean nothing.
  seq bigint generated always as identity unique,
  published_at timestamptz,
  as_of timestamptz not null,
  kind text not null check (kind in ('ROUTINE', 'MAJOR', 'CORRECTION')),
  is_final boolean not null,
  reason text not null,
  by text not null,
  method_version text,
  -- Sorted.
  periods text[] not null check (cardinality(periods) > 0),
  -- SHA-256 over the digests of its periods.
  inputs_sha256 bytea,
  figures_sha256 bytea,
  -- Published before this installation knew of it.
  imported boolean not null,
  recorded_at timestamptz not null,
  check (as_of <= published_at),
  check (published_at is null or (method_version is not null and inputs_sha256 is not null and figures_sha256 is not null))
);
create index release_published on release (published_at);
create unique index release_one_draft on release ((true)) where published_at is null;

-- What the figures of one period follow from: canonical JSON, gzipped; the digests are of the bytes before that.
create table release_inputs (
  release_id text not null references release (id),
  period text not null,
  inputs bytea not null,
  sha256 bytea not null,
  -- Keys of the cells that had to stay withheld since the release before (gzipped JSON).
  withheld_before bytea not null,
  figures_sha256 bytea not null,
  figures int not null,
  -- How many of them are rows of this release's own, and their ids, which follow each other: so they are read in pieces by the
  -- primary key, whatever the planner thinks of a table that nobody has analysed. Null: it has none.
  changed int not null,
  first_id bigint,
  last_id bigint,
  primary key (release_id, period)
);

-- They are compressed already.
alter table release_inputs alter column inputs set storage external, alter column withheld_before set storage external;

-- One row holds for a cell in all releases of the period from release_from up to, not including, release_to; a release adds a
-- row only where something changed. Null release_to: it still holds.
create table indicator_value (
  id bigint generated always as identity primary key,
  time_period text not null,
  release_from text not null references release (id),
  release_to text references release (id),
  freq text not null,
  ref_area text not null,
  geo_version text not null,
  indicator text not null,
  access text not null,
  domain text not null,
  class text not null,
  coverage text not null,
  ref_date date not null,
  num bigint,
  den bigint,
  value numeric,
  decimals int not null,
  obs_status text not null,
  conf_status text not null,
  pop_basis text,
  pop_year int,
  method_version text not null,
  comment text
);
create unique index indicator_value_cell on indicator_value
  (time_period, ref_area, indicator, access, domain, class, coverage, geo_version, release_from);
create index indicator_value_from on indicator_value (release_from);
create index indicator_value_to on indicator_value (release_to) where release_to is not null;

-- When which release is planned. Appended to: the newest row of a period and kind is the plan.
create table release_calendar (
  id bigint generated always as identity primary key,
  period text not null,
  planned_on date not null,
  kind text not null check (kind in ('ROUTINE', 'MAJOR', 'CORRECTION')),
  recorded_at timestamptz not null
);

create function is_draft(release_id text) returns boolean language sql stable strict
  return exists (select from release where id = release_id and published_at is null);

create function refuse_change_of_published() returns trigger language plpgsql as
$$ begin raise exception 'what was published stays: publish a correction' using errcode = 'restrict_violation'; end $$;

create trigger release_stays before update or delete on release for each row
  when (old.published_at is not null) execute function refuse_change_of_published();
create trigger release_begins_as_draft before insert on release for each row
  when (new.published_at is not null) execute function refuse_change_of_published();

-- Closing rows as if it had come earlier, a release would take them out of what was published before it.
create function guard_publication() returns trigger language plpgsql as $$
begin
  if exists (select from release where published_at is not null and seq >= new.seq) then
    raise exception 'a release follows those that were published: seq % does not', new.seq using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger release_follows before update on release for each row
  when (old.published_at is null and new.published_at is not null) execute function guard_publication();

create function guard_release_inputs() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' and is_draft(new.release_id) then return new; end if;
  if tg_op = 'DELETE' and is_draft(old.release_id) then return old; end if;
  raise exception 'what was published stays: publish a correction' using errcode = 'restrict_violation';
end $$;
create trigger release_inputs_stay before insert or update or delete on release_inputs
  for each row execute function guard_release_inputs();

-- A draft may add rows, close rows that hold, and take both back.
create function guard_indicator_value() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' and new.release_to is null and is_draft(new.release_from) then return new; end if;
  if tg_op = 'DELETE' and is_draft(old.release_from) then return old; end if;
  if tg_op = 'UPDATE' and to_jsonb(new) - 'release_to' = to_jsonb(old) - 'release_to'
    and ((old.release_to is null and is_draft(new.release_to)) or (new.release_to is null and is_draft(old.release_to)))
  then return new; end if;
  raise exception 'what was published stays: publish a correction' using errcode = 'restrict_violation';
end $$;
create trigger indicator_value_stays before insert or update or delete on indicator_value
  for each row execute function guard_indicator_value();

create trigger release_calendar_stays before update or delete on release_calendar
  for each row execute function refuse_change_of_published();
create trigger release_not_emptied before truncate on release
  for each statement execute function refuse_change_of_published();
create trigger release_inputs_not_emptied before truncate on release_inputs
  for each statement execute function refuse_change_of_published();
create trigger indicator_value_not_emptied before truncate on indicator_value
  for each statement execute function refuse_change_of_published();
create trigger release_calendar_not_emptied before truncate on release_calendar
  for each statement execute function refuse_change_of_published();
