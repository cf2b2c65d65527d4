-- Who may see what of contacts, records of services and webhooks. Source: spec routing.md, privacy.md, access/rules.py.

-- 1. What each database role may do at all -------------------------------------------------------------------------------

-- The directory is open to whoever has signed in; who may change an entry is asked by partners/service/scope.py.
grant select, insert, update on organisation_contacts to kessos_app;
grant select on organisation_contacts to kessos_jobs;
grant update (withdrawn_at) on service_pauses to kessos_app;
grant update (end_reason) on agreements to kessos_app;
-- What became of a partner's offers is told by scorecards, to those whom they concern.
grant select, insert, update, delete on service_records to kessos_jobs;

grant select, insert,
    update (events, secret_sealed, secret_before_sealed, secret_before_until, failing_since, stopped_at, stop_reason, version)
    on webhook_subscriptions to kessos_app;
grant select, update (failing_since, stopped_at, stop_reason, version) on webhook_subscriptions to kessos_jobs;
grant select on webhook_deliveries to kessos_app;
-- Asked again by hand.
grant update (state, attempts, next_at) on webhook_deliveries to kessos_app;
grant select, insert, update, delete on webhook_deliveries to kessos_jobs;

-- For the figures of operators: how many deliveries stand so, and nothing else of them.
create function webhook_deliveries_in(p_state text) returns bigint
    language sql stable security definer set search_path = pg_catalog, public
as $$ select count(*) from webhook_deliveries where state = p_state $$;

-- For the figures of operators: how many referrals are open in each state, how many of them without somebody who has them or
-- a time (none, ever), and how many late; and nothing else of them.
create function referral_clocks(p_now timestamptz)
    returns table (state text, open bigint, ownerless bigint, overdue bigint) language sql stable
as $$
    select s.state, count(r.id),
           count(r.id) filter (where r.owner_organisation_id is null or r.due_at is null
                               or (r.state = 'returned' and r.owner_user_id is null)),
           count(r.id) filter (where r.due_at < p_now)
    from unnest(array['submitted', 'returned', 'routing', 'offered', 'waiting', 'accepted', 'met', 'unmet']) as s (state)
    left join referrals r on r.state = s.state
    group by s.state
$$;

-- 2. Row-level security ---------------------------------------------------------------------------------------------------

do $$
declare
    protected text;
begin
    foreach protected in array array['webhook_subscriptions', 'webhook_deliveries'] loop
        execute format('alter table %I enable row level security, force row level security', protected);
        execute format('create policy jobs on %I to kessos_jobs using ((select acting_system()))
                        with check ((select acting_system()))', protected);
    end loop;
end
$$;

create policy office on webhook_subscriptions to kessos_app
    using (organisation_id = any ((select scope_organisations('webhook'))::uuid[]))
    with check (organisation_id = any ((select scope_organisations('webhook'))::uuid[]));
create policy office on webhook_deliveries to kessos_app
    using (exists (select from webhook_subscriptions s where s.id = webhook_deliveries.subscription_id))
    with check (exists (select from webhook_subscriptions s where s.id = webhook_deliveries.subscription_id));
create policy count_deliveries on webhook_deliveries for select to kessos_owner using (true);

-- Partners have a desk now, for the entry that they keep in the directory. Whatever raises a task about a person: a desk that
-- serves nobody itself (no right over clients) does not see it.
create policy about_people on tasks as restrictive for select to kessos_app
    using (client_id is null or user_id = (select actor_id()) or created_by = (select actor_id())
           or (select scope_of('client')) is not null);
