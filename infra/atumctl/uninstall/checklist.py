"""The checklist after a removal, filled in by checking, and its report."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from atumctl.core import ports
from atumctl.core.output import AtumctlError
from atumctl.core.postgres import Postgres
from atumctl.core.shell import ShellError, last_words, run
from atumctl.core.site import Site
from atumctl.steps.user import user_exists
from atumctl.uninstall.kept_data import Uninstallation
from atumctl.uninstall.other_software import UNKNOWN, OtherSoftware, count_keys
from atumctl.uninstall.uninstall_steps import UninstallOptions, is_our_user, traces, tree_parts, unit_files

# Whose errors would be ours: units that we run or touched.
LOGS = ("atum-desk-*", "nginx*", "postgresql*", "redis*")


@dataclass(frozen=True)
class RemovalCheck:
    """One line of the checklist and what was seen."""

    what: str
    ok: bool
    evidence: str


@dataclass(frozen=True)
class ChecklistReport:
    """The checklist of one removal."""

    at: str
    seconds: float
    prefix: str
    items: list[RemovalCheck]

    @property
    def ok(self) -> bool:
        """Say whether every item is as it should be."""
        return all(item.ok for item in self.items)

    def to_json(self, troubles: list[str]) -> dict[str, Any]:
        """Return the report as plain values; `troubles` are what steps said on their way."""
        return {**asdict(self), "ok": self.ok, "troubles": troubles}

    def to_text(self, troubles: list[str]) -> str:
        """Return the report as the plan writes its checklist."""
        lines = [f"Removal of {self.prefix}, {self.at}, {self.seconds:.0f} s", ""]
        lines += [f"- [{'x' if i.ok else ' '}] {i.what}: {i.evidence}" for i in self.items]
        lines += ["", "On the way:", *(f"- {trouble}" for trouble in troubles)] if troubles else []
        return "\n".join(lines) + "\n"

    def save(self, folder: Path, troubles: list[str]) -> Path | None:
        """Save both forms and return the text's path; None when the disk takes nothing."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            document = json.dumps(self.to_json(troubles), indent=2, ensure_ascii=False)
            (folder / "report.json").write_text(document + "\n")
            (folder / "report.txt").write_text(self.to_text(troubles))
        except OSError:
            return None
        return folder / "report.txt"


def fill_in(
    site: Site,
    options: UninstallOptions,
    before: OtherSoftware,
    now: OtherSoftware,
    run: Uninstallation,
    started: float,
) -> ChecklistReport:
    """Return the checklist of the plan, and what the plan forgot, each item from a look."""
    items = [
        _services(site, run),
        _units(site),
        _nginx(site, before, now),
        _ports(site),
        _database(site, options, before),
        _uploads(site, options, run),
        _originals(before, now),
        _foreign(before, now),
        _redis(site),
        _user(site, run),
        _tree(site, options),
        _traces(site),
        _logs(started),
    ]
    moment = datetime.now(UTC)
    return ChecklistReport(
        moment.isoformat(timespec="seconds"), round(moment.timestamp() - started, 1), str(site.prefix), items
    )


def _services(site: Site, removal: Uninstallation) -> RemovalCheck:
    listed = run(
        ["systemctl", "list-units", "--all", "--plain", "--no-legend", "atum-desk-*"], check=False, timeout=20
    ).stdout
    active = [line.split()[0] for line in listed.splitlines() if " active " in line]
    processes = run(["pgrep", "-u", site.user], check=False).stdout.split()
    evidence = ", ".join(active) or "none is active"
    if is_our_user(site, removal.journals(site)) and processes:
        return RemovalCheck("All ATUM DESK services stopped", False, f"processes {' '.join(processes)}")
    return RemovalCheck("All ATUM DESK services stopped", not active, evidence)


def _units(site: Site) -> RemovalCheck:
    known = run(["systemctl", "list-unit-files", "--no-legend", "atum-desk-*"], check=False, timeout=20).stdout.split()
    left = [*map(str, unit_files(site)), *(w for w in known if w.startswith("atum-desk"))]
    return RemovalCheck("Systemd units removed", not left, ", ".join(left) or "systemd knows none")


def _nginx(site: Site, before: OtherSoftware, now: OtherSoftware) -> RemovalCheck:
    what = "nginx configuration restored"
    if "nginx" not in before.running:
        return RemovalCheck(what, not os.path.lexists(site.nginx_link), "nginx did not run before")
    tested = run(["nginx", "-t"], check=False, timeout=20)
    if not tested.ok:
        return RemovalCheck(what, False, last_words(tested))
    if os.path.lexists(site.nginx_link) or os.path.lexists(site.nginx_site):
        return RemovalCheck(what, False, f"{site.nginx_site} is still there")
    missing = sorted(set(before.sites) - set(now.sites))
    if missing:
        return RemovalCheck(what, False, f"the sites {', '.join(missing)} are gone")
    sites = ", ".join(now.sites) or "no other"
    evidence = f"tested; port 80 answers {now.web} (before: {before.web}); sites besides: {sites}"
    return RemovalCheck(what, not now.web.startswith("no answer") or not _serves(site), evidence)


def _serves(site: Site) -> bool:
    """Say whether nginx has any site left that could answer."""
    return any((site.nginx / "sites-enabled").glob("*"))


def _ports(site: Site) -> RemovalCheck:
    held = ports.holders((*site.ports, site.bridge_port))
    evidence = ", ".join(f"{h.port} is held by {h.name} ({h.pid})" for h in held)
    names = "/".join(map(str, site.ports))
    return RemovalCheck(f"Ports {names} free", not held, evidence or "nobody listens")


def _database(site: Site, options: UninstallOptions, before: OtherSoftware) -> RemovalCheck:
    what = f"Database {'removed' if options.drop_database else 'preserved'} as requested"
    try:
        exists = Postgres(site).exists(site.database)
    except ShellError as error:
        # It was down before we came: its files were not touched, and that is what was asked for.
        kept = before.databases == UNKNOWN and not options.drop_database
        return RemovalCheck(
            what, kept, f"PostgreSQL does not answer, as before the removal: {error}" if kept else str(error)
        )
    there = f"{site.database} is {'there' if exists else 'not there'}"
    return RemovalCheck(what, exists is not options.drop_database, there)


def _uploads(site: Site, options: UninstallOptions, run: Uninstallation) -> RemovalCheck:
    if options.keep_data:
        return RemovalCheck("Upload files preserved as requested", site.uploads.is_dir(), str(site.uploads))
    if options.discard:
        gone = not site.uploads.exists()
        return RemovalCheck("Upload files removed as requested", gone, "discarded by name")
    kept = run.folder / "backups" / run.proven
    return RemovalCheck("Upload files preserved as requested", kept.is_file(), f"proven backup {kept}")


def _originals(before: OtherSoftware, now: OtherSoftware) -> RemovalCheck:
    stopped = [name for name in before.running if name not in now.running]
    evidence = f"{', '.join(stopped)} stopped" if stopped else f"{', '.join(now.running) or 'none'} run"
    return RemovalCheck("Original services still running", not stopped, evidence)


def _foreign(before: OtherSoftware, now: OtherSoftware) -> RemovalCheck:
    same = now.databases == before.databases or UNKNOWN in (before.databases, now.databases)
    keys = _kept_keys(before, now)
    count = len(now.databases) if isinstance(now.databases, list) else UNKNOWN
    evidence = f"{count} databases and {now.redis_keys} Redis keys of others, as before"
    if not (same and keys):
        evidence = f"before {before.databases}, {before.redis_keys}; now {now.databases}, {now.redis_keys}"
    return RemovalCheck("Other databases and Redis keys untouched", same and keys, evidence)


def _kept_keys(before: OtherSoftware, now: OtherSoftware) -> bool:
    """Say whether no more keys of others went than end by themselves."""
    if isinstance(before.redis_keys, str) or isinstance(now.redis_keys, str):
        return True
    return now.redis_keys >= before.redis_keys - before.expiring


def _redis(site: Site) -> RemovalCheck:
    left = count_keys(ours=True)
    evidence = "Redis does not answer" if left == UNKNOWN else f"{left} keys {site.redis_keys}"
    return RemovalCheck("Redis keys removed", left in (0, UNKNOWN), evidence)


def _user(site: Site, run: Uninstallation) -> RemovalCheck:
    made_by_us = [e.inverse["kind"] for j in run.journals(site) for e in j.entries()]
    found_there = bool(made_by_us) and "remove_user" not in made_by_us
    exists = user_exists(site.user)
    evidence = "was there before the installation" if found_there else "exists" if exists else "gone"
    return RemovalCheck(f"User {site.user} removed", found_there or not exists, evidence)


def _tree(site: Site, options: UninstallOptions) -> RemovalCheck:
    left = tree_parts(site, options)
    evidence = ", ".join(map(str, left)) or f"nothing of it is left in {site.prefix}"
    return RemovalCheck("Installation removed", not left, evidence)


def _traces(site: Site) -> RemovalCheck:
    left = ", ".join(map(str, traces(site)))
    return RemovalCheck("Logs of nginx and stamps of timers removed", not left, left or "none is left")


def _logs(started: float) -> RemovalCheck:
    what = "No error messages in system logs"
    patterns = [word for pattern in LOGS for word in ("--unit", pattern)]
    try:
        found = run(
            [
                "journalctl",
                "--quiet",
                "--no-pager",
                "--priority=err",
                "--output=cat",
                f"--since=@{int(started)}",
                *patterns,
            ],
            timeout=30,
        )
    except (ShellError, AtumctlError) as error:
        return RemovalCheck(what, False, f"the journal cannot be read: {error}")
    lines = [line for line in found.stdout.splitlines() if line.strip()]
    return RemovalCheck(what, not lines, f"{len(lines)} since the start" + (f": {lines[-1]}" if lines else ""))
