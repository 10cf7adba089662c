"""The settings in a backup: `api/.env`, and the secret where it is kept in a file of its own.

A backup of the embedded desk carries the secret of `data/secret` as one more line, so that the
same file brings the same sign-ins to a server and back.
"""

from __future__ import annotations

import os
from pathlib import Path

from atumctl.core.durable_files import write_durably
from atumctl.core.site import Site, read_env_file

SECRET = "ATUM_SECRET"
# Where this machine has its things; a backup of another one does not know better.
OF_THE_MACHINE = (
    *("ATUM_DATA", "ATUM_DATABASE_URL", "ATUM_REDIS_URL", "ATUM_BIND"),
    *("ATUM_API_PORT", "ATUM_LIVE_PORT", "ATUM_WEB_PORT", "ATUM_SMTP_PORT", "ATUM_SMTP_BIND"),
    "ATUM_LMTP_SOCKET",
)
# Under what name and behind what this machine is reached: its own where it has said so.
OF_THE_PLACE = ("ATUM_URL", "ATUM_TRUSTED_PROXIES", "ATUM_OPS_TLS", "ATUM_OPS_PROXIES")


def env_text(site: Site) -> str:
    """Return the settings to back up."""
    text = site.env_file.read_text(encoding="utf-8") if site.env_file.exists() else ""
    if read_env_file(site.env_file).get(SECRET) or not (site.data / "secret").exists():
        return text
    text = text if not text or text.endswith("\n") else f"{text}\n"
    return f"{text}{SECRET}={secret_of(site)}\n"


def secret_of(site: Site) -> str:
    """Return the secret that the embedded desk keeps with its data; empty where it has none."""
    kept = site.data / "secret"
    return kept.read_text(encoding="utf-8").strip() if kept.exists() else ""


def merged_env(backed_up: str, present: str | None) -> str:
    """Return settings of a backup for this machine; what is the machine's own stays as it is.

    `present` is the text of the machine's own settings, None where it has none yet.
    """
    if present is None:
        return backed_up
    own = [line for line in present.splitlines() if _name(line) in OF_THE_MACHINE + OF_THE_PLACE]
    settled = {*OF_THE_MACHINE, *map(_name, own)}
    theirs = [line for line in backed_up.splitlines() if _name(line) not in settled]
    return "\n".join([*own, *theirs]) + "\n"


def files_to_write(site: Site, backed_up: str) -> dict[Path, str]:
    """Return the files a backup's settings go to, with their text.

    The embedded desk keeps its secret with its data, unless its settings name one.
    """
    path = site.env_file
    present = path.read_text(encoding="utf-8") if path.exists() else None
    if site.kind == "server":
        return {path: merged_env(backed_up, present)}
    text = merged_env(backed_up, present or "")
    if read_env_file(path).get(SECRET):
        return {path: text}
    secret = next((line for line in text.splitlines() if _name(line) == SECRET), "")
    others = [line for line in text.splitlines() if line and line != secret]
    files = {path: "\n".join(others) + "\n"} if others or path.exists() else {}
    if secret:
        files[site.data / "secret"] = _value(secret) + "\n"
    return files


def write_settings(path: Path, text: str) -> None:
    """Write settings for their owner's eyes only; a file that is there keeps its owner."""
    found = path.stat() if path.exists() else None
    write_durably(path, text.encode())
    if found:
        os.chown(path, found.st_uid, found.st_gid)


def _name(line: str) -> str:
    """Return the name a line assigns, or all of a line that assigns nothing."""
    return line.partition("=")[0].strip().removeprefix("export ").strip()


def _value(line: str) -> str:
    return line.partition("=")[2].strip().strip("\"'")
