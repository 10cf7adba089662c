"""Packages of the distribution: installs what is missing; undoing removes what that brought."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from atumctl.core.journal import Inverse
from atumctl.core.shell import run
from atumctl.steps.changes import Changes
from atumctl.steps.files import found_at, restore_file

APT = ("apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300")
# What a package is needed for, by a file that shows that something serves already.
WANTED = {
    "postgresql": "usr/bin/pg_lsclusters",
    "redis-server": "usr/bin/redis-server",
    "nginx": "usr/sbin/nginx",
    "python3-venv": "usr/lib/python3*/ensurepip/__init__.py",
    "openssl": "usr/bin/openssl",
    "ca-certificates": "etc/ssl/certs/ca-certificates.crt",
}
# What these packages leave behind although they are purged, or take along that they did not bring.
FOLDERS = (
    *("/var/lib/postgresql", "/var/log/postgresql", "/etc/postgresql", "/etc/postgresql-common"),
    *("/var/lib/redis", "/var/log/redis", "/etc/redis"),
    *("/var/lib/nginx", "/var/log/nginx", "/etc/nginx", "/var/www"),
)
CREATE_CLUSTER = "etc/postgresql-common/createcluster.d"
USERS = ("postgres", "redis")
GROUPS = ("postgres", "redis", "ssl-cert")
FILES = ("/etc/default/locale", "/etc/locale.gen")


def missing_packages(root: Path = Path("/")) -> list[str]:
    """Return the packages to install; a service that came in another way is used as it is."""
    return [name for name, shown in WANTED.items() if not any(root.glob(shown))]


def install_packages(changes: Changes) -> list[str]:
    """Install what is missing and return its names."""
    missing = missing_packages(changes.site.root)
    if not missing:
        return []

    def install() -> None:
        run([*APT, "update"], timeout=600)
        with making_clusters_with_checksums(changes.site.root):
            run([*APT, "install", "--no-install-recommends", *missing], timeout=1800)

    changes.act(f"packages {' '.join(missing)}", _inverse(), install)
    return missing


@contextlib.contextmanager
def making_clusters_with_checksums(root: Path) -> Iterator[None]:
    """Have the cluster that comes with PostgreSQL's package get data checksums, and no later one.

    Source: pg_createcluster(1), which reads /etc/postgresql-common/createcluster.d.
    """
    file = root / CREATE_CLUSTER / "atum-desk.conf"
    brought = [folder for folder in (file.parent, file.parent.parent) if not folder.exists()]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("initdb_options = '--data-checksums'\n")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
        for folder in brought:
            with contextlib.suppress(OSError):
                folder.rmdir()  # the package may use it by now


def installed() -> set[str]:
    """Return the names of all packages that are installed or have left their settings."""
    listed = run(["dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${binary:Package}\\n"]).stdout
    return {line.split()[-1] for line in listed.splitlines() if line[:1] not in ("u", "p")}


def purge_packages(inverse: Inverse) -> None:
    """Remove what came since, with its settings and, as nothing else was in them, its data."""
    run(["dpkg", "--configure", "-a"], check=False)
    brought = installed() - set(inverse["before"])
    if "postgresql-common" in brought:
        _drop_clusters()
    if brought:
        run([*APT, "purge", *sorted(brought)], timeout=900)
    for folder in inverse["new_folders"]:
        shutil.rmtree(folder, ignore_errors=True)
    for user in inverse["new_users"]:
        run(["userdel", user], check=False)
    for group in inverse["new_groups"]:
        run(["groupdel", group], check=False)
    for path, found in inverse["files"].items():
        restore_file({"path": path, "found": found})
    run(["systemctl", "daemon-reload"], check=False)
    run(["systemctl", "reset-failed"], check=False)


def _inverse() -> Inverse:
    """Return what is there before, as far as packages are known not to clear up after themselves."""
    return {
        "kind": "purge_packages",
        "before": sorted(installed()),
        "new_folders": [folder for folder in FOLDERS if not Path(folder).exists()],
        "new_users": [name for name in USERS if not _is_known("passwd", name)],
        "new_groups": [name for name in GROUPS if not _is_known("group", name)],
        "files": {path: found_at(Path(path)) for path in FILES},
    }


def _is_known(kind: str, name: str) -> bool:
    return run(["getent", kind, name], check=False).ok


def _drop_clusters() -> None:
    for line in run(["pg_lsclusters", "-h"], check=False).stdout.splitlines():
        version, name = line.split()[:2]
        run(["pg_dropcluster", "--stop", version, name], check=False)
