"""Paths, names and settings of one installation. Nothing here changes anything."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

DEFAULT_PREFIX = Path("/data/ATUM DESK/atum-desk")


@dataclass(frozen=True)
class Site:
    """One installation. `server` has systemd and nginx; `embedded` is what `./atum up` runs.

    `root` stands before every path of the machine outside the prefix, so that tests have a
    machine of their own.
    """

    prefix: Path
    kind: Literal["server", "embedded"] = "server"
    root: Path = Path("/")

    database = "atum_desk"
    owner_role = "atum_desk_owner"
    roles = (
        *("atum_desk_owner", "atum_desk_gate", "atum_desk_app"),
        *("atum_desk_staff", "atum_desk_contact", "atum_desk_worker", "atum_desk_sign_in"),
    )
    # Those that the services sign in as.
    login_roles = (*("atum_desk_staff", "atum_desk_contact"), *("atum_desk_worker", "atum_desk_sign_in"))
    user = "atum-desk"
    # Started in this order and stopped in the reverse one.
    services = ("atum-desk-api", "atum-desk-ws", "atum-desk-worker")
    worker = "atum-desk-worker"
    # Holds the mail port for the worker, and starts it when mail comes.
    mail_socket = "atum-desk-mail.socket"
    bridge = "atum-desk-api-bridge"
    timers = ("atum-desk-backup", "atum-desk-watch", "atum-desk-certificate")
    units = (
        *(f"{name}.service" for name in services),
        mail_socket,
        f"{bridge}.service",
        *("atum-desk-backup.service", "atum-desk-backup.timer"),
        *("atum-desk-watch.service", "atum-desk-watch.timer"),
        *("atum-desk-certificate.service", "atum-desk-certificate.timer"),
        *("atum-desk-requests.service", "atum-desk-requests.path"),
    )
    ports = (8000, 8001)
    bridge_port = 8002
    redis_url = "redis://127.0.0.1:6379/0"
    redis_keys = "atum:*"

    @property
    def enabled_units(self) -> tuple[str, ...]:
        """Return the units that start with the machine; the bridge and the one-shots never do."""
        return (
            *((self.mail_socket,) if self.takes_mail else ()),
            *(f"{name}.service" for name in self.services),
            *(f"{name}.timer" for name in self.timers),
            "atum-desk-requests.path",
        )

    @property
    def takes_mail(self) -> bool:
        """Say whether the settings name a port or a socket on which mail comes in."""
        settings = self.read_env()
        lmtp = settings.get("ATUM_LMTP_SOCKET", "")
        return settings.get("ATUM_SMTP_PORT") != "0" or lmtp.startswith("/")

    @property
    def api(self) -> Path:
        """Return the Python side of the tree that was unpacked."""
        return self.prefix / "api"

    @property
    def env_file(self) -> Path:
        """Return the settings, 0600 and the service user's."""
        return self.api / ".env"

    @property
    def owner_env_file(self) -> Path:
        """Return the owner role's address, 0600 and root's; for migrating only."""
        return self.api / "owner.env"

    @property
    def data(self) -> Path:
        """Return the folder of all that is kept at run time; ATUM_DATA goes before `data/`."""
        given = os.environ.get("ATUM_DATA", "") if self.kind == "embedded" else ""
        return self.prefix / (given or "data")

    @property
    def uploads(self) -> Path:
        """Return the folder of content-addressed files."""
        return self.data / "uploads"

    @property
    def backups(self) -> Path:
        """Return the folder of backups and their index."""
        return self.data / "backups"

    @property
    def quarantine(self) -> Path:
        """Return the folder of files that were refused and kept for a look."""
        return self.data / "quarantine"

    @property
    def journal(self) -> Path:
        """Return the folder of journals; root's alone, for what they say is done as root."""
        return self.data / "journal"

    @property
    def watch(self) -> Path:
        """Return the folder of the watch's state and history."""
        return self.data / "watch"

    @property
    def requests(self) -> Path:
        """Return the folder in which the application asks for whitelisted verbs."""
        return self.data / "requests"

    @property
    def draining(self) -> Path:
        """Return the file whose presence makes the API refuse writes."""
        return self.data / "draining"

    @property
    def releases(self) -> Path:
        """Return the folder that holds one folder for each installed release."""
        return self.prefix / "releases"

    @property
    def current(self) -> Path:
        """Return the link to the release in use."""
        return self.prefix / "current"

    @property
    def bridge_link(self) -> Path:
        """Return the link to the release that the bridge runs, during a switch."""
        return self.prefix / "bridge"

    def release(self, version: str) -> Path:
        """Return the folder of a release."""
        return self.releases / version

    def python(self, release: Path | None = None) -> Path:
        """Return the interpreter of a release; of the one in use unless told."""
        return (release or self.current) / "api/.venv/bin/python"

    @property
    def unit_folder(self) -> Path:
        """Return where systemd's units of this machine are."""
        return self.root / "etc/systemd/system"

    @property
    def nginx(self) -> Path:
        """Return nginx's folder of settings."""
        return self.root / "etc/nginx"

    @property
    def nginx_site(self) -> Path:
        """Return our site's file."""
        return self.nginx / "sites-available/atum-desk.conf"

    @property
    def nginx_link(self) -> Path:
        """Return the link that enables our site."""
        return self.nginx / "sites-enabled/atum-desk.conf"

    @property
    def tls(self) -> Path:
        """Return the folder of certificate and key."""
        return self.root / "etc/atum-desk/tls"

    @property
    def nginx_logs(self) -> Path:
        """Return nginx's folder of logs, in which ours begin with `atum-desk.`."""
        return self.root / "var/log/nginx"

    @property
    def timer_stamps(self) -> Path:
        """Return where systemd remembers when a persistent timer last ran."""
        return self.root / "var/lib/systemd/timers"

    @property
    def kept_folder(self) -> Path:
        """Return where data goes before a removal."""
        return self.root / "var/backups/atum-desk"

    @property
    def lock_file(self) -> Path:
        """Return the file that keeps two verbs that alter the machine apart."""
        return self.root / "run/atumctl.lock"

    def read_env(self) -> dict[str, str]:
        """Return the assignments of `api/.env`; none when it is missing."""
        return read_env_file(self.env_file)

    def setting(self, name: str, default: str) -> str:
        """Return a setting from the environment, from `api/.env`, or its default."""
        return os.environ.get(name) or self.read_env().get(name) or default

    def number(self, name: str, default: float) -> float:
        """Return a setting that is a number; one that cannot be read is its default."""
        try:
            return float(self.setting(name, str(default)))
        except ValueError:
            return default


def read_env_file(path: Path) -> dict[str, str]:
    """Return the NAME=value lines of a file, without quotes; none when it is missing."""
    try:
        return read_env_text(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def read_env_text(text: str) -> dict[str, str]:
    """Return the NAME=value lines of a text, without quotes."""
    found = {}
    for line in text.splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith("#"):
            value = value.strip()
            if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
                value = value[1:-1]
            found[name.removeprefix("export ").strip()] = value
    return found
