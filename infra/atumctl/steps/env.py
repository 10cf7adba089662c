"""`api/.env`: what the services need to know; what a person has written there stays unless asked."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from atumctl.core.site import Site, read_env_text
from atumctl.steps.changes import Changes
from atumctl.steps.files import write_file

# What depends on where this machine has its things.
OF_THE_MACHINE = ("ATUM_DATA", "ATUM_DATABASE_URL", "ATUM_REDIS_URL")
HEAD = "# Settings of this installation; ./atum settings tells what each means.\n"


@dataclass(frozen=True)
class Planned:
    """The text settings are to have, and the names of those that are new or changed by it."""

    text: str
    changed: list[str]


def plan(site: Site, wanted: dict[str, str], asked: dict[str, str], beginning: str = HEAD) -> Planned:
    """Return what the settings become.

    `wanted` is added where it is missing, `asked` replaces what is there, and a secret key is made
    if there is none. `beginning` is the text to begin with where there is no file yet.
    """
    there = site.env_file.exists()
    text = settle(site.env_file.read_text() if there else beginning, wanted, asked)
    before = site.read_env()
    after = read_env_text(text)
    return Planned(text, [name for name in after if before.get(name) != after[name]])


def is_read_by_services(name: str) -> bool:
    """Say whether the services read a setting; some are for this tool alone."""
    return not name.startswith("ATUM_OPS_")


def write_env(changes: Changes, planned: Planned) -> None:
    """Write the settings."""
    site = changes.site
    write_file(changes, site.env_file, planned.text, mode=0o600, owner=site.user)


def settle(text: str, wanted: dict[str, str], asked: dict[str, str]) -> str:
    """Return settings with what is new in the line it has, or at the end where it has none."""
    given = read_env_text(text)
    new = {name: value for name, value in asked.items() if given.get(name) != value}
    new |= {name: value for name, value in wanted.items() if not given.get(name)} | new
    if not given.get("ATUM_SECRET"):
        new["ATUM_SECRET"] = secrets.token_urlsafe(48)
    lines = []
    for line in text.splitlines():
        name = line.partition("=")[0].strip().removeprefix("export ").strip()
        lines.append(f'{name}="{new[name]}"' if name in new and name in given else line)
    lines += [f'{name}="{value}"' for name, value in new.items() if name not in given]
    return "\n".join(lines) + "\n"


def server_settings(site: Site, url: str, database_port: int, tls: str) -> dict[str, str]:
    """Return what a server's services are told."""
    return {
        "ATUM_URL": url,
        "ATUM_DATA": str(site.data),
        "ATUM_DATABASE_URL": f"postgresql://127.0.0.1:{database_port}/{site.database}",
        "ATUM_REDIS_URL": site.redis_url,
        "ATUM_TRUSTED_PROXIES": "127.0.0.1",
        "ATUM_LOG_FORMAT": "json",
        "ATUM_OPS_TLS": tls,
    }
