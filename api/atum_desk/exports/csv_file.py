"""An export as CSV (RFC 4180): UTF-8, every text quoted, formulas neutralised."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from atum_desk.exports.cells import Cell
from atum_desk.exports.words import Words
from atum_desk.kernel.spreadsheet_formulas import neutralised

# Excel takes a file without it for one of the computer's old code page.
BYTE_ORDER_MARK = "\ufeff"


class CsvFile:
    """Writes one file, piece by piece."""

    media_type = "text/csv; charset=utf-8"
    ending = "csv"

    def __init__(self, words: Words, *, byte_order_mark: bool) -> None:
        self._words = words
        self._mark = BYTE_ORDER_MARK if byte_order_mark else ""

    def begin(self, headings: list[str]) -> bytes:
        """Return the file's beginning."""
        return (self._mark + _lines([[neutralised(one) for one in headings]])).encode()

    def rows(self, rows: list[list[Cell]]) -> bytes:
        """Return the lines of rows."""
        return _lines([[self._shown(cell) for cell in row] for row in rows]).encode()

    def end(self) -> bytes:
        """Return the file's end, which is nothing."""
        return b""

    @property
    def is_full(self) -> bool:
        """Whether the file takes no more rows; a CSV file always does."""
        return False

    def _shown(self, cell: Cell) -> str | int | float | None:
        if isinstance(cell, bool):
            return self._words.get("value", "yes" if cell else "no")
        if isinstance(cell, datetime):
            return cell.isoformat(" ")
        return neutralised(cell) if isinstance(cell, str) else cell


def _lines(rows: list[list[str | int | float | None]] | list[list[str]]) -> str:
    text = io.StringIO()
    # Quotes around every text, so that no separator within one begins a cell of its own.
    csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
