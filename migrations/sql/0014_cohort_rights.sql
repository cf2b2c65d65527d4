-- Who may see what of the lives that a night draws for the cohort reports: the reports, under their own name, and nobody else.
-- Source: spec privacy.md, docs/adr/0033.

-- Which drawing is whole tells nothing of anybody.
grant select, insert, delete on cohort_drawings to kessos_jobs;
grant select, insert, delete on cohort_lives to kessos_jobs;
-- New days must be known to the planner before anybody reads them.
grant maintain on cohort_lives to kessos_jobs;

create function acting_for_reports() returns boolean language sql stable parallel safe
as $$ select coalesce(current_setting('kessos.system', true), '') = 'reports' $$;

alter table cohort_lives enable row level security, force row level security;
create policy reports on cohort_lives to kessos_jobs, kessos_owner
    using ((select acting_for_reports())) with check ((select acting_for_reports()));

-- Whose case is deleted is in no figure any more, at once: not in a life that another case of a chain began, either.
create function forget_lives() returns trigger language plpgsql security definer set search_path = pg_catalog, public
as $$
declare
    v_system text := coalesce(current_setting('kessos.system', true), '');
begin
    perform set_config('kessos.system', 'reports', true);
    delete from cohort_lives where client_id = old.client_id;
    perform set_config('kessos.system', v_system, true);
    return null;
end
$$;
create trigger forget_lives after delete on cases for each row execute function forget_lives();
