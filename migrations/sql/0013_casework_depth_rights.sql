-- Who may see what of notes, papers, conferences to come, tapers, the house of a UPT, applications, businesses and mentors.
-- Source: spec privacy.md, access/rules.py.

-- 1. What each database role may do at all -------------------------------------------------------------------------------

-- What is public within the office: what a course asks for, vacancies, rooms and how long people are meant to stay.
grant select on course_requirements, vacancies, wards, ward_beds, house_rules to kessos_app, kessos_jobs;
grant insert, delete on course_requirements to kessos_app;
-- What became of those who passed a course, as everybody may be told: counted by the program, anew each night.
grant select on course_records to kessos_app, kessos_jobs;
grant insert, delete on course_records to kessos_jobs;
grant insert, update on vacancies, wards, ward_beds, house_rules to kessos_app;
grant update on vacancies, wards to kessos_jobs;

-- What only grows.
grant select, insert on plan_signatures, note_addenda, stay_events, shift_entries, business_months, business_capital
    to kessos_app, kessos_jobs;
-- The taper of a draft is written anew with it; a trigger keeps all others.
grant select, insert, delete on aid_tapers, taper_steps to kessos_app;
grant select on aid_tapers, taper_steps to kessos_jobs;

grant select, insert, update (planned_at, place_sealed, agenda_sealed, state, conference_id, version) on conference_calls
    to kessos_app;
grant select, update (state, version) on conference_calls to kessos_jobs;
-- Whoever holds a link has no account: the program itself answers him.
grant select, insert, update (revoked_at, said_sealed) on conference_guests to kessos_app;
grant select, update on conference_guests to kessos_jobs;
grant select, insert, update (plan_id, let_go_reason, settled_at, settled_by) on conference_decisions to kessos_app;
grant select on conference_decisions to kessos_jobs;
grant select, insert, update (kind, level, happened_on, text_sealed, changed_at, version) on case_notes to kessos_app;
grant select on case_notes to kessos_jobs;
grant select, insert, update (level, content_sealed, removed_at, removed_by, removed_reason) on attachments to kessos_app;
grant select on attachments to kessos_jobs;

grant select, insert on stays, bed_waits, shift_logs to kessos_app;
grant update (ward_id, planned_until, review_on, away_until, discharged_at, discharge_reason, version) on stays
    to kessos_app, kessos_jobs;
grant update (sex, urgency, state, left_reason, ended_at, version) on bed_waits to kessos_app, kessos_jobs;
grant update (handed_over_at, handed_over_by, version) on shift_logs to kessos_app;
grant select on stays, bed_waits, shift_logs to kessos_jobs;

grant select, insert on applications to kessos_app;
grant update (state, interview_on, ended_on, end_reason, placement_id, version) on applications to kessos_app, kessos_jobs;
grant select on applications to kessos_jobs;
grant select, insert, update (revoked_at) on employer_inquiries to kessos_app;
grant select, update on employer_inquiries to kessos_jobs;

grant select, insert on mentors, mentorings to kessos_app;
grant update (skills, free_for, business_sealed, region_code, most_at_once, until_on, version) on mentors
    to kessos_app, kessos_jobs;
grant update (state, client_agreed_on, mentor_agreed_on, first_met_on, ended_on, outcome, mentor_outcome, note_sealed, version)
    on mentorings to kessos_app, kessos_jobs;
grant select on mentors, mentorings to kessos_jobs;

-- 2. Row-level security ---------------------------------------------------------------------------------------------------

do $$
declare
    protected text;
begin
    foreach protected in array array['plan_signatures', 'aid_tapers', 'taper_steps', 'conference_calls', 'conference_guests',
        'conference_decisions', 'case_notes', 'note_addenda', 'attachments', 'stays', 'stay_events', 'bed_waits', 'shift_logs',
        'shift_entries', 'applications', 'employer_inquiries', 'business_months', 'business_capital', 'mentors',
        'mentorings'] loop
        execute format('alter table %I enable row level security, force row level security', protected);
        execute format('create policy jobs on %I to kessos_jobs using ((select acting_system()))
                        with check ((select acting_system()))', protected);
    end loop;
    -- What belongs to an episode.
    foreach protected in array array['plan_signatures', 'aid_tapers', 'taper_steps', 'conference_calls', 'conference_guests',
        'conference_decisions'] loop
        execute format('create policy episode on %1$I to kessos_app
                        using (exists (select from cases c where c.id = %1$I.case_id))
                        with check (exists (select from cases c where c.id = %1$I.case_id))', protected);
    end loop;
    -- What is a fact about a person: for casework, on a ground.
    foreach protected in array array['applications', 'employer_inquiries', 'business_months', 'business_capital'] loop
        execute format('create policy casework on %1$I to kessos_app
                        using ((select scope_of(''case'')) is not null
                               and exists (select from client_access a where a.client_id = %1$I.client_id))
                        with check ((select scope_of(''case'')) is not null
                               and exists (select from client_access a where a.client_id = %1$I.client_id))', protected);
    end loop;
    -- What is told in confidence: for its author, the case's caseworker and the supervisors of the UPT where it was told.
    foreach protected in array array['case_notes', 'attachments'] loop
        execute format('create policy episode on %1$I for select to kessos_app
                        using (exists (select from cases c where c.id = %1$I.case_id
                                       and (%1$I.level = ''team'' or %1$I.written_by = (select actor_id())
                                            or c.caseworker_id = (select actor_id())
                                            or %1$I.organisation_id
                                               = any ((select scope_organisations(''confidential''))::uuid[]))))', protected);
        execute format('create policy write on %1$I for insert to kessos_app
                        with check (written_by = (select actor_id())
                                    and organisation_id = any ((select scope_organisations(''note''))::uuid[])
                                    and exists (select from cases c where c.id = %1$I.case_id))', protected);
    end loop;
    -- The house belongs to its UPT: who slept there is not told to the next one.
    foreach protected in array array['stays', 'bed_waits', 'shift_logs', 'shift_entries'] loop
        execute format('create policy house on %I to kessos_app
                        using (organisation_id = any ((select scope_organisations(''residence''))::uuid[]))
                        with check (organisation_id = any ((select scope_organisations(''residence''))::uuid[]))', protected);
    end loop;
end
$$;

-- Its author alone changes a note; a paper is taken out by whoever may read it.
create policy change on case_notes for update to kessos_app using (written_by = (select actor_id()));
create policy remove on attachments for update to kessos_app
    using (organisation_id = any ((select scope_organisations('note'))::uuid[]));
create policy note on note_addenda for select to kessos_app
    using (exists (select from case_notes n where n.id = note_addenda.note_id));
create policy write on note_addenda for insert to kessos_app
    with check (written_by = (select actor_id()) and exists (select from case_notes n where n.id = note_addenda.note_id));
create policy house on stay_events to kessos_app
    using (exists (select from stays s where s.id = stay_events.stay_id))
    with check (exists (select from stays s where s.id = stay_events.stay_id));

-- A mentor is kept by the UPT that he graduated from; another that looks for one is answered by the program, without a name.
create policy office on mentors to kessos_app
    using (organisation_id = any ((select scope_organisations('mentor'))::uuid[]))
    with check (organisation_id = any ((select scope_organisations('mentor'))::uuid[]));
create policy both_offices on mentorings to kessos_app
    using (organisation_id = any ((select scope_organisations('mentor'))::uuid[])
           or mentor_organisation_id = any ((select scope_organisations('mentor'))::uuid[]))
    with check (organisation_id = any ((select scope_organisations('mentor'))::uuid[])
           or mentor_organisation_id = any ((select scope_organisations('mentor'))::uuid[]));

-- 3. What only grows, and what is final -----------------------------------------------------------------------------------

do $$
declare
    kept text;
begin
    foreach kept in array array['plan_signatures', 'note_addenda', 'stay_events', 'shift_entries', 'business_months',
        'business_capital'] loop
        execute format('create trigger append_only before update or delete on %I
                        for each statement execute function refuse_change()', kept);
    end loop;
end
$$;

-- What was proposed to the person and to the supervisor is what holds: how aid steps down, and what a step costs.
create function keep_agreed_taper() returns trigger language plpgsql
as $$
begin
    if not exists (select from plans p
                   where p.id = case tg_op when 'DELETE' then old.plan_id else new.plan_id end and p.state = 'draft') then
        raise exception 'a proposed plan is final' using errcode = '42501';
    end if;
    return case tg_op when 'DELETE' then old else new end;
end
$$;
create trigger proposed_is_final before insert or update or delete on aid_tapers
    for each row execute function keep_agreed_taper();
create trigger proposed_is_final before insert or update or delete on taper_steps
    for each row execute function keep_agreed_taper();

create function keep_agreed_cost() returns trigger language plpgsql
as $$
begin
    if (new.cost, new.cost_source, new.programme_code) is distinct from (old.cost, old.cost_source, old.programme_code)
       and not exists (select from plans p where p.id = old.plan_id and p.state = 'draft') then
        raise exception 'a proposed plan is final' using errcode = '42501';
    end if;
    return new;
end
$$;
create trigger cost_is_final before update on plan_steps for each row execute function keep_agreed_cost();
