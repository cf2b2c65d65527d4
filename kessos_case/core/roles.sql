-- The fixed roles of the database. They belong to the server, not to one database, so this may run many times.
-- kessos_owner  owns the tables (DDL)           kessos_app     web requests and what users start
-- kessos_jobs   nightly and background work     kessos_search  owns client_search and its functions, nothing else
-- kessos_login  what the program connects as: may become app or jobs, and is nothing by itself
do $$
declare
    wanted text;
begin
    perform pg_advisory_xact_lock(7203000);
    foreach wanted in array array['kessos_owner', 'kessos_app', 'kessos_jobs', 'kessos_search', 'kessos_retention'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            begin
                execute format('create role %I nologin noinherit', wanted);
            exception when duplicate_object or unique_violation then
                null;  -- another database of the same server was first
            end;
        end if;
    end loop;
    if not exists (select from pg_roles where rolname = 'kessos_login') then
        begin
            create role kessos_login login noinherit;
        exception when duplicate_object or unique_violation then
            null;
        end;
    end if;
    if not pg_has_role('kessos_login', 'kessos_app', 'set') then
        grant kessos_app, kessos_jobs, kessos_retention to kessos_login with inherit false, set true;
    end if;
    foreach wanted in array array['kessos_owner', 'kessos_app', 'kessos_jobs', 'kessos_search', 'kessos_retention'] loop
        if not pg_has_role(current_user, wanted, 'set') then
            execute format('grant %I to current_user with inherit false, set true', wanted);
        end if;
    end loop;
    -- Migrations must be able to alter the table that kessos_search owns.
    if not pg_has_role('kessos_owner', 'kessos_search', 'usage') then
        grant kessos_search to kessos_owner with inherit true, set true;
    end if;
end
$$;
create extension if not exists pg_trgm;
-- Equality of ids beside overlapping days in one exclusion constraint.
create extension if not exists btree_gist;
do $$
begin
    if not has_schema_privilege('kessos_owner', 'public', 'create with grant option') then
        grant usage, create on schema public to kessos_owner with grant option;
    end if;
    grant usage on schema public to kessos_app, kessos_jobs, kessos_search, kessos_retention, kessos_login;
end
$$;
