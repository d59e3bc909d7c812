-- Connections of ours to other people's brokers.
create table upstream (
  id text primary key,
  url text not null,
  username text,
  -- Sealed with a key derived from the platform's (store/sealed.ts).
  sealed_password bytea,
  client_id text not null,
  -- The gateway in whose name its messages enter.
  device_id text not null references device (id),
  -- [{"filter", "qos"}]
  topics jsonb not null,
  retained text not null check (retained in ('ignore', 'take')),
  ca text,
  cert text,
  sealed_key bytea,
  created_at timestamptz not null
);
