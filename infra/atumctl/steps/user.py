"""The service user: no password, no home, no shell."""

from __future__ import annotations

import pwd

from atumctl.core.journal import Inverse
from atumctl.core.shell import run
from atumctl.steps.changes import Changes


def make_user(changes: Changes) -> bool:
    """Make the service user where it is missing; return whether it was."""
    name = changes.site.user
    if user_exists(name):
        return False
    words = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    shell = ["--shell", "/usr/sbin/nologin", "--comment", "ATUM DESK"]
    changes.act(f"user {name}", {"kind": "remove_user", "name": name}, lambda: run(["useradd", *words, *shell, name]))
    return True


def user_exists(name: str) -> bool:
    """Say whether there is such a user."""
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def remove_user(inverse: Inverse) -> None:
    """Remove a user; what still runs in its name is ended."""
    name = inverse["name"]
    if user_exists(name):
        run(["pkill", "-KILL", "-u", name], check=False)
        run(["userdel", name])
