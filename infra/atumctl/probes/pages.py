"""Tables and indexes: every page is what PostgreSQL wrote, by pg_amcheck."""

from __future__ import annotations

import re
from typing import Any

from atumctl.core.shell import ShellError, last_words
from atumctl.probes.measurement import Measurement
from atumctl.probes.sliced_checks import Piece, SlicedCheck
from atumctl.probes.triggers import Trigger

PAGES = Trigger("integrity.pages", "pg_amcheck finds a damaged table or index (a rolling sample)")
BLOCK_BYTES = 8192
# A larger table is checked in parts of 64 MB.
PART_BLOCKS = 8192
MAX_IN_ONE_CALL = 200
CALL_SECONDS = 900.0
DAMAGED = 2
FAULT = re.compile(r'^(?:heap table|btree index) "[^"]*?\.([^"]+)"[^\n]*\n?((?:    .*\n?)*)', re.M)

# What other sessions make and drop meanwhile is none of ours.
RELATIONS = f"""select coalesce(json_agg(json_build_array(oid::bigint, name, kind, blocks)), '[]') from (
    select c.oid, n.nspname || '.' || c.relname as name, c.relkind as kind,
           pg_relation_size(c.oid) / {BLOCK_BYTES} as blocks
      from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_am a on a.oid = c.relam
     where c.relpersistence = 'p' and c.relkind in ('r', 'm', 't', 'i') and a.amname in ('heap', 'btree')
       and n.nspname !~ '^pg_temp' order by c.oid) relations"""
SIZE = "select pg_database_size(current_database())"
INSTALLED = "select count(*) from pg_extension where extname = 'amcheck'"


def _total(measurement: Measurement) -> int:
    return int(measurement.database.ask(SIZE))


def _after(measurement: Measurement, place: list[Any]) -> list[Piece]:
    return [piece for piece in _pieces(measurement) if piece.place > place][:MAX_IN_ONE_CALL]


def _piece_of(measurement: Measurement, name: str) -> Piece | None:
    return next((piece for piece in _pieces(measurement) if piece.name == name), None)


def _pieces(measurement: Measurement) -> list[Piece]:
    """Return every relation in the order of its number, a large table in parts."""
    pieces = []
    for oid, name, kind, blocks in measurement.database.ask(RELATIONS):
        if kind == "i" or blocks <= PART_BLOCKS:
            pieces.append(Piece([oid, 0], blocks * BLOCK_BYTES, name))
            continue
        for first in range(0, blocks, PART_BLOCKS):
            size = min(PART_BLOCKS, blocks - first) * BLOCK_BYTES
            pieces.append(Piece([oid, first], size, f"{name}@{first}"))
    return pieces


def _check(measurement: Measurement, pieces: list[Piece]) -> dict[str, str]:
    if measurement.database.ask(INSTALLED) == 0:
        measurement.database.run_amcheck("--install-missing", "--relation=pg_catalog.pg_am", seconds=60)
    whole = [piece for piece in pieces if "@" not in piece.name]
    faults = _damage(measurement, whole, []) if whole else {}
    for piece in pieces:
        name, _at, first = piece.name.partition("@")
        if first:
            last = int(first) + piece.bytes // BLOCK_BYTES - 1
            blocks = [f"--startblock={first}", f"--endblock={last}"]
            if found := _damage(measurement, [Piece(piece.place, piece.bytes, name)], blocks):
                faults[piece.name] = "; ".join(found.values())
    return faults


def _damage(measurement: Measurement, pieces: list[Piece], blocks: list[str]) -> dict[str, str]:
    """Return what pg_amcheck says against these relations, by their names."""
    patterns = [f"--relation={_pattern(piece.name)}" for piece in pieces]
    # Dependants have a turn of their own. What was dropped meanwhile is not missed.
    options = ["--no-strict-names", "--no-dependent-indexes", "--no-dependent-toast"]
    depth = [] if measurement.depth == "whole" else ["--exclude-toast-pointers"]
    done = measurement.database.run_amcheck(*options, *depth, *blocks, *patterns, seconds=CALL_SECONDS)
    faults = {found[1]: _sentence(found[2]) for found in FAULT.finditer(done.stdout)}
    if not done.ok and not faults:
        words = last_words(done)
        if done.returncode != DAMAGED:
            raise ShellError(["pg_amcheck"], words, done)
        faults = {piece.name: words for piece in pieces}
    return faults


def _pattern(name: str) -> str:
    """Return a name as a pattern that means itself."""
    return ".".join(f'"{part}"' for part in name.split(".", 1))


def _sentence(words: str) -> str:
    return "; ".join(line.strip() for line in words.splitlines()[:6]) or "damaged"


SUBJECT = SlicedCheck(PAGES, _total, _after, _check, _piece_of)
