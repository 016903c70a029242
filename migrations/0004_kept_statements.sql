CREATE FUNCTION "rotate_session_13f83c78"(uuid, uuid, integer, text, integer, bytea, bytea, double precision, double precision, boolean, boolean, text, text) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  kept json;
BEGIN
  update sessions s set refresh_generation = $5 + 1,
        refresh_hash = case when (s.refresh_generation = $5 and s.refresh_hash = $6) then $7 else s.refresh_hash end,
        refreshed_at = case when (s.refresh_generation = $5 and s.refresh_hash = $6) then now() else s.refreshed_at end,
        last_seen_at = now(), expires_at = least(s.ends_at, s.created_at + make_interval(secs => $8), now() + make_interval(secs => $9)),
        ip_prefix = $12, country = $13
      from users u
      where s.id = $1 and s.tenant_id = $2 and s.transport = $4
        and u.id = s.user_id and s.revoked_at is null and s.expires_at > now() and s.ends_at > now()
  and s.authority_version >= u.authority_version and u.status = 'active' and (s.acr <> 'aal1' or case when $10
    then not u.roles && '{owner,admin}'::text[] and (not $11
      or exists (select from devices d where d.id = s.device_id and (d.remembered_until > now() and d.remembered_version = u.authority_version)))
    else not ($11 or u.mfa_enabled or u.roles && '{owner,admin}'::text[]) end)
        and exists (select from tenants t where t.id = $2 and t.version = $3)
        and s.created_at + make_interval(secs => $8) > now() and s.last_seen_at > now() - make_interval(secs => $9)
        and ((s.refresh_generation = $5 and s.refresh_hash = $6) or (s.refresh_generation = $5 + 1
          and s.refreshed_at > now() - make_interval(secs => 10)))
      returning json_build_object('stored_hash', encode(s.refresh_hash, 'hex'), 'amr', s.amr, 'acr', s.acr,
        'holder', json_build_object('id', u.id, 'roles', u.roles, 'authority_version', u.authority_version),
        'auth_time', floor(extract(epoch from s.authenticated_at))::int,
        'refresh_expires_in', greatest(1, extract(epoch from s.expires_at - now())::int)) into kept;
  RETURN kept;
END
$$;
