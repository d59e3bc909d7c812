-- What devices of one make have in common: how their messages are read, and what they are.
create table profile (
  id text primary key,
  name text not null default '',
  -- Null: the topic alone decides.
  codec text,
  -- Topic filters within which the codec holds; none: all topics but the platform's own.
  topics text[] not null default '{}',
  entity_type text,
  interval_s int check (interval_s > 0),
  access text check (access in ('cellular', 'lpwan', 'wired', 'short-range', 'satellite')),
  utc_offset_minutes int check (utc_offset_minutes between -900 and 900),
  -- By field name: {"quantity", "channel"?, "unit"?}, or null for what is left out.
  fields jsonb not null default '{}',
  -- A program with decodeUplink, Decoder or Decode; and what it must give of given bytes.
  decoder text,
  decoder_examples jsonb not null default '[]',
  -- A JSONata expression, for the codec 'mapping'.
  mapping text,
  updated_at timestamptz not null
);

-- Reads messages of a topic that no profile decides on.
create table mapping (
  id text primary key,
  topic_filter text not null,
  -- Null: of any gateway.
  gateway text references device (id),
  expression text not null,
  updated_at timestamptz not null
);

alter table device
  add column profile text references profile (id),
  -- Gateways that may speak for it; none yet: the first one that does.
  add column gateways text[] not null default '{}',
  -- Of a gateway: what becomes of devices it speaks for that nobody has registered.
  add column children jsonb,
  add column groups text[] not null default '{}',
  -- Made by its gateway's rule, and not looked at by a person since.
  add column is_unclaimed boolean not null default false,
  -- The secret before the last renewal works until then.
  add column previous_secret_hash bytea,
  add column previous_secret_until timestamptz;

-- The last births and descriptions of senders whose later messages cannot be read without them.
create table remembered_message (
  device_id text not null,
  topic text not null,
  payload bytea not null,
  received_at timestamptz not null,
  primary key (device_id, topic)
);

-- A token with which devices register themselves, a number of times, for a time.
create table claim (
  id text primary key,
  name text not null,
  token_hash bytea not null,
  profile text references profile (id),
  type text not null,
  area text,
  groups text[] not null default '{}',
  id_prefix text not null default '',
  uses_max int not null check (uses_max > 0),
  uses int not null default 0,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  revoked_at timestamptz,
  check (uses <= uses_max)
);
