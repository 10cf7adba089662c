-- Hot reads are functions of a schema, made as a database is prepared, instead of functions that each connection makes for
-- itself: a standby, a read-only transaction and a pooler of transactions refuse those (ADR 0039).
create schema atum_reads authorization atum_desk_owner;
grant usage on schema atum_reads to atum_desk_app;

set local search_path = atum, public;

-- As before, but it also answers on a standby, which cannot note when a session was last seen.
create or replace function authenticate(p_token_hash bytea)
returns table (session_id bigint, session_kind text, workspace_id bigint, workspace_name text, person_id bigint, person_kind text, audience text, name text, email text, locale text,
               role_id bigint, role_name text, permissions text[], only_ticket_id bigint, stamp text)
language plpgsql security definer rows 1 set search_path = atum, pg_temp as $$
begin
  return query
  select s.id, s.kind, s.workspace_id, w.name, p.id, p.kind, s.audience, p.name, a.email, p.locale, r.id, r.name,
         case when s.audience = 'contact' then '{}'::text[]
              when s.scopes is null then r.permissions
              else array(select unnest(r.permissions) intersect select unnest(s.scopes)) end,
         s.only_ticket_id, p.xmin::text || '.' || coalesce(r.xmin::text, '')
    from sessions s join people p on p.id = s.person_id join workspaces w on w.id = s.workspace_id
    left join roles r on r.id = p.role_id left join addresses a on a.person_id = p.id and a.is_primary
   where s.token_hash = p_token_hash and s.expires_at > moment() and p.active
     and (s.audience = 'contact' or p.kind = 'staff')
     and session_user in ('atum_desk_' || s.audience, 'atum_desk_worker');
  if current_setting('transaction_read_only') = 'off' then
    update sessions s set last_seen_at = moment() where s.token_hash = p_token_hash and s.last_seen_at < moment() - interval '5 minutes';
  end if;
end $$;
