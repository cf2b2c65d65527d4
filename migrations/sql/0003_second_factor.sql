drop function credentials_of(text);

create function credentials_of(p_username text, p_at timestamptz)
    returns table (user_id uuid, password_hash text, otp_sealed bytea, roles text[])
    language sql stable security definer set search_path = pg_catalog, public
as $$
    select u.id, u.password_hash, u.otp_sealed,
           array(select distinct g.role from grants g
                 where g.user_id = u.id and (g.valid_until is null or g.valid_until > p_at))
    from users u where u.username = p_username and u.is_active
$$;

-- True once for each time step: of two sign-ins with the same code only the first gets in.
create function use_otp_step(p_user uuid, p_step bigint) returns boolean
    language plpgsql security definer set search_path = pg_catalog, public
as $$
begin
    update users set otp_last_step = p_step where id = p_user and coalesce(otp_last_step, 0) < p_step;
    return found;
end
$$;
