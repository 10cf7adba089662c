"""Rows: what the ledger saw written and not deleted is in its table.

A page that lost a row, or all of them, is still a page that PostgreSQL could have written: pg_amcheck
passes it, and an index that leads nowhere is skipped in silence. The ledger knows better.
"""

from __future__ import annotations

import json
import re
from typing import Any

from atumctl.probes.measurement import Measurement
from atumctl.probes.sliced_checks import Piece, SlicedCheck
from atumctl.probes.triggers import Trigger

ROWS = Trigger("integrity.rows", "a row that the ledger saw written is gone from its table (a rolling sample)")
ROWS_IN_A_PIECE = 2000
BYTES_OF_A_ROW = 1000
PIECES = 100
SHOWN = 20
CHECK_SECONDS = 60.0
WHOLE_SECONDS = 1800.0
NAME = re.compile(r"^(\w+) (\d+)-(\d+)$")
REMARK = "jobs, sessions and other rows that have no history are not compared"

# Every table that has a history, with the newest row that it knows. The numbers of custom fields' values hold
# what they belong to, and so say nothing of how many there are.
LEDGERED = """select coalesce(json_agg(json_build_array(c.relname, coalesce((
      select r.row_id from atum.row_changes r where r.table_name = c.relname
       order by r.table_name desc, r.row_id desc limit 1), 0),
      case when c.relname like '%\\_field\\_values' then greatest(c.reltuples, 0)::bigint end)
    order by c.relname collate "C"), '[]')
  from pg_trigger t join pg_class c on c.oid = t.tgrelid
 where t.tgname = 'ledger' and c.relnamespace = 'atum'::regnamespace"""
# The first and the last row of each piece of a table, from a row on; numbers may lie far apart.
BOUNDS = """with recursive pieces(low, high, place) as (
  select b.low, b.high, 1 from (select min(x.row_id), max(x.row_id) from (
    select distinct r.row_id from atum.row_changes r where r.table_name = '{0}' and r.row_id >= {1}
     order by r.row_id limit {2}) x) b(low, high)
  union all
  select b.low, b.high, p.place + 1 from pieces p cross join lateral (select min(x.row_id), max(x.row_id) from (
    select distinct r.row_id from atum.row_changes r where r.table_name = '{0}' and r.row_id > p.high
     order by r.row_id limit {2}) x) b(low, high)
   where p.place < {3} and p.high is not null)
select coalesce(json_agg(json_build_array(low, high) order by place), '[]') from pieces where high is not null"""
# xmin is in no index, so that the row itself must be read and not only its entry there.
GONE = """select coalesce(json_agg(row_id order by row_id), '[]') from (
  select distinct r.row_id from atum.row_changes r
   where r.table_name = '{0}' and r.row_id between {1} and {2}
     and (select k.xmin from atum.{0} k where k.id = r.row_id) is null
     and 'D' <> (select d.operation from atum.row_changes d
                  where d.table_name = '{0}' and d.row_id = r.row_id order by d.seq desc limit 1)
   limit {3}) gone"""


def _total(measurement: Measurement) -> int:
    known = measurement.database.ask(LEDGERED)
    return sum((newest if rows is None else rows) * BYTES_OF_A_ROW for _table, newest, rows in known)


def _after(measurement: Measurement, place: list[Any]) -> list[Piece]:
    """Return pieces of tables in the order of their names, each table by its rows' numbers."""
    begun, high = (str(place[0]), int(place[1])) if place else ("", 0)
    pieces: list[Piece] = []
    for table, newest, rows in measurement.database.ask(LEDGERED):
        most = PIECES - len(pieces)
        if table < begun or not most:
            continue
        first = high + 1 if table == begun else 1
        if rows is None:
            lows = range(first, newest + 1, ROWS_IN_A_PIECE)[:most]
            bounds = [(low, min(low + ROWS_IN_A_PIECE - 1, newest)) for low in lows]
        else:
            bounds = measurement.database.ask(BOUNDS.format(table, first, ROWS_IN_A_PIECE, most))
        pieces += [_piece(table, low, high) for low, high in bounds]
    return pieces


def _piece(table: str, low: int, high: int) -> Piece:
    rows = min(high - low + 1, ROWS_IN_A_PIECE)
    return Piece([table, high], rows * BYTES_OF_A_ROW, f"{table} {low}-{high}")


def _piece_of(measurement: Measurement, name: str) -> Piece | None:
    found = NAME.match(name)
    return _piece(found[1], int(found[2]), int(found[3])) if found else None


def _check(measurement: Measurement, pieces: list[Piece]) -> dict[str, str]:
    """Return what is missing of each piece. All are asked in one statement, and so of one moment."""
    bounds = [found for piece in pieces if (found := NAME.match(piece.name))]
    if not bounds:
        return {}
    asked = ", ".join(f"({GONE.format(*found.groups(), SHOWN)})" for found in bounds)
    seconds = WHOLE_SECONDS if measurement.depth == "whole" else CHECK_SECONDS
    answers = measurement.database.ask(f"select json_build_array({asked})", seconds=seconds)
    return {
        piece.name: f"{_count(gone)} gone that no change deleted: {json.dumps(gone)}"
        for piece, gone in zip(pieces, answers, strict=True)
        if gone
    }


def _count(gone: list[int]) -> str:
    more = "at least " if len(gone) >= SHOWN else ""
    return f"{more}{len(gone)} rows are" if len(gone) > 1 else "a row is"


SUBJECT = SlicedCheck(ROWS, _total, _after, _check, _piece_of, REMARK)
