"""Integrity: nothing is damaged, nothing is half migrated, nothing is lost, and a backup is proven."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from atumctl.backup.index import BackupEntry, Index
from atumctl.probes import checksums, files, ledger_parts, pages, rows, sliced_checks
from atumctl.probes.measurement import VERSIONS, Measurement, Probe
from atumctl.probes.triggers import State, Trigger, TriggerFinding

CONSTRAINTS = Trigger("integrity.constraints", "a constraint is not validated or an index is not valid", "degraded")
MIGRATIONS = Trigger("integrity.migrations", "the schema is not at one revision, or not at one head")
MAIL = Trigger("integrity.mail", "a received mail is lost: its message or its bytes are missing")
MAIL_WAITS = Trigger(
    "integrity.mail_waits",
    "a received mail is not filed after so long",
    "degraded",
    "ATUM_OPS_MAIL_WAIT_SECONDS",
    600,
    "s",
)
MAIL_OUT = Trigger("integrity.mail_out", "an outgoing mail is gone, doubled, or stands where it cannot go on from")
BACKUP = Trigger(
    "integrity.backup", "the last proof of a backup is older than this", "degraded", "ATUM_OPS_BACKUP_HOURS", 26, "h"
)

SCHEMA_ASKED = """select json_build_object(
  'revisions', (select coalesce(json_agg(version_num), '[]') from public.schema_revision),
  'unvalidated', (select coalesce(json_agg(conrelid::regclass || ': ' || conname), '[]')
                    from pg_constraint where not convalidated),
  'invalid', (select coalesce(json_agg(indexrelid::regclass::text), '[]')
                from pg_index where not indisvalid or not indisready))"""

# As `./atum mail audit` counts: what the ledger saw come, where it is now, its message and its bytes.
MAIL_ASKED = """select json_build_object(
  'received', count(*),
  'states', (select json_object_agg(state, count) from
             (select state, count(*) from atum.mails group by state) by_state),
  'astray', count(*) filter (where m.state in ('ticketed', 'appended') and coalesce(f.messages, 0) <> 1),
  'which', (array_agg(m.id order by m.id) filter (
             where m.state in ('ticketed', 'appended') and coalesce(f.messages, 0) <> 1))[1:20],
  'empty', count(*) filter (where s.mail_id is null and m.erased_at is null),
  'vanished', (select count(distinct r.row_id) from atum.row_changes r
                where r.table_name = 'mails' and not exists (select from atum.mails k where k.id = r.row_id)),
  'oldest', coalesce(extract(epoch from now() - min(m.received_at) filter (where m.state = 'received')), 0))
  from atum.mails m
  left join (select mail_id, count(*) as messages from atum.messages
              where mail_id is not null group by mail_id) f on f.mail_id = m.id
  left join (select mail_id from atum.mail_sources) s on s.mail_id = m.id"""


# As `./atum mail audit` counts, but for the arrows between states, which the table keeps by itself.
MAIL_OUT_ASKED = """select json_build_object(
  'written', count(*),
  'states', (select json_object_agg(state, count) from
             (select state, count(*) from atum.outbox group by state) by_state),
  'doubled', count(o.message_id) - count(distinct o.message_id),
  'stuck', count(*) filter (where stuck),
  'which', (array_agg(o.id order by o.id) filter (where stuck))[1:20],
  'vanished', (select count(*) from atum.row_changes r
                where r.table_name = 'outbox' and r.operation = 'I'
                  and not exists (select from atum.outbox k where k.id = r.row_id)
                  and not exists (select from atum.row_changes d where d.table_name = 'outbox'
                                     and d.row_id = r.row_id and d.operation = 'D')))
  from (select id, message_id, (state = 'held' and held_until is null)
                 or (state = 'sent' and sent_at is null)
                 or (state = 'sending' and coalesce(claimed_at, '-infinity') < now() - interval '1 day') as stuck
          from atum.outbox) o"""


def _schema(measurement: Measurement) -> Iterator[TriggerFinding]:
    answer = measurement.database.ask(SCHEMA_ASKED)
    revisions, heads = answer["revisions"], _heads(measurement)
    right = len(revisions) == 1 and len(heads) == 1
    said = f"database at {', '.join(revisions) or 'nothing'}; heads of the code: {', '.join(heads)}"
    yield measurement.found(MIGRATIONS, "ok" if right else "fires", len(revisions), said)
    wrong = [
        *(f"not validated: {name}" for name in answer["unvalidated"]),
        *(f"not valid: {name}" for name in answer["invalid"]),
    ]
    yield measurement.found(CONSTRAINTS, "fires" if wrong else "ok", len(wrong), "\n".join(wrong))


def _heads(measurement: Measurement) -> list[str]:
    """Return the revisions of the code that no other follows."""
    texts = [path.read_text() for path in sorted((measurement.code / VERSIONS).glob("[0-9]*.py"))]
    named = {found[1] for text in texts if (found := re.search(r'^revision = "(\w+)"', text, re.M))}
    before = {found for text in texts for found in re.findall(r'^down_revision = "(\w+)"', text, re.M)}
    return sorted(named - before)


def _mail(measurement: Measurement) -> Iterator[TriggerFinding]:
    answer = measurement.database.ask(MAIL_ASKED)
    states = answer["states"] or {}
    lost = answer["astray"] + answer["empty"] + answer["vanished"]
    said = f"{answer['received']} received = {_sum(states)}"
    if answer["astray"]:
        said += f"\n{answer['astray']} filed without exactly one message: {answer['which']}"
    if answer["empty"]:
        said += f"\n{answer['empty']} without the bytes they came as"
    if answer["vanished"]:
        said += f"\n{answer['vanished']} that the ledger saw come are gone"
    yield measurement.found(MAIL, "fires" if lost else "ok", lost, said)
    waits = f"{states.get('received', 0)} wait to be filed"
    yield measurement.judge(MAIL_WAITS, float(answer["oldest"]), waits)


def _mail_out(measurement: Measurement) -> Iterator[TriggerFinding]:
    answer = measurement.database.ask(MAIL_OUT_ASKED)
    lost = answer["doubled"] + answer["stuck"] + answer["vanished"]
    said = f"{answer['written']} written = {_sum(answer['states'] or {})}"
    if answer["doubled"]:
        said += f"\n{answer['doubled']} too many for their messages"
    if answer["stuck"]:
        said += f"\n{answer['stuck']} wait for nothing: {answer['which']}"
    if answer["vanished"]:
        said += f"\n{answer['vanished']} that the ledger saw written are gone"
    yield measurement.found(MAIL_OUT, "fires" if lost else "ok", lost, said)


def _sum(states: dict[str, int]) -> str:
    return " + ".join(f"{count} {state}" for state, count in sorted(states.items())) or "nothing"


def _backup(measurement: Measurement) -> Iterator[TriggerFinding]:
    entries = Index(measurement.site).entries()
    proven = [entry for entry in entries if entry.is_proven]
    newest = max(proven, key=_proven_at, default=None)
    limit = BACKUP.threshold(measurement.site) or 0
    if newest is None:
        yield _none_proven(measurement, entries, limit)
        return
    hours = (measurement.now - _proven_at(newest)).total_seconds() / 3600
    proof = newest.proof
    assert proof
    said = f"{newest.manifest} proven at {proof.proven_at} in {proof.recovery_seconds:g} s"
    failed = [entry for entry in entries if entry.proof and entry.proof.state == "failed"]
    later = [entry for entry in failed if entry.stamp > newest.stamp]
    lost = [copied for copied in entries[0].copies if copied.error]
    state: State = "fires" if hours > limit else "warn" if later or lost else "ok"
    said += "".join(f"\n{e.manifest}: {'; '.join(e.proof.failures)}" for e in later if e.proof)
    said += "".join(f"\n{one.to} did not get the newest backup: {one.error}" for one in lost)
    yield measurement.found(BACKUP, state, round(hours, 1), said)


def _none_proven(measurement: Measurement, entries: list[BackupEntry], limit: float) -> TriggerFinding:
    """Judge a desk without any proof: a new one has a day's time, a desk to try needs none."""
    words = [f"{e.manifest}: {'; '.join(e.proof.failures)}" for e in entries if e.proof]
    if words:
        return measurement.found(BACKUP, "fires", evidence="\n".join(words))
    if entries:
        first = min(datetime.fromisoformat(entry.made_at) for entry in entries)
        hours = (measurement.now - first).total_seconds() / 3600
        state: State = "fires" if hours > limit else "ok"
        said = "no backup is proven yet; hours since the first"
        return measurement.found(BACKUP, state, round(hours, 1), said)
    if not measurement.is_server:
        return measurement.not_here(BACKUP, "no timer makes backups of a desk that ./atum up runs")
    moments = [file.stat().st_mtime for file in measurement.site.releases.glob("*/release.json")]
    hours = (time.time() - min(moments, default=0)) / 3600
    state = "fires" if hours > limit else "ok"
    return measurement.found(BACKUP, state, round(hours, 1), "no backup yet; hours since the installation")


def _proven_at(entry: BackupEntry) -> datetime:
    assert entry.proof
    return datetime.fromisoformat(entry.proof.proven_at)


PROBES = (
    Probe((pages.PAGES,), partial(sliced_checks.measure, pages.SUBJECT)),
    Probe((files.FILES,), partial(sliced_checks.measure, files.SUBJECT)),
    Probe((rows.ROWS,), partial(sliced_checks.measure, rows.SUBJECT)),
    *checksums.PROBES,
    Probe((ledger_parts.PARTS,), ledger_parts.measure),
    Probe((MIGRATIONS, CONSTRAINTS), _schema),
    Probe((MAIL, MAIL_WAITS), _mail),
    Probe((MAIL_OUT,), _mail_out),
    Probe((BACKUP,), _backup),
)
