-- Lists are sorted by numbers, dates and moments of custom fields (ADR 0052).
set local search_path = atum, public;

-- A value as a number in its order, with what narrows the list: derived, so the ledger leaves it out.
-- A reply to a ticket writes none of it, as nothing in it changes with one.
create table ticket_field_ranks (
  workspace_id bigint  not null,
  ticket_id    bigint  not null references tickets on delete cascade,
  field_id     bigint  not null,
  team_id      bigint  not null,
  is_open      boolean not null,
  rank         bigint  not null,
  primary key (ticket_id, field_id)
);
select secure_table('ticket_field_ranks', null, false);
create policy staff on ticket_field_ranks for select to atum_desk_staff
  using (workspace_id = (select ctx_workspace()) and array_position((select ctx_teams()), team_id) is not null);
create policy worker on ticket_field_ranks for select to atum_desk_worker using (workspace_id = (select ctx_workspace()));
grant select on ticket_field_ranks to atum_desk_staff, atum_desk_worker;

-- Six decimals of a number below 10^12, days, or microseconds: all fit in 64 bits. Null for other kinds.
create function rank_of_value(p_row ticket_field_values) returns bigint language sql stable set search_path = atum, pg_temp as $$
  select coalesce(round(p_row.number_value * 1000000)::bigint, p_row.date_value - date '1970-01-01',
                  (extract(epoch from p_row.moment_value) * 1000000)::bigint) $$;

create function follow_field_rank() returns trigger language plpgsql security definer set search_path = atum, pg_temp as $$
declare v_rank bigint := case when tg_op <> 'DELETE' then rank_of_value(new) end;
begin
  if tg_op <> 'INSERT' and v_rank is null then
    delete from ticket_field_ranks k where k.ticket_id = old.ticket_id and k.field_id = old.field_id;
  end if;
  if v_rank is not null then
    insert into ticket_field_ranks as k (workspace_id, ticket_id, field_id, team_id, is_open, rank)
      select t.workspace_id, t.id, new.field_id, t.team_id, t.is_open, v_rank from tickets t where t.id = new.ticket_id
    on conflict (ticket_id, field_id) do update set rank = excluded.rank where k.rank <> excluded.rank;
  end if;
  return null;
end $$;
create trigger follow_rank after insert or update or delete on ticket_field_values for each row execute function follow_field_rank();

create function keep_field_ranks() returns trigger language plpgsql security definer set search_path = atum, pg_temp as $$
begin
  update ticket_field_ranks k set team_id = new.team_id, is_open = new.is_open where k.ticket_id = new.id;
  return null;
end $$;
create trigger keep_field_ranks after update on tickets for each row
  when (new.field_writes > 0 and (old.team_id <> new.team_id or old.is_open <> new.is_open)) execute function keep_field_ranks();

do $$ declare f text; begin
  foreach f in array array['follow_field_rank()', 'keep_field_ranks()'] loop
    execute format('alter function atum.%s owner to atum_desk_gate', f);
    execute format('revoke execute on function atum.%s from public, atum_desk_app', f);
  end loop; end $$;
revoke execute on function rank_of_value(ticket_field_values) from public;
grant execute on function rank_of_value(ticket_field_values) to atum_desk_gate;

insert into ticket_field_ranks
  select t.workspace_id, t.id, v.field_id, t.team_id, t.is_open, rank_of_value(v)
    from ticket_field_values v join tickets t on t.id = v.ticket_id where rank_of_value(v) is not null;
create index ticket_field_ranks_all  on ticket_field_ranks (workspace_id, field_id, rank, ticket_id);
create index ticket_field_ranks_open on ticket_field_ranks (workspace_id, field_id, rank, ticket_id) where is_open;
