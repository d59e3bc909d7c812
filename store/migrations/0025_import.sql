-- Files by which the past was brought in, so that outputs can say which inputs nobody here observed. One row a file.
create table import_batch (
  id bigint generated always as identity primary key,
  kind text not null,
  file_sha256 bytea not null,
  -- Of the file, and what they came to: devices, device-days, spans, moves.
  rows int not null,
  items bigint not null,
  by text not null,
  at timestamptz not null,
  -- Null: it is under way, or the platform was stopped: sent again, the same file goes in whole.
  finished_at timestamptz,
  -- How many of the items were new or changed something.
  changed bigint,
  unique (kind, file_sha256)
);
