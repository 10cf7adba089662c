"""What must hold before anything is changed; each problem is a sentence that says what to do."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from atumctl.core import ports
from atumctl.core.output import CommandRefused
from atumctl.core.shell import run
from atumctl.core.site import Site
from atumctl.install import conflicts
from atumctl.install.install_options import Options
from atumctl.steps import mail_port, packages

MIN_PYTHON = (3, 11)
MIN_POSTGRES = 15
NEEDED_BYTES = 2_000_000_000
# Units with ProtectHome=, and a boot that empties them, make these no place to live.
UNSUITABLE = ("/home", "/root", "/run/user", "/tmp", "/var/tmp", "/run")


def check(site: Site, options: Options) -> None:
    """Raise Refused with everything that stands in the way."""
    offences = [
        *(*_machine(site), *_room(site), *_ports(site, options.has_tls), *_services(site)),
        *mail_port.problems(site),
        *conflicts.offences(site, options),
    ]
    if offences:
        raise CommandRefused("This machine is not ready:\n  - " + "\n  - ".join(offences))


def _machine(site: Site) -> Iterator[str]:
    if os.geteuid() != 0:
        yield "atumctl install must be run as root."
    if sys.version_info < MIN_PYTHON:
        yield f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}."
    if not Path("/run/systemd/system").is_dir():
        yield "systemd does not run here; to try ATUM DESK without it, use ./atum up."
    if packages.missing_packages() and shutil.which("apt-get") is None:
        names = ", ".join(packages.missing_packages())
        yield f"Without apt-get these must be installed beforehand: {names}."
    if re.search(r"[\"'\\$%*?\[\]@\x00-\x1f\x7f]", str(site.prefix)):
        yield f"{site.prefix} contains a character with a special meaning to systemd or nginx."
    if any(site.prefix.is_relative_to(place) for place in UNSUITABLE):
        yield f"{site.prefix} is not a place for services; use a folder below /data, /opt or /srv."


def _room(site: Site) -> Iterator[str]:
    places = {"the installation": site.prefix, "packages and the database": Path("/var/lib")}
    for purpose, place in places.items():
        there = next(path for path in (place, *place.parents) if path.exists())
        found = os.statvfs(there)
        free = found.f_bavail * found.f_frsize
        if free < NEEDED_BYTES:
            yield f"{there} has {free // 10**6} MB free; {purpose} need {NEEDED_BYTES // 10**6} MB."
        if found.f_files and found.f_favail < 50_000:
            yield f"{there} has only {found.f_favail} inodes left."


def _ports(site: Site, tls: bool) -> Iterator[str]:
    web = (80, 443) if tls else (80,)
    smtp = mail_port.number(site)
    ours = tuple(port for port in (*site.ports, smtp) if port)
    for holder in ports.holders((*ours, *web)):
        if holder.pid == ports.SYSTEMD and holder.port == smtp and mail_port.is_held(site):
            continue
        wanted = "nginx.service" if holder.port in web else "atum-desk-"
        if not holder.unit.startswith(wanted):
            where = f" ({holder.unit})" if holder.unit else ""
            yield f"Port {holder.port} is held by {holder.name}, process {holder.pid}{where}."


def _services(site: Site) -> Iterator[str]:
    """Yield what is wrong with PostgreSQL, Redis and nginx where they are installed already."""
    if shutil.which("nginx"):
        tested = run(["nginx", "-t"], check=False)
        if not tested.ok:
            yield f"nginx's settings already have an error: {tested.stderr.strip().splitlines()[0]}"
    if shutil.which("pg_lsclusters"):
        yield from _clusters()
    if shutil.which("redis-server"):
        answer = run(["redis-cli", "-h", "127.0.0.1", "ping"], check=False, timeout=10).stdout
        if answer.strip() != "PONG":
            yield "Redis is installed but does not answer at 127.0.0.1:6379."


def _clusters() -> Iterator[str]:
    clusters = [line.split() for line in run(["pg_lsclusters", "-h"]).stdout.splitlines()]
    if not clusters:
        yield "PostgreSQL is installed without a cluster; create one with pg_createcluster."
        return
    online = [c for c in clusters if c[3].startswith("online")]
    if not online:
        yield "PostgreSQL is installed but does not run; use: systemctl start postgresql."
    elif not any(int(c[0].split(".")[0]) >= MIN_POSTGRES for c in online):
        yield f"PostgreSQL {MIN_POSTGRES} or newer is needed; {online[0][0]} runs."
