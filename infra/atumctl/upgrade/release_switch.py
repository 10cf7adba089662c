"""Moves the services to another release without a failed request.

While the API starts anew, the bridge answers: the API of the release gone to, on another port,
which nginx asks whenever the first one refuses. Mail waits at the port that systemd holds. What
runs already as it should is left alone, so the same call finishes a switch that was interrupted, and
one to the old release undoes it.
"""

from __future__ import annotations

import time

from atumctl.backup.restored_database import let_earlier_release_sign_in
from atumctl.core import health
from atumctl.core.output import Failed
from atumctl.core.postgres import Postgres
from atumctl.core.releases import current_version, main_pid, needed_schema, running
from atumctl.core.shell import ShellError, run
from atumctl.core.site import Site
from atumctl.steps import mail_port, units
from atumctl.steps.changes import Changes
from atumctl.steps.files import put_file, put_link
from atumctl.steps.templates import fill

VERB = "switch"
# What the units allow for stopping and starting; the bridge answers as long as it takes.
RESTART_SECONDS = 140.0
# A release that is left because it is ill gets less time to finish what it has in hand.
HURRY_SECONDS = 10.0
SETTLE_SECONDS = 0.2
# Releases before it find and open sessions as roles that no longer do (ADR 0017).
OWN_SIGN_IN_SCHEMA = "0011"


def act(changes: Changes, version: str) -> None:
    """Switch, written down with the way back."""
    site = changes.site
    now = current_version(site) or version
    inverse = {"kind": "switch_release", "to": now}
    changes.act(f"switch to release {version}", inverse, lambda: switch(site, version))


def switch(site: Site, version: str, *, hurry: bool = False) -> None:
    """Have every service run a release. Raises ShellError or Failed with what did not come up.

    With `hurry` a service that hangs is ended by force after a few seconds.
    """
    _settle(site)
    if needed_schema(site.release(version)) < OWN_SIGN_IN_SCHEMA:
        let_earlier_release_sign_in(Postgres(site))
    behind = [name for name in site.services if running(site, name) != version]
    api = site.services[0]
    if api in behind:
        _start_bridge(site, version)
    _write_units(site, version)
    if mail_port.follow(site, site.release(version)) and site.worker not in behind:
        behind.append(site.worker)
    put_link(site.current, f"releases/{version}")
    if hurry:
        for name in behind:
            _stop_hurriedly(site, name)
    if behind:
        run(["systemctl", "reset-failed", *behind], check=False)
        # At once: the bridge answers requests meanwhile, systemd holds the mail port open, and
        # browsers are without live updates for less long.
        run(["systemctl", "restart", *behind], timeout=RESTART_SECONDS)
    for name in site.services:
        _require_running(site, name, version)
    stop_bridge(site)


def keep_on_bridge(site: Site, version: str) -> None:
    """Keep a release on the bridge: it answers at once when the one in use does not."""
    _start_bridge(site, version)


def stop_bridge(site: Site) -> None:
    """Stop the bridge, where the first API answers again."""
    run(["systemctl", "stop", site.bridge], check=False, timeout=60)
    run(["systemctl", "reset-failed", site.bridge], check=False)
    site.bridge_link.unlink(missing_ok=True)


def _start_bridge(site: Site, version: str) -> None:
    if running(site, site.bridge) not in (None, version):
        stop_bridge(site)
    put_link(site.bridge_link, f"releases/{version}")
    units.start(site.bridge)
    status, body = health.ask(site.bridge_port, health.READY)
    if status != 200:
        said = body[:300].decode(errors="replace")
        raise Failed(f"the API of release {version} answers {status} on the bridge: {said}")


def _write_units(site: Site, version: str) -> None:
    """Write the units of a release, where they differ from those there."""
    values = {"PREFIX": str(site.prefix), "DATA": str(site.data), "USER": site.user}
    altered = False
    for template in sorted((site.release(version) / "infra/systemd").glob("atum-desk*")):
        if template.name == site.mail_socket:
            continue
        text, path = fill(template.read_text(), values), site.unit_folder / template.name
        if path.exists() and path.read_text() != text:
            put_file(path, text.encode(), 0o644, "root")
            altered = True
    if altered:
        units.reload_systemd({})


def frees_port(site: Site, version: str) -> bool:
    """Say whether a release takes the mail port from systemd, for it listens itself."""
    wants = (site.release(version) / "infra/systemd" / site.mail_socket).is_file()
    return not wants and (site.unit_folder / site.mail_socket).exists()


def _settle(site: Site) -> None:
    """Wait for restarts that a killed switch left to systemd: what runs still is about to be replaced."""
    deadline = time.monotonic() + RESTART_SECONDS
    show = ["systemctl", "show", "--property=Job", "--value", *site.services]
    while run(show, check=False).stdout.strip() and time.monotonic() < deadline:
        time.sleep(SETTLE_SECONDS)


def _stop_hurriedly(site: Site, name: str) -> None:
    """Stop a service that may hang: gently only if it still answers."""
    port = dict(zip(site.services, site.ports, strict=False)).get(name)
    try:
        if port:
            health.ask(port, health.LIVE, timeout=2)
        run(["systemctl", "stop", name], timeout=HURRY_SECONDS, check=False)
    except (OSError, ShellError):
        run(["systemctl", "kill", "--signal=KILL", name], check=False)
        run(["systemctl", "stop", name], timeout=HURRY_SECONDS, check=False)


def _require_running(site: Site, name: str, version: str) -> None:
    if running(site, name) != version:
        raise Failed(f"{name} (process {main_pid(name)}) does not run release {version}")
