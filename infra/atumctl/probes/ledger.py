"""The ledger: no trace in it was removed or altered, and nothing writes past it.

Changes carry no seals of their own yet (a backup's manifest seals them all together: seal.py), so
what is looked for is the gap that a removed or altered change leaves in the traces of the others: a
row's history must fit together, value by value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from atumctl.probes.measurement import Measurement
from atumctl.probes.sliced_checks import Piece, SlicedCheck
from atumctl.probes.triggers import Trigger, TriggerFinding

HISTORY = Trigger("security.ledger", "the ledger has a gap or an altered change (a rolling sample)")
GUARDS = Trigger("security.ledger_guards", "something may write past the ledger, or its end is cut")
CHANGES_IN_A_PIECE = 500
BYTES_OF_A_CHANGE = 4000
PIECES = 50
UNSEALED = "changes carry no seals yet; their traces were compared with each other"

SIZE = """select sum(pg_total_relation_size(relid))::bigint from pg_partition_tree('atum.row_changes')
            where isleaf"""
# Ids jump from one part of the ledger to the next, so each piece begins with a change that there is.
STARTS = """with recursive starts(low, place) as (
    select {first}, 1
    union all
    select (select {next}), place + 1 from starts where low is not null and place < {pieces})
  select coalesce(json_agg(low order by place) filter (where low is not null), '[]') from starts"""
FIRST_FROM = """least((select min(id) from atum.changes where id >= {0}),
      (select min(change_id) from atum.row_changes where change_id >= {0}))"""
# A row's columns must have held before a change what the one before it wrote there. Of an inserted
# row's texts the ledger has the digest. Moments are compared as such, for their text follows the
# time zone of whoever wrote them.
GAPS = """select json_build_object(
  'gone', (select coalesce(json_agg(distinct r.change_id), '[]') from atum.row_changes r
            where r.change_id between {0} and {1}
              and not exists (select from atum.changes c where c.id = r.change_id)),
  'torn', (select coalesce(json_agg(torn), '[]') from (
    select r.change_id || ': ' || r.table_name || ' ' || r.row_id || ' ' || o.key as torn
      from atum.row_changes r, jsonb_each(r.old) o, lateral (
        select p.new->o.key as was, p.new->>(o.key || '#sha256') as digest from atum.row_changes p
         where p.table_name = r.table_name and p.row_id = r.row_id and p.seq < r.seq
           and p.new ?| array[o.key, o.key || '#sha256']
         order by p.seq desc limit 1) p
     where r.change_id between {0} and {1}
       and case when p.digest is null then p.was is distinct from o.value else p.digest is distinct
                from encode(sha256(convert_to(o.value #>> '{{}}', 'UTF8')), 'base64') end
       and case when (p.was #>> '{{}}') ~ '^\\d{{4}}-\\d\\d-\\d\\dT'
                 and (o.value #>> '{{}}') ~ '^\\d{{4}}-\\d\\d-\\d\\dT'
                then (p.was #>> '{{}}')::timestamptz <> (o.value #>> '{{}}')::timestamptz else true end
     limit 20) found))"""

GUARDS_ASKED = """select json_build_object(
  'unwatched', (select coalesce(json_agg(c.oid::regclass::text), '[]') from pg_class c
    where c.relnamespace = 'atum'::regnamespace
      and exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname in ('no_truncate', 'ledger'))
      and (select count(*) from pg_trigger t where t.tgrelid = c.oid and t.tgname in ('no_truncate', 'ledger')
            and t.tgenabled in ('O', 'A')) < 2),
  'ledgered', (select count(*) from pg_trigger where tgname = 'ledger'),
  'writers', (select coalesce(json_agg(r.rolname || ' on ' || t.name), '[]')
    from pg_roles r, (values ('atum.changes'), ('atum.row_changes')
                      union all select inhrelid::regclass::text from pg_inherits
                                 where inhparent = 'atum.row_changes'::regclass) t(name)
   where r.rolname like 'atum_desk_%' and r.rolname <> 'atum_desk_owner'
     and (has_table_privilege(r.oid, t.name, 'update') or has_table_privilege(r.oid, t.name, 'delete')
          or has_table_privilege(r.oid, t.name, 'truncate'))),
  'database', (select oid::bigint from pg_database where datname = current_database()),
  'newest', (select json_build_object('id', id, 'digest', md5(c::text)) from atum.changes c
              order by id desc limit 1),
  'remembered', (select md5(c::text) from atum.changes c where id = {0}),
  'redacted', exists (select from atum.changes where id > {0} and command = 'ticket.redact'))"""


def measure_guards(measurement: Measurement) -> Iterator[TriggerFinding]:
    """Look whether every ledgered table is watched, and whether the newest change known still is."""
    before = measurement.memory.get("ledger", {})
    answer = measurement.database.ask(GUARDS_ASKED.format(int(before.get("id", 0))))
    newest = answer["newest"] or {}
    measurement.remember["ledger"] = newest | {"database": answer["database"]}
    wrong = [f"not watched by the ledger: {name}" for name in answer["unwatched"]]
    wrong += [f"may alter the ledger: {name}" for name in answer["writers"]]
    # A restored database is another one; what was known of the old one does not bind it.
    if before.get("id") and before["database"] == answer["database"]:
        if answer["remembered"] is None:
            wrong.append(f"change {before['id']}, which was there in the last run, is gone")
        elif answer["remembered"] != before["digest"] and not answer["redacted"]:
            wrong.append(f"change {before['id']} is not what it was in the last run")
    if wrong:
        # Kept until it is put right: the next run must not take the cut ledger for the whole.
        measurement.remember["ledger"] = before
    said = f"{answer['ledgered']} tables watched, newest change {newest.get('id', 'none')}"
    yield measurement.found(GUARDS, "fires" if wrong else "ok", len(wrong), "\n".join(wrong) or said)


def _total(measurement: Measurement) -> int:
    return int(measurement.database.ask(SIZE))


def _after(measurement: Measurement, place: list[Any]) -> list[Piece]:
    size = CHANGES_IN_A_PIECE
    asked = STARTS.format(
        first=FIRST_FROM.format(int(place[0]) + 1 if place else 1),
        next=FIRST_FROM.format(f"starts.low + {size}"),
        pieces=PIECES,
    )
    return [_piece(int(low), int(low) + size - 1) for low in measurement.database.ask(asked)]


def _piece_of(measurement: Measurement, name: str) -> Piece | None:
    low, _dash, high = name.removeprefix("changes ").partition("-")
    return _piece(int(low), int(high))


def _piece(low: int, high: int) -> Piece:
    return Piece([high], (high - low + 1) * BYTES_OF_A_CHANGE, f"changes {low}-{high}")


def _check(measurement: Measurement, pieces: list[Piece]) -> dict[str, str]:
    found = {piece.name: _gaps(measurement, piece.name) for piece in pieces}
    return {name: words for name, words in found.items() if words}


def _gaps(measurement: Measurement, name: str) -> str:
    low, _dash, high = name.removeprefix("changes ").partition("-")
    answer = measurement.database.ask(GAPS.format(int(low), int(high)), seconds=60)
    words = [f"change {number} is gone, its rows' traces are left" for number in answer["gone"]]
    words += [f"does not fit what came before: change {torn}" for torn in answer["torn"]]
    return "; ".join(words)


SUBJECT = SlicedCheck(HISTORY, _total, _after, _check, _piece_of, UNSEALED)
