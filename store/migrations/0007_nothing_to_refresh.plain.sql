-- Plain views are computed at each read: nothing has to be remembered, and no job would take it away.
create function ignore_row() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger rollup_refresh_ignore before insert on rollup_refresh for each row execute function ignore_row();
