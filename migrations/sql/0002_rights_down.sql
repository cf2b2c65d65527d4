do $$
declare
    found record;
begin
    for found in select tgname, tgrelid::regclass as place from pg_trigger where tgname = 'append_only' loop
        execute format('drop trigger %I on %s', found.tgname, found.place);
    end loop;
    for found in select policyname, tablename from pg_policies where schemaname = 'public' loop
        execute format('drop policy %I on %I', found.policyname, found.tablename);
    end loop;
    grant create on schema public to kessos_search;
    alter table client_search owner to kessos_owner;
    revoke create on schema public from kessos_search;
    for found in select relname from pg_class where relrowsecurity and relnamespace = 'public'::regnamespace loop
        execute format('alter table %I disable row level security, no force row level security', found.relname);
    end loop;
    for found in select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version' loop
        execute format('revoke all on %I from kessos_app, kessos_jobs, kessos_search', found.tablename);
    end loop;
    for found in select p.oid::regprocedure as name, p.proowner::regrole as owner from pg_proc p
        where p.pronamespace = 'public'::regnamespace and p.proowner in ('kessos_owner'::regrole, 'kessos_search'::regrole)
        order by p.proname in ('scope_of', 'refuse_change') loop
        execute format('set local role %s', found.owner);
        execute format('drop function %s', found.name);
        execute 'set local role kessos_owner';
    end loop;
end
$$;
