drop function use_otp_step(uuid, bigint);
drop function credentials_of(text, timestamptz);

create function credentials_of(p_username text) returns table (user_id uuid, password_hash text)
    language sql stable security definer set search_path = pg_catalog, public
as $$
    select id, password_hash from users where username = p_username and is_active
$$;
