"""Reads what the API exports, as the program of whoever downloaded it would."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from atum_desk.kernel.config.settings import REPOSITORY
from desk import Client

ROWS = "number,subject,status,priority,assignee,requester,requester.email,tags,created,open"


async def read_csv(client: Client, **query: Any) -> list[dict[str, str]]:
    """Export as CSV and return its rows by heading."""
    answer = await client.get("/tickets.csv", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def read_xlsx(client: Client, **query: Any) -> list[list[Any]]:
    """Export as a workbook and return the cells of its one sheet, headings first."""
    answer = await client.get("/tickets.xlsx", params=query)
    assert answer.status_code == 200, answer.text
    return sheet_rows(answer.content)


def sheet_rows(content: bytes) -> list[list[Any]]:
    """Return the cells of a workbook's one sheet, read as a stream as well as whole."""
    (sheet,) = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    rows = [list(row) for row in sheet.iter_rows()]
    streamed = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    # Read as a stream, a row ends with its last cell.
    for row, values in zip(rows, streamed.iter_rows(values_only=True), strict=True):
        assert [cell.value for cell in row] == [*values, *[None] * (len(row) - len(values))]
    return rows


def material(name: str) -> Path:
    """Return a folder of other people's hostile texts, or skip the test that needs it."""
    path = Path(os.environ.get("ATUM_MATERIAL") or REPOSITORY.parent / "shared" / "material") / name
    if not path.is_dir():
        pytest.skip(f"test material {name} is not at {path.parent} (set ATUM_MATERIAL)")
    return path
