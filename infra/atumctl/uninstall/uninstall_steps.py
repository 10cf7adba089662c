"""The steps of a removal. Each checks before it acts, so that it may be repeated."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from atumctl.backup.restore import side_databases
from atumctl.core import output
from atumctl.core.journal import Journal
from atumctl.core.postgres import ADMINISTRATION, Postgres, identifier
from atumctl.core.remove_folder import remove_folder
from atumctl.core.shell import ShellError, last_words, run
from atumctl.core.site import Site
from atumctl.steps import files, nginx, units
from atumctl.steps.user import user_exists
from atumctl.uninstall.other_software import delete_our_keys

STOP_SECONDS = 25.0
COMMAND_SECONDS = 20.0
# What a tree of ours is made of; anything else in its folder belongs to somebody else.
TREE = (
    *("api", "web", "docs", "bench", "wheels", "releases", "current", "bridge", "atum"),
    *("LICENSE", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "release.json"),
    *(".git", ".gitignore", ".ci", "infra"),  # infra last: until then the tool can run again
)


@dataclass(frozen=True)
class UninstallOptions:
    """What becomes of the data."""

    drop_database: bool
    keep_data: bool
    discard: bool


def all_units(site: Site) -> list[str]:
    """Return our units in the order in which they are stopped: what starts others comes first."""
    triggers = [unit for unit in site.units if unit.endswith((".timer", ".path", ".socket"))]
    services = [f"{name}.service" for name in (*reversed(site.services), site.bridge)]
    return [*triggers, *services, *(u for u in site.units if u not in (*triggers, *services))]


def drain(site: Site) -> None:
    """Have the API refuse writes, so that what is backed up next is all there is."""
    with contextlib.suppress(OSError):
        site.draining.touch()


def stop_all(site: Site, journals: list[Journal]) -> None:
    """Stop everything of ours; what does not end by itself is killed."""
    names = all_units(site)
    # Alone, for in one go it would stop after the worker, which a mail would start once more.
    run(["systemctl", "stop", site.mail_socket], check=False, timeout=COMMAND_SECONDS)
    run(["systemctl", "stop", "--no-block", *names], check=False, timeout=COMMAND_SECONDS)
    deadline = time.monotonic() + STOP_SECONDS
    while (left := _alive(names)) and time.monotonic() < deadline:
        time.sleep(0.2)
    for unit in left:
        output.warn(f"{unit} does not stop and is killed")
        run(["systemctl", "kill", "--signal=KILL", unit], check=False, timeout=COMMAND_SECONDS)
    if is_our_user(site, journals):
        run(["pkill", "-KILL", "-u", site.user], check=False, timeout=COMMAND_SECONDS)
    for _ in range(50):
        if not (left := _alive(names)):
            break
        time.sleep(0.1)
    # One that failed keeps its name in systemd's memory.
    run(["systemctl", "reset-failed", *names], check=False, timeout=COMMAND_SECONDS)
    if left:
        raise OSError(f"still running: {', '.join(left)}")
    output.ok("all services are stopped")


def resume(site: Site) -> list[str]:
    """Start everything again, for the removal was not begun; return what does not run."""
    site.draining.unlink(missing_ok=True)
    for unit in site.enabled_units:
        with contextlib.suppress(ShellError):
            units.start(unit)
    return [unit for unit in site.enabled_units if not units.is_active(unit)]


def is_installed(site: Site) -> bool:
    """Say whether anything of an installation is here: units, releases, or nginx's site."""
    signs = (site.current, site.releases, site.env_file, site.nginx_site, site.nginx_link)
    return bool(unit_files(site)) or any(map(os.path.lexists, signs))


def disable_all(site: Site) -> None:
    """Have none of our units start with the machine."""
    known = [unit for unit in site.units if (site.unit_folder / unit).exists()]
    if known:
        run(["systemctl", "disable", "--quiet", *known], check=False, timeout=COMMAND_SECONDS)
    for link in site.unit_folder.glob("*.wants/atum-desk-*"):
        link.unlink()
    output.ok("none of its units starts with the machine")


def unit_files(site: Site) -> list[Path]:
    """Return our units' files and their drop-ins."""
    drop_ins = [Path(f"{site.unit_folder / unit}.d") for unit in site.units]
    places = [*(site.unit_folder / unit for unit in site.units), *drop_ins]
    return [path for path in places if os.path.lexists(path)]


def remove_units(site: Site) -> None:
    """Remove our units and their drop-ins, and have systemd forget them."""
    for path in unit_files(site):
        _remove(path)
    run(["systemctl", "daemon-reload"], timeout=60)
    output.ok("systemd knows none of its units")


def restore_nginx(site: Site, journals: list[Journal]) -> None:
    """Remove our site, put back what the installation changed, test and reload."""
    for path in (site.nginx_link, site.nginx_site, site.tls.parent):
        if os.path.lexists(path):
            _remove(path)
    for inverse in _changed_of_others(site, journals):
        files.restore_file(inverse)
        output.ok(f"restored {inverse['path']}")
    if shutil.which("nginx") is None:
        return
    tested = run(["nginx", "-t"], check=False, timeout=COMMAND_SECONDS)
    if not tested.ok:
        raise OSError(f"nginx is not reloaded, its settings are wrong: {last_words(tested)}")
    nginx.reload_nginx({})
    output.ok("nginx is reloaded without it")


def traces(site: Site) -> list[Path]:
    """Return what nginx and systemd wrote for us: logs, also rotated ones, and timers' stamps."""
    stamps = [site.timer_stamps / f"stamp-{name}.timer" for name in site.timers]
    return [*sorted(site.nginx_logs.glob("atum-desk.*")), *(p for p in stamps if p.exists())]


def remove_traces(site: Site, kept: Path | None) -> None:
    """Move nginx's logs of us to `kept`, or remove them with None; the stamps of timers go."""
    for path in traces(site):
        if kept and path.parent == site.nginx_logs:
            kept.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.move(path, kept / path.name)
        else:
            _remove(path)
    output.ok(f"nginx's logs are kept in {kept}" if kept else "nginx's logs are removed")


def drop_state(site: Site, *, drop: bool) -> None:
    """Delete our Redis keys, and database and roles if that was asked for."""
    try:
        output.ok(f"{delete_our_keys()} Redis keys deleted, none but {site.redis_keys}")
    except ShellError as error:
        output.warn(f"Redis keys are not deleted: {error}")
    if not drop:
        output.ok(f"the database {site.database} is kept, with its roles")
        return
    postgres = Postgres(site)
    for database in (*side_databases(site), site.database):
        postgres.drop(database)
    for role in reversed(site.roles):
        postgres.query(f"drop role if exists {identifier(role)}", ADMINISTRATION)
    output.ok(f"the database {site.database} and its roles are dropped")


def is_our_user(site: Site, journals: list[Journal]) -> bool:
    """Say whether there is the service user and the installation did not find it there."""
    kinds = [entry.inverse["kind"] for journal in journals for entry in journal.entries()]
    return user_exists(site.user) and (not kinds or "remove_user" in kinds)


def remove_user(site: Site, journals: list[Journal]) -> None:
    """Remove the service user, unless the installation found it there."""
    if is_our_user(site, journals):
        run(["userdel", site.user], timeout=COMMAND_SECONDS)
        output.ok(f"the user {site.user} is removed")


def tree_parts(site: Site, options: UninstallOptions) -> list[Path]:
    """Return what of the install root is removed, in order."""
    data = [] if options.keep_data else [site.data]
    parts = [*data, *(site.prefix / name for name in TREE)]
    return [path for path in parts if os.path.lexists(path)]


def remove_tree(site: Site, options: UninstallOptions) -> None:
    """Remove the tree; what is not ours in its folder stays, and with it the folder."""
    # Left in data that is kept, it would have the next installation refuse all writes.
    site.draining.unlink(missing_ok=True)
    for path in tree_parts(site, options):
        _remove(path)
    with contextlib.suppress(OSError):
        site.prefix.rmdir()
    if site.prefix.exists():
        left = ", ".join(sorted(path.name for path in site.prefix.iterdir()))
        output.warn(f"{site.prefix} stays, with {left or 'nothing'} in it")
    else:
        output.ok(f"{site.prefix} is removed")


def _alive(names: list[str]) -> list[str]:
    shown = ["systemctl", "show", "--property=Id,ActiveState", *names]
    states = run(shown, check=False, timeout=COMMAND_SECONDS).stdout
    found = []
    for block in states.split("\n\n"):
        values = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        if values.get("ActiveState") not in (None, "inactive", "failed"):
            found.append(values["Id"])
    return found


def _changed_of_others(site: Site, journals: list[Journal]) -> Iterator[dict[str, object]]:
    """Yield what stood, before the first installation, where something of others was changed."""
    seen = set()
    for journal in journals:
        for entry in journal.entries():
            path = entry.inverse.get("path", "")
            if entry.inverse["kind"] != "restore_file" or path in seen:
                continue
            seen.add(path)
            found = entry.inverse["found"]["type"]
            is_outside = not Path(path).is_relative_to(site.prefix)
            if is_outside and found != "missing" and not os.path.lexists(path):
                yield entry.inverse


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        remove_folder(path)
    else:
        path.unlink(missing_ok=True)
