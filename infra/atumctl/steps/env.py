"""`api/.env`: what the services need to know; what a person has written there stays."""

from __future__ import annotations

import secrets

from atumctl.site import Site, read_env_file
from atumctl.steps.changes import Changes
from atumctl.steps.files import write_file

HEAD = "# Settings of this installation; ./atum settings tells what each means.\n"


def write_env(changes: Changes, wanted: dict[str, str]) -> None:
    """Add the settings that are missing, and a secret key if there is none."""
    site = changes.site
    text = site.env_file.read_text() if site.env_file.exists() else HEAD
    given = read_env_file(site.env_file)
    missing = {name: value for name, value in wanted.items() if not given.get(name)}
    if not given.get("ATUM_SECRET"):
        missing["ATUM_SECRET"] = secrets.token_urlsafe(48)
    if missing and not text.endswith("\n"):
        text += "\n"
    text += "".join(f'{name}="{value}"\n' for name, value in missing.items())
    write_file(changes, site.env_file, text, mode=0o600, owner=site.user)


def change_env(changes: Changes, changed: dict[str, str]) -> None:
    """Set settings anew, each in the line it has."""
    site = changes.site
    lines = site.env_file.read_text().splitlines() if site.env_file.exists() else []
    kept = [line for line in lines if line.partition("=")[0].strip() not in changed]
    kept += [f'{name}="{value}"' for name, value in changed.items()]
    write_file(changes, site.env_file, "\n".join(kept) + "\n", mode=0o600, owner=site.user)


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
