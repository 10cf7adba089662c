"""Jobs that no worker of this release knows: parked for people, and put back by a worker that knows them.

A release that is taken back leaves jobs of its own in the queue, and so does a slice that is taken
out. Nobody would ever pick them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver

# While an upgrade goes on, a worker of the other release may know them.
PARKED_AFTER = timedelta(minutes=10)
PARKED_AT_ONCE = 1000
# Marks them among the jobs that failed, so that a worker which knows them finds them.
MARK = "unknown_job"

log = structlog.get_logger()


async def park_unknown(driver: AsyncpgDriver, known: Sequence[str]) -> None:
    """Keep overdue jobs of no known name as failed, with the reason; those of schedules go, more will come."""
    parked = await driver.fetch(PARK, list(known), PARKED_AFTER, PARKED_AT_ONCE)
    for row in parked:
        log.error("job_parked", job=row["entrypoint"], job_id=row["id"], error="no worker of this release knows it")


async def put_back_known(driver: AsyncpgDriver, known: Sequence[str]) -> None:
    """Let jobs that a release before could not know run now."""
    back = await driver.fetch(PUT_BACK, list(known))
    for row in back:
        log.info("job_put_back", job=row["entrypoint"], job_id=row["id"])


# The names in the queue are found by one probe of the index for each, however many jobs wait.
PARK = f"""
    with recursive names as (
      (select entrypoint from jobs.pgqueuer where status = 'queued' order by entrypoint limit 1)
      union all
      select n.entrypoint from names, lateral (
        select entrypoint from jobs.pgqueuer q where status = 'queued' and q.entrypoint > names.entrypoint
         order by entrypoint limit 1) n),
    overdue as (
      select q.id, q.dedupe_key from names n, lateral (
        select id, dedupe_key from jobs.pgqueuer q
         where q.status = 'queued' and q.entrypoint = n.entrypoint and q.execute_after < now() - $2::interval
         order by q.execute_after limit $3 for update skip locked) q
       where n.entrypoint <> all($1::text[])),
    dropped as (
      delete from jobs.pgqueuer q using overdue o where q.id = o.id and o.dedupe_key like 'schedule:%'),
    parked as (
      update jobs.pgqueuer q
         set status = 'failed', updated = now(), headers = coalesce(headers, '{{}}') || '{{"{MARK}": {{}}}}'
        from overdue o where q.id = o.id and (o.dedupe_key like 'schedule:%') is not true
      returning q.id, q.entrypoint, q.priority),
    told as (
      insert into jobs.pgqueuer_log (job_id, status, entrypoint, priority, traceback)
      select id, 'failed', entrypoint, priority, jsonb_build_object('exception_type', 'UnknownJob',
             'exception_message', 'no worker of this release knows this job; a release that does will run it')
        from parked)
    select id, entrypoint from parked"""
PUT_BACK = f"""
    update jobs.pgqueuer q
       set status = 'queued', attempts = 0, execute_after = now(), updated = now(), headers = headers - '{MARK}',
           -- another with its key may wait by now; that one keeps it
           dedupe_key = case when not exists (select from jobs.pgqueuer o where o.dedupe_key = q.dedupe_key
                                                 and o.status in ('queued', 'picked')) then dedupe_key end
     where status = 'failed' and headers ? '{MARK}' and entrypoint = any($1::text[])
    returning id, entrypoint"""
