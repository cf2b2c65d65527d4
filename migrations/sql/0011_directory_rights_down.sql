drop policy about_people on tasks;
drop function referral_clocks(timestamptz);
drop policy count_deliveries on webhook_deliveries;
drop policy office on webhook_deliveries;
drop policy office on webhook_subscriptions;
do $$
declare
    protected text;
begin
    foreach protected in array array['webhook_subscriptions', 'webhook_deliveries'] loop
        execute format('drop policy jobs on %I', protected);
        execute format('alter table %I disable row level security, no force row level security', protected);
    end loop;
end
$$;
revoke update (withdrawn_at) on service_pauses from kessos_app;
revoke update (end_reason) on agreements from kessos_app;
drop function webhook_deliveries_in(text);
revoke all on organisation_contacts, service_records, webhook_subscriptions, webhook_deliveries from kessos_app, kessos_jobs;
