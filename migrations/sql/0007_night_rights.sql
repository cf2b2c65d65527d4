-- Who may see what of households, imports, dependency and the night. Source: spec privacy.md, dependency.md, access/rules.py.
-- Scores and flags are for the UPT of the case alone: whoever reaches a person for a referral sees none of them.

-- 1. What each database role may do at all -------------------------------------------------------------------------------

-- Users change what their verbs change and no more: no member moves to another household, no row of a file to another sum.
grant select on households to kessos_app;
grant select, insert, update on households, household_members to kessos_jobs;
grant select, insert, update (to_month, voided_at, voided_by, version) on household_members to kessos_app;
grant select, insert, update (state, done, job_id, applied_at, applied_by, version) on aid_imports to kessos_app;
grant select, insert, update on aid_imports to kessos_jobs;
grant select, insert on aid_import_files to kessos_app, kessos_jobs;
grant delete on aid_import_files to kessos_jobs;
-- One column, so that a row can be held: the program itself settles it.
grant select, update (settled_at) on aid_import_rows to kessos_app;
grant select, insert, update, delete on aid_import_rows to kessos_jobs;
grant select on score_policies to kessos_app, kessos_jobs;
grant insert on score_policies to kessos_jobs;
grant select, insert on exemptions to kessos_app;
grant update (ended_at, ended_by) on exemptions to kessos_app;
grant select on exemptions to kessos_jobs;
grant select on dependency_scores to kessos_app;
grant select, insert on dependency_scores to kessos_jobs;
grant select,
    update (state, reviewer_id, opinion, opinion_at, opinion_reason_sealed, decision, dismiss_reason, dismissed_until,
            decision_note_sealed, plan_id, plan_step_id, closed_at, closed_by, version) on dependency_flags to kessos_app;
grant select, insert, update on dependency_flags to kessos_jobs;
grant select on nights to kessos_app;
grant select, insert, update on nights to kessos_jobs;
grant select, insert, update, delete on night_chunks to kessos_jobs;
grant select on digests to kessos_app;
grant select, insert, update, delete on digests to kessos_jobs;
-- What a night forgets: sign-ins that ended long ago, jobs that are done.
grant select (id, expires_at, revoked_at), delete on tokens to kessos_jobs;
grant delete on jobs to kessos_jobs;

-- 2. Row-level security ---------------------------------------------------------------------------------------------------

do $$
declare
    protected text;
begin
    foreach protected in array array['households', 'household_members', 'aid_imports', 'aid_import_files',
        'aid_import_rows', 'exemptions', 'dependency_scores', 'dependency_flags', 'digests', 'nights'] loop
        execute format('alter table %I enable row level security, force row level security', protected);
    end loop;
    foreach protected in array array['households', 'household_members', 'aid_imports', 'aid_import_files',
        'aid_import_rows', 'exemptions', 'dependency_scores', 'dependency_flags', 'digests', 'nights',
        'tokens'] loop
        execute format('create policy jobs on %I to kessos_jobs using ((select acting_system()))
                        with check ((select acting_system()))', protected);
    end loop;
    foreach protected in array array['aid_import_files', 'aid_import_rows'] loop
        execute format('create policy import on %1$I to kessos_app
                        using (exists (select from aid_imports i where i.id = %1$I.import_id))
                        with check (exists (select from aid_imports i where i.id = %1$I.import_id))', protected);
    end loop;
end
$$;

create policy reach on household_members to kessos_app
    using ((select scope_of('household')) is not null
           and exists (select from client_access a where a.client_id = household_members.client_id))
    with check ((select scope_of('household')) is not null
                and exists (select from client_access a where a.client_id = household_members.client_id));
-- A household is seen by whoever sees a member, and by nobody because he once registered it: the program itself does that.
create policy reach on households for select to kessos_app
    using (exists (select from household_members m where m.household_id = households.id));

-- A line is seen with the person it is for, or with any member of its household.
drop policy casework on disbursements;
create policy casework on disbursements to kessos_app
    using ((select scope_of('case')) is not null
           and (exists (select from client_access a where a.client_id = disbursements.client_id)
                or exists (select from household_members m where m.household_id = disbursements.household_id)))
    with check ((select scope_of('case')) is not null
           and (exists (select from client_access a where a.client_id = disbursements.client_id)
                or exists (select from household_members m where m.household_id = disbursements.household_id)));

create policy office on aid_imports to kessos_app
    using (organisation_id = any ((select scope_organisations('aid_import'))::uuid[]))
    with check (organisation_id = any ((select scope_organisations('aid_import'))::uuid[]));

create policy reach on exemptions to kessos_app
    using ((select scope_of('dependency')) is not null
           and exists (select from client_access a where a.client_id = exemptions.client_id)
           and exists (select from cases c where c.client_id = exemptions.client_id))
    with check ((select scope_of('dependency')) is not null
                and exists (select from client_access a where a.client_id = exemptions.client_id)
                and exists (select from cases c where c.client_id = exemptions.client_id));
create policy case_office on dependency_scores for select to kessos_app
    using ((select scope_of('dependency')) is not null
           and exists (select from client_access a where a.client_id = dependency_scores.client_id)
           and exists (select from cases c where c.client_id = dependency_scores.client_id));
create policy case_office on dependency_flags to kessos_app
    using (organisation_id = any ((select scope_organisations('dependency'))::uuid[]));

create policy own on digests for select to kessos_app using (user_id = (select actor_id()));
create policy read on nights for select to kessos_app using ((select scope_has('night', 'all')));
-- How far a night is; nobody has started it, so it is nobody's own.
create policy night on jobs for select to kessos_app
    using (name = 'nights.run' and (select scope_has('night', 'all')));
-- How far a file is, whichever colleague has started its latest job.
create policy import on jobs for select to kessos_app
    using (name in ('aid.check_import', 'aid.apply_import')
           and exists (select from aid_imports i where i.id = (jobs.args ->> 'import_id')::uuid));

-- 3. What only grows ------------------------------------------------------------------------------------------------------

create trigger append_only before update or delete on dependency_scores
    for each statement execute function refuse_change();
