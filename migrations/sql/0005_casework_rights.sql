-- Who may see what of cases, plans, training, work, aid and graduation. Source: spec privacy.md, access/rules.py.
-- Two kinds of table: an episode's own (seen by its UPT, and by the one that took the person over) and facts about a
-- person (seen by whoever does casework and reaches the person on a ground that holds now).

-- 1. What each database role may do at all -------------------------------------------------------------------------------

grant select on services, service_capacities, agreements, service_pauses, courses, batches to kessos_app, kessos_jobs;
grant insert, update on services, service_capacities, courses, batches to kessos_app, kessos_jobs;
grant insert on agreements, service_pauses to kessos_app;
grant update (ends_on) on agreements, service_pauses to kessos_app;

grant select, insert, update on tasks, cases, case_transfers, assessments, plans, plan_goals, plan_steps, reunifications,
    offers, enrolments, attendances, placements, graduation_reviews to kessos_app, kessos_jobs;
grant select, insert on case_transitions, case_texts, case_agreements, conferences, visits, placement_checks,
    income_statements, disbursements, graduation_signatures, client_voices, relapses, consents, alerts
    to kessos_app, kessos_jobs;
grant update (withdrawn_at, withdrawn_by) on consents to kessos_app, kessos_jobs;
grant update (ended_at, ended_by, until_on) on alerts to kessos_app, kessos_jobs;
-- The goals and steps of a draft are written anew when it is saved again; a trigger keeps all others.
grant delete on plan_goals, plan_steps to kessos_app;

-- What the program does for everybody at once: clocks, nights, a death, the way between two offices.
grant select on users, grants to kessos_jobs;
revoke select on users from kessos_jobs;
grant select (id, username, name, organisation_id, is_active, created_at, version) on users to kessos_jobs;
grant select, insert, update on clients, client_access, client_search to kessos_jobs;
grant select on client_categories, referral_photos to kessos_jobs;
grant select, insert on timeline_entries, referral_transitions, referral_texts to kessos_jobs;
grant update on referrals to kessos_jobs;

-- 2. Row-level security ---------------------------------------------------------------------------------------------------

do $$
declare
    protected text;
begin
    foreach protected in array array['tasks', 'consents', 'alerts', 'cases', 'case_transitions', 'case_texts',
        'case_agreements', 'case_transfers', 'assessments', 'plans', 'plan_goals', 'plan_steps', 'conferences', 'visits',
        'reunifications', 'offers', 'enrolments', 'attendances', 'placements', 'placement_checks', 'income_statements',
        'disbursements', 'graduation_reviews', 'graduation_signatures', 'client_voices', 'relapses'] loop
        execute format('alter table %I enable row level security, force row level security', protected);
        execute format('create policy jobs on %I to kessos_jobs using ((select acting_system()))
                        with check ((select acting_system()))', protected);
    end loop;
    -- Of these the program so far had no rights as itself.
    foreach protected in array array['clients', 'client_access', 'client_categories', 'client_search',
        'timeline_entries', 'referral_transitions', 'referral_texts', 'referral_photos'] loop
        execute format('create policy jobs on %I to kessos_jobs using ((select acting_system()))
                        with check ((select acting_system()))', protected);
    end loop;
    -- What belongs to an episode.
    foreach protected in array array['case_transitions', 'case_texts', 'case_agreements', 'assessments', 'plans',
        'plan_goals', 'plan_steps', 'conferences', 'reunifications'] loop
        execute format('create policy episode on %1$I to kessos_app
                        using (exists (select from cases c where c.id = %1$I.case_id))
                        with check (exists (select from cases c where c.id = %1$I.case_id))', protected);
    end loop;
    -- What is a fact about a person: for casework, on a ground.
    foreach protected in array array['enrolments', 'attendances', 'placements', 'placement_checks', 'income_statements',
        'disbursements', 'client_voices', 'relapses'] loop
        execute format('create policy casework on %1$I to kessos_app
                        using ((select scope_of(''case'')) is not null
                               and exists (select from client_access a where a.client_id = %1$I.client_id))
                        with check ((select scope_of(''case'')) is not null
                               and exists (select from client_access a where a.client_id = %1$I.client_id))', protected);
    end loop;
    foreach protected in array array['consents', 'alerts'] loop
        execute format('create policy reach on %1$I to kessos_app
                        using ((select scope_of(%2$L)) is not null
                               and exists (select from client_access a where a.client_id = %1$I.client_id))
                        with check (exists (select from client_access a where a.client_id = %1$I.client_id))',
                       protected, left(protected, -1));
    end loop;
end
$$;

create policy reach on cases for select to kessos_app
    using (organisation_id = any ((select scope_organisations('case'))::uuid[])
           or successor_organisation_id = any ((select scope_organisations('case'))::uuid[]));
create policy open on cases for insert to kessos_app
    with check (organisation_id = any ((select scope_organisations('case'))::uuid[]));
create policy move on cases for update to kessos_app
    using (organisation_id = any ((select scope_organisations('case'))::uuid[]));

create policy both_offices on case_transfers to kessos_app
    using (from_organisation_id = any ((select scope_organisations('case'))::uuid[])
           or to_organisation_id = any ((select scope_organisations('case'))::uuid[]))
    with check (from_organisation_id = any ((select scope_organisations('case'))::uuid[])
           or to_organisation_id = any ((select scope_organisations('case'))::uuid[]));

-- Whoever asks another desk for something sees what becomes of it (and PostgreSQL lets nobody insert, with ON CONFLICT, what
-- he may not see).
create policy desk on tasks for select to kessos_app
    using (user_id = (select actor_id()) or created_by = (select actor_id())
           or organisation_id = any ((select scope_organisations('task'))::uuid[]));
create policy ask on tasks for insert to kessos_app with check (created_by = (select actor_id()));
create policy settle on tasks for update to kessos_app
    using (user_id = (select actor_id()) or organisation_id = any ((select scope_organisations('task'))::uuid[]));

-- A TKSK writes down the visits that he makes, and sees those.
create policy casework on visits for select to kessos_app
    using (recorded_by = (select actor_id())
           or ((select scope_of('case')) is not null
               and exists (select from client_access a where a.client_id = visits.client_id)));
create policy visit on visits for insert to kessos_app
    with check (recorded_by = (select actor_id())
                and exists (select from client_access a where a.client_id = visits.client_id));

create policy reach on offers for select to kessos_app
    using (organisation_id = any ((select scope_organisations('offer'))::uuid[])
           or sender_id = (select actor_id())
           or province_code = any ((select scope_regions('offer'))::text[])
           or regency_code = any ((select scope_regions('offer'))::text[])
           or district_code = any ((select scope_regions('offer'))::text[]));
create policy make on offers for insert to kessos_app
    with check (province_code = any ((select scope_regions('offer'))::text[])
                or regency_code = any ((select scope_regions('offer'))::text[])
                or district_code = any ((select scope_regions('offer'))::text[]));
create policy answer on offers for update to kessos_app
    using (organisation_id = any ((select scope_organisations('offer'))::uuid[])
           or sender_id = (select actor_id())
           or province_code = any ((select scope_regions('offer'))::text[])
           or regency_code = any ((select scope_regions('offer'))::text[])
           or district_code = any ((select scope_regions('offer'))::text[]));

-- The co-signer of another office sees the verdict that he is asked to sign, and its signatures; nothing else.
create policy reach on graduation_reviews for select to kessos_app
    using (organisation_id = any ((select scope_organisations('graduation'))::uuid[])
           or (co_signer_id = (select actor_id()) and (select scope_of('graduation')) is not null));
create policy open on graduation_reviews for insert to kessos_app
    with check (organisation_id = any ((select scope_organisations('graduation'))::uuid[]));
create policy sign on graduation_reviews for update to kessos_app
    using (organisation_id = any ((select scope_organisations('graduation'))::uuid[])
           or (co_signer_id = (select actor_id()) and (select scope_of('graduation')) is not null));
create policy reach on graduation_signatures for select to kessos_app
    using (exists (select from graduation_reviews r where r.id = review_id));
create policy sign on graduation_signatures for insert to kessos_app
    with check (user_id = (select actor_id()) and exists (select from graduation_reviews r where r.id = review_id));

-- A receiver reaches the referrals that are offered to it or that it serves now. The array is computed once a statement
-- and can be looked up by index; a subquery for each row would cost the desk's lists their order.
create function offered_referrals() returns uuid[] language sql stable
as $$
    select array(select o.referral_id from offers o
                 where o.ended_at is null and o.organisation_id = any (scope_organisations('offer')))
$$;

drop policy reach on referrals;
create policy reach on referrals for select to kessos_app
    using ((sender_id = (select actor_id()) and (select scope_of('referral')) is not null)
           or sender_organisation_id = any ((select scope_organisations('referral'))::uuid[])
           or province_code = any ((select scope_regions('referral'))::text[])
           or regency_code = any ((select scope_regions('referral'))::text[])
           or district_code = any ((select scope_regions('referral'))::text[])
           or id = any ((select offered_referrals())::uuid[]));
drop policy move on referrals;
create policy move on referrals for update to kessos_app
    using (sender_id = (select actor_id())
           or province_code = any ((select scope_regions('referral'))::text[])
           or regency_code = any ((select scope_regions('referral'))::text[])
           or district_code = any ((select scope_regions('referral'))::text[])
           or id = any ((select offered_referrals())::uuid[]));
drop policy jobs on referrals;
create policy jobs on referrals to kessos_jobs using ((select acting_system())) with check ((select acting_system()));

-- Case workers see a person's whole timeline; a desk that reaches him for a referral sees what concerns referrals.
drop policy reach on timeline_entries;
create policy reach on timeline_entries for select to kessos_app
    using ((visibility = 'referral' or (select scope_of('case')) is not null)
           and exists (select from client_access a where a.client_id = timeline_entries.client_id));
-- Senders and receivers move referrals of people whom they do not reach themselves.
drop policy write on timeline_entries;
create policy write on timeline_entries for insert to kessos_app
    with check (user_id = (select actor_id())
                and (exists (select from client_access a where a.client_id = timeline_entries.client_id)
                     or exists (select from referrals r where r.client_id = timeline_entries.client_id)));

-- 3. What only grows, and what is final -----------------------------------------------------------------------------------

do $$
declare
    kept text;
begin
    foreach kept in array array['case_transitions', 'case_texts', 'case_agreements', 'conferences', 'visits',
        'placement_checks', 'income_statements', 'disbursements', 'graduation_signatures', 'client_voices', 'relapses'] loop
        execute format('create trigger append_only before update or delete on %I
                        for each statement execute function refuse_change()', kept);
    end loop;
end
$$;

create function keep_completed() returns trigger language plpgsql
as $$
begin
    if old.state <> 'draft' and (new.answers_sealed, new.scores, new.instrument, new.instrument_version, new.completed_at)
            is distinct from (old.answers_sealed, old.scores, old.instrument, old.instrument_version, old.completed_at) then
        raise exception 'a completed assessment is final' using errcode = '42501';
    end if;
    return new;
end
$$;
create trigger completed_is_final before update on assessments for each row execute function keep_completed();

-- The words of a plan that has been proposed are what people agreed to.
create function keep_proposed() returns trigger language plpgsql
as $$
begin
    if not exists (select from plans p where p.id = old.plan_id and p.state = 'draft')
       and (tg_op = 'DELETE' or new.text_sealed is distinct from old.text_sealed) then
        raise exception 'a proposed plan is final' using errcode = '42501';
    end if;
    return case tg_op when 'DELETE' then old else new end;
end
$$;
create trigger proposed_is_final before update or delete on plan_goals for each row execute function keep_proposed();
create trigger proposed_is_final before update or delete on plan_steps for each row execute function keep_proposed();
