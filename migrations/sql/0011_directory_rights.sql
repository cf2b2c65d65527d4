-- Who may see what of contacts, records of services and webhooks. Source: spec routing.md, privacy.md, access/rules.py.

-- 1. What each database role may do at all -------------------------------------------------------------------------------

-- The directory is open to whoever has signed in; who may change an entry is asked by partners/service/scope.py.
grant select, insert, update on organisation_contacts to kessos_app;
grant select on organisation_contacts to kessos_jobs;
-- What became of a partner's offers is told by scorecards, to those whom they concern.
grant select, insert, update, delete on service_records to kessos_jobs;

grant select, insert, update (address, events, stopped_at, stop_reason, version) on webhook_subscriptions to kessos_app;
grant select, update (stopped_at, stop_reason, version) on webhook_subscriptions to kessos_jobs;
grant select on webhook_deliveries to kessos_app;
-- Asked again by hand.
grant update (state, attempts, next_at) on webhook_deliveries to kessos_app;
grant select, insert, update, delete on webhook_deliveries to kessos_jobs;

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
