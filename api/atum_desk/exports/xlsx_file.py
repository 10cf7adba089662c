"""An export as an XLSX workbook, written row by row into the archive that leaves.

XlsxWriter makes the workbook around the rows: styles, headings, widths, the frozen first row. Neither
it nor openpyxl gives out a sheet before the last row is known, so the rows are written here, in between
(ADR 0048). Texts are typed as texts: nothing is ever a formula.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any
from xml.sax.saxutils import escape

from atum_desk.exports.cells import Cell
from atum_desk.exports.words import Words
from atum_desk.exports.zip_stream import ZipStream
from atum_desk.kernel.spreadsheet_formulas import is_formula

# "Excel specifications and limits" (Microsoft): rows of a sheet with the headings', and UTF-16 units of a cell.
MOST_ROWS = 1_048_576
MOST_CHARACTERS = 32_767
# An entry of an archive of the old form holds 2 GiB; programs differ on the newer one.
MOST_SHEET_BYTES = 2_000_000_000
SHEET = "xl/worksheets/sheet1.xml"
DAY_ZERO = datetime(1899, 12, 30)
SECONDS_PER_DAY = 86_400
_STYLE = re.compile(r'<c r="[A-B]2" s="(\d+)"')
_SAMPLE_ROW = re.compile(r'<row r="2".*?</row>')
# Of all rows; a reader would believe it.
_DIMENSION = re.compile(r"<dimension [^>]*/>")
# An escape of the format (ECMA-376, ST_Xstring), which a text must not look like.
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class XlsxFile:
    """Writes one workbook of one sheet, piece by piece."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ending = "xlsx"

    def __init__(self, words: Words, *, sheet: str = "tickets") -> None:
        self._words = words
        self._name = words.get("sentence", sheet)
        self._zip = ZipStream()
        self._rows = 1
        self._bytes = 0
        self._cut_note = words.sentence("cell_cut", characters=MOST_CHARACTERS)

    def begin(self, headings: list[str]) -> bytes:
        """Return the file's beginning: all of the workbook but its rows."""
        frame = zipfile.ZipFile(io.BytesIO(_frame(headings, self._name)))
        for name in frame.namelist():
            if name != SHEET:
                with self._zip.entry(name) as entry:
                    entry.write(frame.read(name))
        sheet = _DIMENSION.sub("", frame.read(SHEET).decode())
        self._moment_style, self._quoted_style = _STYLE.findall(sheet)
        before, _, self._after = _SAMPLE_ROW.sub("", sheet).rpartition("</sheetData>")
        self._open = self._zip.entry(SHEET)
        self._sheet: IO[bytes] = self._open.__enter__()
        self._write(before)
        return self._zip.take()

    def rows(self, rows: list[list[Cell]]) -> bytes:
        """Return what rows add to the file; the last row that fits says that there are more."""
        for row in rows:
            if self.is_full:
                break
            self._rows += 1
            if self._rows == MOST_ROWS or self._bytes > MOST_SHEET_BYTES:
                self._write_row([self._words.sentence("sheet_full", rows=f"{self._rows:,}")])
                self._rows = MOST_ROWS
            else:
                self._write_row(row)
        return self._zip.take()

    def end(self) -> bytes:
        """Return the file's end."""
        self._write(f"</sheetData>{self._after}")
        self._open.__exit__(None, None, None)
        self._zip.close()
        return self._zip.take()

    @property
    def is_full(self) -> bool:
        """Whether the sheet takes no more rows."""
        return self._rows >= MOST_ROWS

    def _write_row(self, row: Sequence[Cell]) -> None:
        self._write(f"<row>{''.join(map(self._cell, row))}</row>")

    def _write(self, text: str) -> None:
        data = text.encode()
        self._bytes += len(data)
        self._sheet.write(data)

    def _cell(self, cell: Cell) -> str:
        if cell is None:
            return "<c/>"
        if isinstance(cell, bool):
            return f'<c t="b"><v>{cell:d}</v></c>'
        if isinstance(cell, datetime):
            return f'<c s="{self._moment_style}"><v>{_days(cell)}</v></c>' if cell >= DAY_ZERO else "<c/>"
        if isinstance(cell, str):
            style = f' s="{self._quoted_style}"' if is_formula(cell) else ""
            text = escape(_ESCAPE.sub("_x005F_", self._fitting(cell)))
            return f'<c t="inlineStr"{style}><is><t xml:space="preserve">{text}</t></is></c>'
        return f"<c><v>{cell}</v></c>"

    def _fitting(self, text: str) -> str:
        """Return as much of a text as a cell holds, and say so where it is cut."""
        if len(text) * 2 <= MOST_CHARACTERS or len(text.encode("utf-16-le")) // 2 <= MOST_CHARACTERS:
            return text
        room = (MOST_CHARACTERS - len(self._cut_note)) * 2
        return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + self._cut_note


def _days(moment: datetime) -> float:
    """Return a moment as spreadsheets count it: days since the end of 1899."""
    return (moment - DAY_ZERO).total_seconds() / SECONDS_PER_DAY


def _frame(headings: list[str], name: str) -> bytes:
    """Return a workbook with headings, and with a second row of samples that tell the numbers of the styles."""
    # Imported where it is used: 3 MB that an API process without exports does without.
    import xlsxwriter

    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1})
    styles: list[Any] = [book.add_format({"num_format": "yyyy-mm-dd hh:mm"}), book.add_format({"quote_prefix": True})]
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, heading, bold)
    for place, style in enumerate(styles):
        sheet.write_number(1, place, 1, style)
    sheet.set_column(0, max(len(headings) - 1, 0), 18)
    sheet.freeze_panes(1, 0)
    book.close()
    return held.getvalue()
