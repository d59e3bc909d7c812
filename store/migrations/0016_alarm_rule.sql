-- Alarm rules: a user's own, and what was changed of those that come with the entity types.
create table alarm_rule (
  id text primary key,
  document jsonb not null,
  enabled boolean not null default true,
  origin text not null check (origin in ('model', 'user')),
  revision integer not null default 1,
  updated_at timestamptz not null,
  updated_by text not null
);
