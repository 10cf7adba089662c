"""Attachments: every file that a row names is in the store, and holds what its name says."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from atumctl.core.postgres import literal
from atumctl.core.uploads import stored_path
from atumctl.probes.measurement import Measurement
from atumctl.probes.sliced_checks import Piece, SlicedCheck
from atumctl.probes.triggers import Trigger

FILES = Trigger("integrity.files", "an attachment's file is missing or its hash is wrong (a rolling sample)")
AT_ONCE = 500
BLOCK_BYTES = 1 << 20

NAMED = """select coalesce(json_agg(json_build_array(sha256, size) order by sha256), '[]') from (
    select sha256, max(size) as size from atum.attachments where {} group by sha256
    order by sha256 limit {}) named"""


def _total(measurement: Measurement) -> int:
    sql = "select coalesce(sum(size), 0) from atum.attachments"
    return int(measurement.database.ask(sql))


def _after(measurement: Measurement, place: list[Any]) -> list[Piece]:
    begun = literal(str(place[0])) if place else "''"
    return _named(measurement, f"sha256 > {begun}", AT_ONCE)


def _piece_of(measurement: Measurement, name: str) -> Piece | None:
    return next(iter(_named(measurement, f"sha256 = {literal(name)}", 1)), None)


def _named(measurement: Measurement, condition: str, most: int) -> list[Piece]:
    rows = measurement.database.ask(NAMED.format(condition, most))
    return [Piece([sha256], int(size), sha256) for sha256, size in rows]


def _check(measurement: Measurement, pieces: list[Piece]) -> dict[str, str]:
    found = {piece.name: _wrong(measurement.site.uploads, piece) for piece in pieces}
    return {name: words for name, words in found.items() if words}


def _wrong(uploads: Path, piece: Piece) -> str:
    path = stored_path(uploads, piece.name)
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                digest.update(block)
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}"
    if digest.hexdigest() == piece.name:
        return ""
    size = path.stat().st_size
    return f"{path} has {size} bytes that hash to {digest.hexdigest()} ({piece.bytes} expected)"


SUBJECT = SlicedCheck(FILES, _total, _after, _check, _piece_of)
