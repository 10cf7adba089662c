"""A desk that runs, with its doctor beside it."""

from __future__ import annotations

from typing import Any

from atum_desk.launch.postgres import EmbeddedPostgres
from atumctl.core.postgres import Postgres
from atumctl.core.site import Site
from atumctl.doctor.doctor import examine
from atumctl.doctor.watch_history import read_memory, write_memory
from atumctl.probes.triggers import Examination, TriggerFinding
from atumctl.watch.watch import merged, watch_once
from e2e.desk_processes import DeskProcesses


class WholeDesk:
    """A desk that runs, and its doctor."""

    def __init__(self, site: Site, processes: DeskProcesses, server: EmbeddedPostgres) -> None:
        self.site = site
        self.processes = processes
        self.server = server

    def set(self, **settings: str) -> None:
        """Write settings into the desk's `.env`."""
        with self.site.env_file.open("a") as file:
            file.writelines(f"{name}={value}\n" for name, value in settings.items())

    def sql(self, statements: str) -> list[list[str]]:
        """Run statements as the superuser, past row security and the ledger."""
        return Postgres(self.site).query(statements)

    def examine(self, **how: Any) -> Examination:
        """Measure once with what the watch remembered."""
        return examine(self.site, read_memory(self.site), **how)

    @property
    def memory(self) -> dict[str, Any]:
        """What the watch remembers."""
        return read_memory(self.site)

    def remember(self, memory: dict[str, Any]) -> None:
        """Give the watch another memory."""
        write_memory(self.site, memory)

    def watch(self) -> Examination:
        """Let the watch run once."""
        return watch_once(self.site)

    def watched(self, trigger: str) -> TriggerFinding:
        """Measure a trigger's family as the watch does, and return what was found of it."""
        memory = read_memory(self.site)
        found = examine(self.site, memory, trigger.partition(".")[0], "slice")
        write_memory(self.site, merged(memory, found.remember))
        return next(one for one in found.findings if one.trigger == trigger)

    def finding(self, trigger: str, **how: Any) -> TriggerFinding:
        """Measure a trigger's family and return what was found of it."""
        found = self.examine(family=trigger.partition(".")[0], **how)
        return next(one for one in found.findings if one.trigger == trigger)
