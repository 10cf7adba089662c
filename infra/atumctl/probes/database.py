"""Queries PostgreSQL as its superuser, who sees every row, with short time limits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from atumctl.core.postgres import Postgres
from atumctl.core.shell import CommandResult, run
from atumctl.core.site import Site

PSQL = ("--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1", "-f-")
# For the statement, and for psql to start as another account, which a busy machine delays most.
HURRIED_SECONDS = (3.0, 1.0)
PATIENT_SECONDS = (20.0, 20.0)
INSTALLED = Path("/usr/lib/postgresql")


class ProbedDatabase(Postgres):
    """A site's database, with short time limits for people and longer ones for the watch."""

    def __init__(self, site: Site, *, patient: bool = False) -> None:
        super().__init__(site)
        self._statement, self._start = PATIENT_SECONDS if patient else HURRIED_SECONDS

    def ask(self, sql: str, seconds: float | None = None) -> Any:
        """Return the one JSON value that a query gives. Raises ShellError, also when it takes long."""
        seconds = seconds or self._statement
        argv = self._command("psql", *PSQL)
        env = self._env(None, f"-c statement_timeout={int(seconds * 1000)}")
        said = run(argv, input=sql, env=env, timeout=seconds + self._start).stdout.strip()
        return json.loads(said or "null")  # NULL is an empty line

    def as_superuser(self, program: str) -> list[str]:
        """Return the command that runs a program as the account that asks PostgreSQL."""
        *account, _tool = self._command(program)
        return [*account, program]

    def tool(self, name: str) -> str:
        """Return a program's path; pg_amcheck is not among those that Debian's wrapper knows."""
        found = super().tool(name)
        beside = sorted(INSTALLED.glob(f"*/bin/{name}"), key=_major)
        return str(beside[-1]) if name == "pg_amcheck" == found and beside else found

    def run_amcheck(self, *options: str, seconds: float) -> CommandResult:
        """Run pg_amcheck on parts of the database and return how it ended."""
        argv = self._command("pg_amcheck", f"--database={self.database}", *options)
        return run(argv, env=self._env(None), timeout=seconds, check=False)


def _major(program: Path) -> float:
    return float(program.parents[1].name)
