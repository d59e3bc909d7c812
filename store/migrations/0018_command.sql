-- What devices were asked to do, and what became of it: the queue, and its history.
create table command (
  id text primary key,
  -- The order in which they were asked for.
  seq bigint generated always as identity unique,
  device_id text not null references device (id),
  entity_id text not null references entity (id),
  name text not null,
  args jsonb not null,
  status text not null check (status in ('queued', 'sent', 'done', 'failed', 'expired', 'cancelled')),
  by text not null,
  note text,
  -- The caller's own: the same command asked for twice is one.
  key text,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  sent_at timestamptz,
  ended_at timestamptz,
  -- When its device answered; after expires_at the answer changed nothing but the words.
  answered_at timestamptz,
  detail text,
  -- Whether the quantity that tells it was seen to follow; null: no quantity tells.
  reported text check (reported in ('awaited', 'reached', 'missed')),
  reported_at timestamptz,
  -- The newer one that took its place.
  replaced_by text
);
create unique index command_key on command (entity_id, key) where key is not null;
create index command_open on command (device_id, seq) where status in ('queued', 'sent');
create index command_entity on command (entity_id, seq desc);
create index command_ended on command (ended_at) where ended_at is not null;
