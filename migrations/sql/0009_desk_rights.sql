-- Who may see what of saved filters, notices, letters, pieces of photos and links to answer by. Source: spec privacy.md, pages.md.

-- 1. What each database role may do at all -------------------------------------------------------------------------------

grant select, insert, delete on saved_filters to kessos_app;
grant update (query) on saved_filters to kessos_app;
grant select, insert on contact_choices to kessos_app;
grant update (by_mail, by_message, phone_sealed, wants_digest, version) on contact_choices to kessos_app;
grant select on contact_choices to kessos_jobs;
grant select, update (read_at) on notifications to kessos_app;
grant select, insert, update, delete on notifications, messages to kessos_jobs;
grant select, insert, delete on photo_parts to kessos_app;
grant select, delete on photo_parts to kessos_jobs;
-- Where to write to.
grant select (email) on users to kessos_jobs;
-- Whoever holds a link has no account: the program itself answers him, and makes and ends links when a desk asks.
grant select, insert, update on answer_links to kessos_jobs;
grant select, insert, update (revoked_at, revoked_by, revoked_reason) on letters to kessos_app;
grant select, update (content_sealed) on letters to kessos_jobs;

-- For the figures of operators: how many messages stand so, and nothing else of them.
create function messages_in(p_state text) returns bigint
    language sql stable security definer set search_path = pg_catalog, public
as $$ select count(*) from messages where state = p_state $$;

-- 2. Row-level security ---------------------------------------------------------------------------------------------------

do $$
declare
    protected text;
begin
    foreach protected in array array['saved_filters', 'contact_choices', 'notifications', 'messages', 'photo_parts',
        'answer_links', 'letters'] loop
        execute format('alter table %I enable row level security, force row level security', protected);
    end loop;
    foreach protected in array array['contact_choices', 'notifications', 'messages', 'photo_parts', 'answer_links',
        'letters'] loop
        execute format('create policy jobs on %I to kessos_jobs using ((select acting_system()))
                        with check ((select acting_system()))', protected);
    end loop;
    foreach protected in array array['saved_filters', 'contact_choices', 'notifications'] loop
        execute format('create policy own on %I to kessos_app using (user_id = (select actor_id()))
                        with check (user_id = (select actor_id()))', protected);
    end loop;
end
$$;

create policy count_messages on messages for select to kessos_owner using (true);

create policy own on photo_parts to kessos_app
    using (received_by = (select actor_id()))
    with check (received_by = (select actor_id())
                and exists (select from referrals r where r.id = photo_parts.referral_id and r.sender_id = (select actor_id())));

-- A letter is seen by the office that issued it, for as long as it reaches the person.
create policy office on letters to kessos_app
    using (organisation_id = any ((select scope_organisations('letter'))::uuid[])
           and exists (select from client_access a where a.client_id = letters.client_id))
    with check (organisation_id = any ((select scope_organisations('letter'))::uuid[])
                and exists (select from client_access a where a.client_id = letters.client_id));
