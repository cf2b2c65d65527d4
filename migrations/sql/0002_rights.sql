-- Who may see what, enforced beneath the program. `enter_as` tells PostgreSQL once per transaction who acts and how far
-- each of his permissions reaches; every policy compares a column with that. Source: spec privacy.md.

-- 1. Who acts ---------------------------------------------------------------------------------------------------------

create function enter_as(p_user uuid, p_token bytea, p_system text, p_at timestamptz, p_request text) returns jsonb
    language plpgsql security definer set search_path = pg_catalog, public
as $$
declare
    v_token tokens%rowtype;
    v_user users%rowtype;
    v_known record;
begin
    perform set_config('kessos.user_id', '', true), set_config('kessos.system', coalesce(p_system, ''), true),
            set_config('kessos.at', p_at::text, true), set_config('kessos.scopes', '{}', true);
    if p_system is not null then
        return jsonb_build_object('system', p_system);
    end if;
    if p_token is not null then
        select * into v_token from tokens
        where token_hash = p_token and revoked_at is null and expires_at > p_at
          and (kind <> 'session' or last_seen_at > p_at - make_interval(mins => coalesce(
                nullif(current_setting('kessos.idle_minutes', true), '')::int, 120)));
        if not found then
            return null;
        end if;
        -- One write a minute is enough to know that a desk is still manned.
        if v_token.last_seen_at < p_at - interval '1 minute' then
            update tokens set last_seen_at = p_at where id = v_token.id;
        end if;
        p_user := v_token.user_id;
    elsif p_user is null then
        return '{}'::jsonb;
    end if;
    select * into v_user from users where id = p_user and is_active;
    if not found then
        return null;
    end if;
    -- For each resource the ways in which it may be read: organisations, regions, the own, all.
    select coalesce(jsonb_agg(distinct jsonb_build_object('role', g.role, 'organisation_id', g.organisation_id,
                                                          'region_code', g.region_code)), '[]') as grants
      into v_known
      from grants g where g.user_id = p_user and (g.valid_until is null or g.valid_until > p_at);
    perform set_config('kessos.user_id', p_user::text, true);
    perform set_config('kessos.scopes', coalesce((
        select jsonb_object_agg(resource, scope) from (
            select p.resource, jsonb_build_object(
                'organisations', coalesce(jsonb_agg(distinct coalesce(g.organisation_id, v_user.organisation_id))
                                          filter (where p.scope = 'organisation'), '[]'),
                'regions', coalesce(jsonb_agg(distinct g.region_code)
                                    filter (where p.scope = 'region' and g.region_code is not null), '[]'),
                'own', bool_or(p.scope = 'own'), 'all', bool_or(p.scope = 'all')) as scope
            from grants g join permissions p on p.role = g.role and p.action = 'read'
            where g.user_id = p_user and (g.valid_until is null or g.valid_until > p_at)
            group by p.resource) as reached), '{}')::text, true);
    return jsonb_build_object('user_id', p_user, 'username', v_user.username, 'token_id', v_token.id,
                              'organisation_id', v_user.organisation_id, 'grants', v_known.grants);
end
$$;

create function credentials_of(p_username text) returns table (user_id uuid, password_hash text)
    language sql stable security definer set search_path = pg_catalog, public
as $$
    select id, password_hash from users where username = p_username and is_active
$$;

create function actor_id() returns uuid language sql stable parallel safe
as $$ select nullif(current_setting('kessos.user_id', true), '')::uuid $$;

create function acting_system() returns boolean language sql stable parallel safe
as $$ select coalesce(current_setting('kessos.system', true), '') <> '' $$;

create function acting_at() returns timestamptz language sql stable parallel safe
as $$ select nullif(current_setting('kessos.at', true), '')::timestamptz $$;

create function scope_of(p_resource text) returns jsonb language sql stable parallel safe
as $$ select coalesce(nullif(current_setting('kessos.scopes', true), ''), '{}')::jsonb -> p_resource $$;

create function scope_organisations(p_resource text) returns uuid[] language sql stable parallel safe
as $$ select array(select value::uuid from jsonb_array_elements_text(scope_of(p_resource) -> 'organisations')) $$;

create function scope_regions(p_resource text) returns text[] language sql stable parallel safe
as $$ select array(select value from jsonb_array_elements_text(scope_of(p_resource) -> 'regions')) $$;

create function scope_has(p_resource text, p_scope text) returns boolean language sql stable parallel safe
as $$ select coalesce((scope_of(p_resource) ->> p_scope)::boolean, false) $$;

create function jobs_waiting() returns bigint
    language sql stable security definer set search_path = pg_catalog, public
as $$ select count(*) from jobs where status = 'queued' $$;

-- 2. What each database role may do at all -------------------------------------------------------------------------------

grant select on regions, pas_groups, categories, programmes, programme_amounts, poverty_lines, minimum_wages,
    service_types, permissions, organisations to kessos_app, kessos_jobs;
grant select, insert, update on users, grants to kessos_app;
grant insert, update on organisations to kessos_app;
grant select, insert, update on tokens to kessos_app;
grant select, insert, update on idempotency_keys to kessos_app;
grant select, delete on idempotency_keys to kessos_jobs;
grant select, insert, update on jobs to kessos_app, kessos_jobs;
grant insert on audit_entries to kessos_app, kessos_jobs;
grant select on audit_entries, audit_seals to kessos_app, kessos_jobs;
grant insert on audit_seals to kessos_jobs;
grant select, insert, update on clients to kessos_app;
grant select, insert, update, delete on client_categories to kessos_app;
grant select, insert, update on client_access, client_search to kessos_app;
grant select, insert on duplicate_reviews, timeline_entries to kessos_app;
grant select, insert, update on referrals to kessos_app;
grant select, insert on referral_transitions, referral_texts, referral_photos to kessos_app;
grant select on referral_matches to kessos_app;
grant select on referrals to kessos_jobs;
grant select, insert on referral_matches to kessos_jobs;

-- A password's hash is read by credentials_of alone, and nobody can read the mail address of a colleague by SQL mistake.
revoke select on users from kessos_app;
grant select (id, username, name, email, organisation_id, is_active, created_at, version) on users to kessos_app;

-- 3. Row-level security ---------------------------------------------------------------------------------------------------

do $$
declare
    protected text;
begin
    foreach protected in array array['clients', 'client_categories', 'client_access', 'client_search',
        'duplicate_reviews', 'timeline_entries', 'referrals', 'referral_transitions', 'referral_texts',
        'referral_photos', 'referral_matches', 'jobs', 'idempotency_keys', 'tokens', 'audit_entries', 'audit_seals'] loop
        execute format('alter table %I enable row level security, force row level security', protected);
    end loop;
end
$$;

-- The owner is under the policies too, so that its functions see only what is written here for them.
create policy sign_in on tokens to kessos_owner using (true) with check (true);
create policy write_operator on audit_entries for insert to kessos_owner with check ((select acting_system()));
create policy count_waiting on jobs for select to kessos_owner using (true);

create policy own on tokens to kessos_app
    using (user_id = (select actor_id()) or (select scope_has('user', 'all')))
    with check (user_id = (select actor_id()) or (select scope_has('user', 'all')));
create policy own on idempotency_keys to kessos_app
    using (user_id = (select actor_id())) with check (user_id = (select actor_id()));
create policy jobs on idempotency_keys to kessos_jobs using ((select acting_system()));
create policy own on jobs to kessos_app
    using (user_id = (select actor_id())) with check (user_id = (select actor_id()));
create policy jobs on jobs to kessos_jobs using ((select acting_system())) with check ((select acting_system()));

create policy write_app on audit_entries for insert to kessos_app
    with check (user_id is not distinct from (select actor_id()) and system is null);
create policy read_app on audit_entries for select to kessos_app using ((select scope_has('audit', 'all')));
create policy write_jobs on audit_entries for insert to kessos_jobs with check ((select acting_system()));
create policy read_jobs on audit_entries for select to kessos_jobs using ((select acting_system()));
create policy read_app on audit_seals for select to kessos_app using ((select scope_has('audit', 'all')));
create policy jobs on audit_seals to kessos_jobs using ((select acting_system())) with check ((select acting_system()));

-- A client is reached on a ground that holds now, by an organisation of the actor's scope or by name.
create policy reach on client_access for select to kessos_app
    using ((valid_until is null or valid_until > (select acting_at()))
           and (organisation_id = any ((select scope_organisations('client'))::uuid[])
                or (user_id = (select actor_id()) and (select scope_of('client')) is not null)));
create policy open_ground on client_access for insert to kessos_app
    with check (granted_by = (select actor_id()));
create policy end_ground on client_access for update to kessos_app
    using (organisation_id = any ((select scope_organisations('client'))::uuid[]));

create policy reach on clients for select to kessos_app
    using (exists (select from client_access a where a.client_id = clients.id));
create policy register on clients for insert to kessos_app
    with check (registered_by = (select actor_id()) and exists (select from client_access a where a.client_id = clients.id));
create policy change on clients for update to kessos_app
    using (exists (select from client_access a where a.client_id = clients.id));

create policy reach on client_categories to kessos_app
    using (exists (select from client_access a where a.client_id = client_categories.client_id))
    with check (exists (select from client_access a where a.client_id = client_categories.client_id));
create policy reach on client_search to kessos_app
    using (exists (select from client_access a where a.client_id = client_search.client_id))
    with check (exists (select from client_access a where a.client_id = client_search.client_id));
create policy reach on timeline_entries for select to kessos_app
    using (exists (select from client_access a where a.client_id = timeline_entries.client_id));
create policy write on timeline_entries for insert to kessos_app
    with check (user_id = (select actor_id())
                and exists (select from client_access a where a.client_id = timeline_entries.client_id));
-- A likeness to a restricted person is for that person's team: whoever registered the double must not learn of it.
create policy team on duplicate_reviews for select to kessos_app
    using (exists (select from client_access a where a.client_id = duplicate_reviews.other_client_id));
create policy raise on duplicate_reviews for insert to kessos_app
    with check (raised_by = (select actor_id())
                and exists (select from client_access a where a.client_id = duplicate_reviews.client_id));

create policy reach on referrals for select to kessos_app
    using ((sender_id = (select actor_id()) and (select scope_of('referral')) is not null)
           or sender_organisation_id = any ((select scope_organisations('referral'))::uuid[])
           or province_code = any ((select scope_regions('referral'))::text[])
           or regency_code = any ((select scope_regions('referral'))::text[])
           or district_code = any ((select scope_regions('referral'))::text[]));
create policy send on referrals for insert to kessos_app with check (sender_id = (select actor_id()));
create policy move on referrals for update to kessos_app
    using (sender_id = (select actor_id())
           or province_code = any ((select scope_regions('referral'))::text[])
           or regency_code = any ((select scope_regions('referral'))::text[])
           or district_code = any ((select scope_regions('referral'))::text[]));
create policy jobs on referrals for select to kessos_jobs using ((select acting_system()));

create policy reach on referral_transitions for select to kessos_app
    using (exists (select from referrals r where r.id = referral_id));
create policy write on referral_transitions for insert to kessos_app
    with check (user_id = (select actor_id()) and exists (select from referrals r where r.id = referral_id));
create policy reach on referral_texts for select to kessos_app
    using (exists (select from referrals r where r.id = referral_id));
create policy write on referral_texts for insert to kessos_app
    with check (exists (select from referrals r where r.id = referral_id));
create policy reach on referral_photos for select to kessos_app
    using (exists (select from referrals r where r.id = referral_id));
create policy write on referral_photos for insert to kessos_app
    with check (added_by = (select actor_id()) and exists (select from referrals r where r.id = referral_id));
-- Who a described person may be is for the desk: a sender must not learn who is registered.
create policy desk on referral_matches for select to kessos_app
    using (exists (select from referrals r where r.id = referral_id and r.sender_id <> (select actor_id())));
create policy jobs on referral_matches to kessos_jobs using ((select acting_system())) with check ((select acting_system()));

-- 4. Finding people ---------------------------------------------------------------------------------------------------------
-- Trigram and array operators are not leakproof: under row-level security they lose their index, also where a policy says
-- yes to everything. So client_search belongs to kessos_search, whom row-level security does not hold on its own table and
-- which has no other; the functions run as that role, with actor, scope and restriction inside.

create function people_alike(p_forms text[], p_birth_date date, p_region text, p_nik bytea, p_nik_deletions bytea[],
                             p_phone bytea, p_most integer)
    returns table (client_id uuid, name_similarity real, nik_equal boolean, nik_near boolean, phone_equal boolean,
                   birth_date_equal boolean, birth_year_equal boolean, district_equal boolean,
                   is_restricted boolean, is_reached boolean, organisation_ids uuid[])
    language sql stable security definer set search_path = pg_catalog, public
    set pg_trgm.word_similarity_threshold = 0.5
as $$
    with named as (
        select s.client_id, max(word_similarity(f.form, s.forms)) as similarity
        from unnest(p_forms) as f (form) join client_search s on f.form <% s.forms
        where length(f.form) > 1 and (actor_id() is not null or acting_system())
        group by s.client_id order by similarity desc, s.client_id limit p_most
    ), hits as (
        select n.client_id from named n
        union select s.client_id from client_search s where s.nik_hash = p_nik
        union select s.client_id from client_search s where s.nik_deletions && p_nik_deletions
        union select s.client_id from client_search s where s.phone_hash = p_phone
    )
    select s.client_id,
           coalesce((select max(word_similarity(f.form, s.forms)) from unnest(p_forms) as f (form)), 0)::real,
           coalesce(s.nik_hash = p_nik, false), coalesce(s.nik_deletions && p_nik_deletions, false),
           coalesce(s.phone_hash = p_phone, false),
           coalesce(s.birth_date = p_birth_date and s.birth_date_precision = 'day', false),
           coalesce(extract(year from s.birth_date) = extract(year from p_birth_date), false),
           coalesce(length(p_region) >= 8 and left(s.region_code, 8) = left(p_region, 8), false),
           s.is_restricted,
           s.organisation_ids && scope_organisations('client') or actor_id() = any (s.user_ids),
           s.organisation_ids
    from hits h join client_search s on s.client_id = h.client_id
    where actor_id() is not null or acting_system()
    limit p_most * 4
$$;

create function people_found(p_form text, p_nik bytea, p_phone bytea, p_most integer)
    returns table (client_id uuid, similarity real)
    language sql stable security definer set search_path = pg_catalog, public
    set pg_trgm.word_similarity_threshold = 0.5
as $$
    select s.client_id, coalesce(word_similarity(p_form, s.forms), 1)::real as similarity
    from client_search s
    where (s.organisation_ids && scope_organisations('client')
           or (actor_id() = any (s.user_ids) and scope_of('client') is not null))
      and (p_form <% s.forms or s.nik_hash = p_nik or s.phone_hash = p_phone)
    order by (s.nik_hash = p_nik or s.phone_hash = p_phone) desc nulls last, similarity desc, s.client_id
    limit p_most
$$;

create function people_held(p_ids uuid[])
    returns table (client_id uuid, is_restricted boolean, organisation_ids uuid[])
    language sql stable security definer set search_path = pg_catalog, public
as $$
    select s.client_id, s.is_restricted, s.organisation_ids from client_search s
    where s.client_id = any (p_ids) and (actor_id() is not null or acting_system())
$$;

grant create on schema public to kessos_search;
alter table client_search no force row level security;
alter table client_search owner to kessos_search;
alter function people_alike(text[], date, text, bytea, bytea[], bytea, integer) owner to kessos_search;
alter function people_found(text, bytea, bytea, integer) owner to kessos_search;
alter function people_held(uuid[]) owner to kessos_search;
revoke create on schema public from kessos_search;

-- Triggers and rights say the same twice on purpose: what must only grow cannot be changed by whoever owns it either.
create function refuse_change() returns trigger language plpgsql
as $$ begin raise exception '% is append-only', tg_table_name using errcode = '42501'; end $$;

do $$
declare
    kept text;
begin
    foreach kept in array array['audit_entries', 'audit_seals', 'timeline_entries', 'referral_transitions'] loop
        execute format('create trigger append_only before update or delete on %I
                        for each statement execute function refuse_change()', kept);
    end loop;
end
$$;
