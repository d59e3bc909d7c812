-- Files by which the past was brought in, so that outputs can say which inputs nobody here observed. One row a file.
create table import_batch (
  id bigint generated always as identity primary key,
  kind text not null,
  file_sha256 bytea not null,
  rows int not null,
  by text not null,
  at timestamptz not null,
  -- Null: it is under way, or the platform was stopped: the same file, sent again, goes in whole.
  finished_at timestamptz,
  -- Of what the rows came to (devices, days, spans, moves), how many were new or changed something.
  changed bigint,
  unique (kind, file_sha256)
);
