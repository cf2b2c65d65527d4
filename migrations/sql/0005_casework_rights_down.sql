-- Back to what 0002 said. The tables of casework themselves are dropped after this, and their policies with them.
do $$
declare
    narrowed text;
begin
    foreach narrowed in array array['clients', 'client_access', 'client_categories', 'client_search',
        'timeline_entries', 'referral_transitions', 'referral_texts', 'referral_photos'] loop
        execute format('drop policy jobs on %I', narrowed);
    end loop;
end
$$;
revoke all on users, grants, clients, client_access, client_search, client_categories, referral_photos, timeline_entries,
    referral_transitions, referral_texts from kessos_jobs;
revoke update on referrals from kessos_jobs;
drop policy jobs on referrals;
create policy jobs on referrals for select to kessos_jobs using ((select acting_system()));
drop policy reach on referrals;
create policy reach on referrals for select to kessos_app
    using ((sender_id = (select actor_id()) and (select scope_of('referral')) is not null)
           or sender_organisation_id = any ((select scope_organisations('referral'))::uuid[])
           or province_code = any ((select scope_regions('referral'))::text[])
           or regency_code = any ((select scope_regions('referral'))::text[])
           or district_code = any ((select scope_regions('referral'))::text[]));
drop policy move on referrals;
create policy move on referrals for update to kessos_app
    using (sender_id = (select actor_id())
           or province_code = any ((select scope_regions('referral'))::text[])
           or regency_code = any ((select scope_regions('referral'))::text[])
           or district_code = any ((select scope_regions('referral'))::text[]));
drop policy reach on timeline_entries;
create policy reach on timeline_entries for select to kessos_app
    using (exists (select from client_access a where a.client_id = timeline_entries.client_id));
drop policy write on timeline_entries;
create policy write on timeline_entries for insert to kessos_app
    with check (user_id = (select actor_id())
                and exists (select from client_access a where a.client_id = timeline_entries.client_id));
drop trigger completed_is_final on assessments;
drop trigger proposed_is_final on plan_goals;
drop trigger proposed_is_final on plan_steps;
drop function keep_completed();
drop function keep_proposed();
drop function offered_referrals();
