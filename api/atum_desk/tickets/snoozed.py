"""Which tickets `t` are snoozed, in SQL: asked by lists, counts, conditions and the worker alike (ADR 0062).

A ticket is snoozed from `snoozed_at` on, until a `woken_at` that is not before it.
"""

# As the partial indexes tickets_snoozed and tickets_snooze_due say it.
SLEEPS = "t.snoozed_at is not null and (t.woken_at is null or t.woken_at < t.snoozed_at)"
SNOOZED = f"t.is_open and {SLEEPS}"
# Never NULL: `open:no` finds what is snoozed.
AWAKE = "(t.snoozed_at is null or (t.woken_at is not null and t.woken_at >= t.snoozed_at))"
# Who is shown that it woke: its assignee; of a ticket that nobody has, each member of its team.
WOKEN_FOR_READER = """(t.woken_at is not null and t.woken_at >= t.snoozed_at and t.is_open
    and case when t.assignee_id is null
             then t.team_id = any((select array(select x.team_id from team_members x
                                                 where x.person_id = (select ctx_person())))::bigint[])
             else t.assignee_id = (select ctx_person()) end)"""
