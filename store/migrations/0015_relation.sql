-- How entities hang together. What is taken away stays, with the time, so that the past can be shown as it was.
create table relation (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('feeds', 'measures', 'part-of', 'located-in')),
  from_entity text not null references entity (id),
  to_entity text not null references entity (id),
  created_at timestamptz not null,
  removed_at timestamptz,
  check (from_entity <> to_entity)
);
create unique index relation_in_force on relation (from_entity, to_entity, kind) where removed_at is null;
