"""Run a program that refuses to run as root, as root."""

import os
import pwd
import shutil
import subprocess
from functools import cache
from pathlib import Path

import msgspec

from atum_desk.launch.problems import LaunchError

FIRST_USER = 1000
SERVICE_ACCOUNTS = ("postgres", "nobody", "daemon")


class Unprivileged(msgspec.Struct, frozen=True):
    """What stands before a command so that it does not run as root.

    `owner` is the (uid, gid) its files must belong to, or None when they stay ours.
    """

    prefix: tuple[str, ...] = ()
    owner: tuple[int, int] | None = None

    def adopt(self, folder: Path) -> None:
        """Give a folder to the account the command runs as, where that is another one."""
        if self.owner:
            os.chown(folder, *self.owner)


@cache
def unprivileged() -> Unprivileged:
    """Return how to start PostgreSQL as who we are.

    As root a user namespace is preferred: inside it we are an ordinary user, outside the files
    stay root's, so no account and no open home folder is needed. Where namespaces are forbidden
    (some containers) a service account is used, which must be able to reach the data folder.
    """
    if os.geteuid() != 0:
        return Unprivileged()
    account = _known_account()
    if account:
        prefix = ("unshare", "--user", f"--map-user={account}", f"--map-group={account}")
        if shutil.which("unshare") and _works(prefix):
            return Unprivileged(prefix)
    for name in SERVICE_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        prefix = ("setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups")
        if shutil.which("setpriv") and _works(prefix):
            return Unprivileged(prefix, (entry.pw_uid, entry.pw_gid))
    raise LaunchError(
        "PostgreSQL does not run as root and no other account can be used here; "
        "start ./atum as an ordinary user or set ATUM_DATABASE_URL."
    )


def _known_account() -> int | None:
    """Return the uid to be inside the namespace; initdb insists that it has a name."""
    for uid in (FIRST_USER, *_service_uids()):
        try:
            return pwd.getpwuid(uid).pw_uid
        except KeyError:
            continue
    return None


def _service_uids() -> list[int]:
    return [entry.pw_uid for entry in pwd.getpwall() if entry.pw_name in SERVICE_ACCOUNTS]


def _works(prefix: tuple[str, ...]) -> bool:
    return subprocess.run([*prefix, "true"], check=False, capture_output=True).returncode == 0
