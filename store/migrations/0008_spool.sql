-- How far each platform's local spool was emptied into this database: everything up to message `done` of segment `seq`.
-- Written in the transaction that stores those messages, so that none is stored or counted twice, whatever happens between
-- this commit and the spool's own.
create table spool_position (
  spool_id text primary key,
  seq bigint not null,
  done int not null
);
