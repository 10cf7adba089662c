-- Jobs take workspace and cause from the transaction that enqueues them (ADR 0042). The release before goes on with
-- enqueue_job(): what it reads of a job is written the same.
set local search_path = atum, public;

-- A job of the workspace that was entered. Workspace and cause come from the seal, whatever the parameters say. One with
-- the same key that still waits is left as it is.
create function enqueue_workspace_job(p_job text, p_parameters jsonb, p_delay interval default interval '0', p_key text default null) returns void
language plpgsql security definer set search_path = jobs, pg_temp as $$
declare s text := atum.sealed(); v_cause bigint := nullif(split_part(s, '|', 9), '')::bigint;
begin
  if s is null then raise exception 'a job is enqueued by who entered' using errcode = '42501'; end if;
  insert into jobs.pgqueuer (priority, entrypoint, payload, execute_after, dedupe_key, status, headers)
  values (0, p_job, convert_to((p_parameters || jsonb_build_object('workspace_id', split_part(s, '|', 1)::bigint))::text, 'UTF8'), clock_timestamp() + p_delay, p_key, 'queued',
          case when v_cause is not null then jsonb_build_object('cause', jsonb_build_object('change_id', v_cause)) end)
  on conflict (dedupe_key) where status in ('queued', 'picked') and dedupe_key is not null do nothing;
end $$;
alter function enqueue_workspace_job(text, jsonb, interval, text) owner to atum_desk_gate;
revoke execute on function enqueue_workspace_job(text, jsonb, interval, text) from public;
grant execute on function enqueue_workspace_job(text, jsonb, interval, text) to atum_desk_app, atum_desk_gate;

-- How often the handling of a waiting change was begun by itself and its process ended before it did: see
-- kernel/ledger/suspects.py. The release before writes 0.
alter table waiting_changes add column begun smallint not null default 0;
