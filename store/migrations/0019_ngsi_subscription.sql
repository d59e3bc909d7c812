-- Subscriptions of NGSI-LD (ETSI GS CIM 009, 5.2.12): as they were asked for, and how their delivery goes.
create table ngsi_subscription (
  id text primary key,
  document jsonb not null,
  -- Whoever made it may have a private or loopback address notified.
  may_stay_inside boolean not null,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  times_sent bigint not null default 0,
  times_failed bigint not null default 0,
  last_notification timestamptz,
  last_success timestamptz,
  last_failure timestamptz
);
