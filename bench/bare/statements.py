"""The product's statements without policies, context and ledger; also what pgbench runs.

Each is written with numbered parameters; `as_pgbench` puts variables or literals in their place.
"""

import re

ROW = """
    t.id, t.number, t.subject, t.preview, s.key as status_key, s.name as status_name, t.category,
      s.color as status_color, t.priority, t.type,
    t.team_id, g.name as team_name, g.color as team_color, t.assignee_id, a.name as assignee_name,
    t.requester_id, r.name as requester_name, r.vip as requester_vip,
    t.organization_id, o.name as organization_name, t.tags, t.channel,
    t.created_at, t.updated_at, t.resolved_at, t.last_message_at, t.message_count, t.version,
    coalesce(t.last_requester_message_at > coalesce(d.read_at, '-infinity'), false) as unread"""
JOINS = """
    join statuses s on s.id = t.status_id join teams g on g.id = t.team_id
    left join people a on a.id = t.assignee_id join people r on r.id = t.requester_id
    left join organizations o on o.id = t.organization_id
    left join ticket_reads d on d.person_id = $2 and d.ticket_id = t.id"""

LIST_LENGTH = 50
# $1 workspace, $2 person; one row more tells whether there are more
LIST = f"""
    select {ROW} from (select * from tickets t where t.workspace_id = $1 and t.is_open
                        order by t.updated_at desc, t.id desc limit {LIST_LENGTH + 1}) t {JOINS}
     order by t.updated_at desc, t.id desc"""

_COUNTED = {
    "my_open": "t.is_open and t.assignee_id = $2",
    "unassigned": "t.is_open and t.assignee_id is null",
    "all_open": "t.is_open",
    "waiting": "t.category = 'waiting'",
    "recently_resolved": "not t.is_open and t.resolved_at > now() - interval '7 days'",
}
_VIEW_COUNTS = ", ".join(
    f"'{name}', (select count(*) from (select from tickets t where t.workspace_id = $1 and {condition} limit 1000) c)"
    for name, condition in _COUNTED.items()
)
# $1 workspace, $2 person
COUNTS = f"""
    select json_build_object('views', json_build_object({_VIEW_COUNTS}),
      'teams', (select json_object_agg(g.id, n.n) from teams g cross join lateral
         (select count(*) as n from (select from tickets t where t.team_id = g.id and t.is_open limit 1000) c) n
         where g.workspace_id = $1))::text"""

_MESSAGES = """
    select m.id, m.kind, m.from_staff, m.author_id, m.author_name, m.channel, m.text, m.quoted, m.html,
      m.recipients, m.cc,
           m.mail_id, m.created_at,
           coalesce((select json_agg(json_build_object('id', f.id, 'filename', f.filename, 'mime_type',
             f.mime_type,
                                                       'size', f.size, 'inline', f.inline) order by f.id)
              from attachments f where f.message_id = m.id), '[]') as attachments,
           (select json_build_object('outbox_id', b.id, 'state', b.state, 'held_until', b.held_until,
             'send_at', b.send_at, 'next_attempt_at', b.next_attempt_at, 'last_error', b.last_error,
             'status_code', b.status_code, 'attempts', b.attempts, 'version', b.version)
              from outbox b where b.message_id = m.id order by b.id limit 1) as mail,
           null as change_id
      from messages m where {which} order by m.id desc limit 50"""
_TICKET = f"""
    select {ROW}, t.first_response_at, t.closed_at, t.mailbox_id, b.address as mailbox_address,
      b.name as mailbox_name,
           fu.number as follow_up_of,
           (select e.email from addresses e where e.person_id = t.requester_id
             and e.is_primary) as requester_email,
           (select json_build_object('id', ro.id, 'name', ro.name) from organizations ro
             where ro.id = r.organization_id) as requester_organization,
           coalesce((select json_agg(json_build_object('id', cp.id, 'name', cp.name, 'email',
                             (select e.email from addresses e where e.person_id = cp.id
                               and e.is_primary)) order by pa.id)
              from participants pa join people cp on cp.id = pa.person_id where pa.ticket_id = t.id), '[]') as cc,
           array(select ts.key from status_transitions tr join statuses ts on ts.id = tr.to_id
                  where tr.from_id = t.status_id order by ts.position) as allowed_statuses
      from tickets t {JOINS} left join mailboxes b on b.id = t.mailbox_id left
        join tickets fu on fu.id = t.follow_up_of_id
     where t.workspace_id = $1 and t.number = $3"""
# $1 workspace, $2 person, $3 number
TICKET = f"""
    select k.*, (select coalesce(json_agg(x), '[]')::text
      from ({_MESSAGES.format(which="m.ticket_id = k.id")}) x) as messages
      from ({_TICKET}) k"""

# $1 workspace, $2 number
LOCK = """
    select t.id, t.number, t.subject, t.status_id, t.category, b.id as mailbox_id, b.address,
      b.name as mailbox_name,
           r.name as requester_name, a.email as requester_email,
           coalesce((select json_agg(json_build_object('name', cp.name, 'address', ca.email)) from participants pa
              join people cp on cp.id = pa.person_id join addresses ca on ca.person_id = cp.id and ca.is_primary
             where pa.ticket_id = t.id), '[]') as cc
      from tickets t join people r on r.id = t.requester_id left join addresses a on a.person_id = r.id
        and a.is_primary
      left join mailboxes b on b.id = t.mailbox_id
     where t.workspace_id = $1 and t.number = $2 for update of t"""
# $1 workspace, $2 ticket, $3 author, $4 author's name, $5 text, $6 recipients, $7 preview
APPEND = """
    with m as (insert into messages (workspace_id, ticket_id, kind, author_id, author_name, from_staff,
      channel, text, recipients, cc)
               values ($1, $2, 'reply', $3, $4, true, 'email', $5, $6, '[]') returning id, created_at)
    update tickets t set message_count = t.message_count + 1, preview = $7, last_message_at = m.created_at,
           last_agent_message_at = m.created_at, first_response_at = coalesce(t.first_response_at, m.created_at),
           status_id = case when t.category = 'new' then (select id from statuses where key = 'open'
             and workspace_id = $1) else t.status_id end,
           category = case when t.category = 'new' then 'open' else t.category end
      from m where t.id = $2 returning m.id"""
# $1 workspace, $2 ticket, $3 message, $4 mailbox, $5 Message-ID, $6 from, $7 sender, $8 recipients,
# $9 subject, $10 text, $11 html
SEND = """
    with thread as (
      select mail_message_id as id, created_at as at from messages where ticket_id = $2 and kind = 'reply'
        and coalesce(mail_message_id, '') <> ''
      union all select mail_message_id, created_at from outbox where ticket_id = $2 and state <> 'cancelled'),
    latest as (select * from thread order by at desc limit 20),
    sent as (
      insert into outbox (workspace_id, ticket_id, message_id, mailbox_id, kind, mail_message_id,
        envelope_from, sender, recipients, reply_to,
                          subject, in_reply_to, mail_references, text, html, state, held_until)
      select $1, $2, $3::bigint, $4::bigint, 'reply', $5::text, $6::text, $7::jsonb, $8::jsonb, $6::text,
        $9::text, (select id from latest order by at desc limit 1),
             coalesce((select array_agg(id order by at) from latest), '{}'), $10::text, $11::text,
               'held', now() + interval '5 seconds' returning id)
    insert into jobs.pgqueuer (priority, entrypoint, payload, execute_after, dedupe_key, status)
    select 0, 'outbox.send', convert_to(jsonb_build_object('workspace_id', $1::bigint, 'outbox_id',
      sent.id)::text, 'UTF8'),
           now() + interval '5 seconds', 'outbox:' || sent.id || ':0', 'queued' from sent"""
# $1 workspace, $2 person, $3 number, $4 message
ANSWERED = f"""
    select k.*, (select json_agg(x)::text from ({_MESSAGES.format(which="m.id = $4")}) x) as messages
      from ({_TICKET}) k"""
# $1 workspace, $2 subject, $3 requester, $4 text, $5 preview, $6 type, $7 person
OPEN = """
    with n as (select nextval(('ticket_numbers_' || $1::bigint)::regclass)::int as number),
    t as (insert into tickets (workspace_id, number, subject, status_id, category, type, channel, team_id,
      requester_id, organization_id, mailbox_id,
                               preview, message_count, last_message_at, last_requester_message_at)
          select $1, n.number, $2, s.id, s.category, $6, 'api', b.team_id, p.id, p.organization_id, b.id,
            $5, 1, now(), now()
            from n, statuses s, people p, (select * from mailboxes where workspace_id = $1
              and active order by id limit 1) b
           where s.workspace_id = $1 and s.key = 'new' and p.id = $3 returning id, number),
    m as (insert into messages (workspace_id, ticket_id, kind, author_id, author_name, from_staff, channel, text)
          select $1, t.id, 'reply', p.id, p.name, false, 'api', $4 from t, people p where p.id = $3)
    select number from t where $7::bigint is not null"""

_PLACE = re.compile(r"\$(\d+)")


def as_pgbench(statement: str, *values: str) -> str:
    """Return a statement with the nth value (a literal or `:variable`) in place of $n, on one line."""
    filled = _PLACE.sub(lambda match: values[int(match.group(1)) - 1], statement)
    return " ".join(filled.split()) + ";\n"
