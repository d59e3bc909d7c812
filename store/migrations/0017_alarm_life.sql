-- What people do with an alarm, and what hangs together.
alter table alarm
  -- A person's word against the rule's; it stays while the alarm is counted on.
  add column set_severity text check (set_severity in ('low', 'medium', 'high', 'critical')),
  add column shelved_until timestamptz,
  add column shelved_by text,
  -- The alarm that this one follows from.
  add column group_id bigint references alarm (id) on delete set null;
create index alarm_group on alarm (group_id) where group_id is not null;
create index alarm_shelved on alarm (key) where shelved_until is not null;
create index alarm_entity on alarm (entity_id, id desc) where entity_id is not null;

create table alarm_event (
  id bigint generated always as identity primary key,
  alarm_id bigint not null references alarm (id) on delete cascade,
  time timestamptz not null,
  what text not null,
  -- Null: the platform itself.
  by text,
  note text
);
create index alarm_event_alarm on alarm_event (alarm_id, id);

-- Where word of alarms goes.
create table notification_channel (
  id text primary key,
  name text not null,
  kind text not null check (kind in ('webhook', 'email')),
  -- What is no secret: {"url"}, or {"host", "port", "from", "to", …}
  settings jsonb not null,
  -- Sealed with a key derived from the platform's (store/sealed.ts).
  sealed_secret bytea,
  -- The least severity that it tells of.
  severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
  kinds text[] not null,
  area text,
  domain text,
  remind_minutes int check (remind_minutes > 0),
  is_enabled boolean not null,
  created_at timestamptz not null
);

-- What is to be told, and what was. One message a channel, alarm and event.
create table notification (
  channel_id text not null references notification_channel (id) on delete cascade,
  alarm_id bigint not null references alarm (id) on delete cascade,
  event text not null check (event in ('raised', 'cleared', 'reminder')),
  made_at timestamptz not null,
  next_try_at timestamptz not null,
  attempts int not null default 0,
  sent_at timestamptz,
  given_up_at timestamptz,
  fault text,
  primary key (alarm_id, channel_id, event)
);
create index notification_waiting on notification (next_try_at) where sent_at is null and given_up_at is null;
