"""Migrations of several steps: a large index is built beside the writes, and a killed run begins anew.

A file whose steps are marked runs them in turn. Those before the last commit as they go, so each must
stand being run again; the last is one transaction with the schema's new revision (ADR 0005).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec

# Above each step. "outside a transaction": its statements run one by one and commit each.
MARK = re.compile(r"^-- step: (in|outside) (?:one|a) transaction\b.*$", re.M)
BUILD = re.compile(r"create\s+(?:unique\s+)?index\s+concurrently\s+(?:if\s+not\s+exists\s+)?(\w+)", re.I)
COMMENT = re.compile(r"^\s*--.*$", re.M)
# A build waits for transactions that began before it, and lets everybody pass meanwhile.
PATIENT = "set search_path = atum, public; set lock_timeout = 0; set maintenance_work_mem = '256MB'"
IMPATIENT = "reset search_path; reset lock_timeout; reset maintenance_work_mem"


class MigrationStep(msgspec.Struct, frozen=True):
    """A part of a migration: its statements, run one by one or all in one transaction."""

    statements: list[str]
    alone: bool


def read_steps(sql: str) -> list[MigrationStep]:
    """Return the steps of a file; a file without marks is one step in one transaction.

    Statements outside a transaction end with a semicolon at the end of a line; a `do` block is one.
    Raises ValueError when something stands before the first mark, or the last step is outside.
    """
    head, *parts = MARK.split(sql)
    if not parts:
        return [MigrationStep([head], alone=False)]
    if COMMENT.sub("", head).strip():
        raise ValueError("statements before the first step")
    steps = [
        MigrationStep(_statements(body) if kind == "outside" else [body], alone=kind == "outside")
        for kind, body in zip(parts[::2], parts[1::2], strict=True)
    ]
    if steps[-1].alone:
        raise ValueError("the last step is not in one transaction")
    return steps


def run_sql_file(migration: str) -> None:
    """Run the .sql file beside a migration module, step by step."""
    from alembic import op

    *early, last = read_steps(Path(migration).with_suffix(".sql").read_text(encoding="utf-8"))
    if early:
        with op.get_context().autocommit_block():
            for step in early:
                _run(op.get_bind(), step)
    bind = op.get_bind()
    # SQLAlchemy's asyncpg adapter begins its transaction with the first statement it sees itself.
    bind.exec_driver_sql("select 1")
    _driver(bind).run_async(lambda driver: driver.execute(last.statements[0]))


def _run(bind: Any, step: MigrationStep) -> None:
    run = _run_alone if step.alone else _run_together
    _driver(bind).run_async(lambda driver: run(driver, step.statements))


def _driver(bind: Any) -> Any:
    return bind.connection.dbapi_connection


async def _run_together(driver: Any, statements: list[str]) -> None:
    async with driver.transaction():
        await driver.execute(statements[0])


async def _run_alone(driver: Any, statements: list[str]) -> None:
    await driver.execute(PATIENT)
    try:
        for statement in statements:
            if built := BUILD.search(statement):
                await _build_index(driver, built[1], statement)
            else:
                await driver.execute(statement)
    finally:
        await driver.execute(IMPATIENT)


async def _build_index(driver: Any, name: str, statement: str) -> None:
    """Build an index unless it stands; what a killed build left is invalid and goes first."""
    is_valid = await driver.fetchval("select indisvalid from pg_index where indexrelid = to_regclass($1)", name)
    if is_valid:
        return
    if is_valid is False:
        await driver.execute(f"drop index concurrently {name}")
    await driver.execute(statement)


def _statements(body: str) -> list[str]:
    """Split at semicolons that end a line, but not within `$$ ... $$`."""
    found, current = [], ""
    for line in COMMENT.sub("", body).splitlines(keepends=True):
        current += line
        if line.rstrip().endswith(";") and current.count("$$") % 2 == 0:
            found.append(current.strip())
            current = ""
    if current.strip():
        raise ValueError(f"a statement without an end: {current.strip()[:60]}")
    return found
