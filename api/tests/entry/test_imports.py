"""What each process leaves out of its memory: libraries that it does not use."""

from __future__ import annotations

import subprocess
import sys

import pytest

from atum_desk.entry.features import SLICES

CONSOLE = {"rich", "pygments", "click"}
# For a spreadsheet, an invitation, a card of contacts, a signed mail: imported when there is one.
SELDOM = {"xlsxwriter", "icalendar", "asn1crypto"}
# Each costs megabytes in a process that is idle for most of its life.
LEFT_OUT = {
    "live": CONSOLE | SELDOM | {"pgqueuer", "pydantic", "litestar", "httpx", "cryptography", "atum_desk.mime"},
    "api": CONSOLE | SELDOM | {"pgqueuer", "pydantic"},
    "worker": CONSOLE | SELDOM | {"litestar"},
}


# What it reads rows of tickets with; their public.py would bring the reading of mail.
LIVE_READS_WITH = {
    *(f"atum_desk.tickets.{name}" for name in ("checklist_sql", "list_row", "fields", "property", "values")),
    *(f"atum_desk.lifecycle.{name}" for name in ("models", "problems", "public", "queries")),
    *(
        f"atum_desk.custom_fields.{name}"
        for name in ("keys", "models", "problems", "public", "queries", "record_values")
    ),
    *(f"atum_desk.custom_fields.{name}" for name in ("checks", "notices", "patterns", "values")),
}


def modules_of(process: str) -> set[str]:
    """Return the modules that a process has imported before it does anything."""
    script = f"import sys, atum_desk.entry.{process}; print(*[n for n, m in sys.modules.items() if m])"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize("process", LEFT_OUT)
def test_a_process_imports_nothing_that_it_does_not_use(process: str) -> None:
    assert modules_of(process) & LEFT_OUT[process] == set()


def test_the_live_service_knows_the_slices_by_their_declarations_alone() -> None:
    known = {name.removeprefix("atum_desk."): name for name in modules_of("live")}
    of_slices = {
        name for within, name in known.items() if within.partition(".")[0] in {*SLICES} - {"live"} and "." in within
    }
    declaring = {one for one in of_slices if one.rpartition(".")[2] in ("feature", "permissions")}
    assert len(declaring) > len(SLICES)
    assert of_slices - declaring == LIVE_READS_WITH
