-- Who changed what: append-only, and each row sealed over the one before it.
create table audit (
  -- 1, 2, 3 … without a gap: a row that is missing shows.
  id bigint primary key,
  time timestamptz not null,
  -- token:<id>, oidc:<subject>, platform, anonymous
  actor text not null,
  actor_name text not null,
  role text,
  action text not null,
  targets text[] not null,
  address text,
  -- Text, not jsonb: the hash is over its bytes.
  summary text not null check (octet_length(summary) <= 8192),
  prev_hash bytea not null,
  -- SHA-256(prev_hash, canonical JSON of the row), see store/audit.ts.
  hash bytea not null
);
create index audit_time on audit (time);
create index audit_actor on audit (actor, id);
create index audit_action on audit (action, id);
create index audit_targets on audit using gin (targets);

create function audit_stays() returns trigger language plpgsql as
$$ begin raise exception 'the audit log is append-only'; end $$;
create trigger audit_row_stays before update or delete on audit for each row execute function audit_stays();
create trigger audit_table_stays before truncate on audit for each statement execute function audit_stays();
