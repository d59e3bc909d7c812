-- How people call an entity, and what no sensor tells of it.
alter table entity add column name text, add column attributes jsonb not null default '{}';

-- Severities are the four priorities of ISA-18.2; what an alarm says is said in Vietnamese too.
alter table alarm drop constraint alarm_severity_check;
update alarm set severity = case severity when 'info' then 'low' when 'warning' then 'medium' else severity end;
alter table alarm
  add constraint alarm_severity_check check (severity in ('low', 'medium', 'high', 'critical')),
  add column text_vi text;
