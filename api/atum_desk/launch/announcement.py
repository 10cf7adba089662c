"""What `./atum up` says: progress, the lines of its processes, and how to get in."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import msgspec

from atum_desk.kernel.config.settings import Settings
from atum_desk.launch.progress import say

LONGEST_LOG_BYTES = 50_000_000


class Ready(msgspec.Struct, frozen=True):
    """The one line of `./atum up --json`; `password` is null once it is known to its owner only."""

    address: str
    desk: str
    smtp_port: int
    email: str
    password: str | None
    pid: int
    api_port: int
    live_port: int
    data: str


class Announcer:
    """Where lines go: the terminal, or with `as_json` a log file and one line of JSON."""

    def __init__(self, settings: Settings, as_json: bool) -> None:
        """Open the log file when there is to be one."""
        self._settings = settings
        self._as_json = as_json
        self._is_announced = False
        self._log = _open_log(settings.logs / "atum.log") if as_json else sys.stdout

    def progress(self, words: str) -> None:
        """Say what is being done, before there is anything to use."""
        say(words)

    def line(self, name: str, line: str) -> None:
        """Pass on one line of a process; a terminal that is gone ends nothing."""
        moment = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} " if self._as_json else ""
        try:
            print(f"{moment}{name:8} | {line}", file=self._log, flush=True)
        except OSError:
            self._log = open(os.devnull, "w")  # noqa: SIM115

    def ready(self, first_password: str | None) -> None:
        """Say that everything serves, and how to sign in."""
        ready = Ready(
            address=self._settings.web_url,
            desk=f"{self._settings.web_url}/desk",
            smtp_port=self._settings.smtp_port,
            email=self._settings.admin_email,
            password=first_password or self._settings.admin_password or None,
            pid=os.getpid(),
            api_port=self._settings.api_port,
            live_port=self._settings.live_port,
            data=str(self._settings.data),
        )
        self._is_announced = True
        if self._as_json:
            print(msgspec.json.encode(ready).decode(), flush=True)
        else:
            print(self._words(first_password), flush=True)

    def leave(self, first_password: str | None) -> None:
        """Say the first sign-in if nothing served, for it is kept nowhere and made only once."""
        if first_password and not self._is_announced:
            self.progress(
                f"the first sign-in is {self._settings.admin_email} with the password {first_password} (shown only now)"
            )

    def _words(self, first_password: str | None) -> str:
        settings = self._settings
        port, mailbox = settings.smtp_port, settings.mail_address
        mail = f"port {port} (SMTP), e.g. to {mailbox}" if port else "not received by SMTP"
        if first_password:
            sign_in = f"{settings.admin_email}  password: {first_password}  (shown only now)"
        elif settings.admin_password:
            sign_in = f"{settings.admin_email}  password: as set by ATUM_ADMIN_PASSWORD"
        else:
            sign_in = f"{settings.admin_email}  password: already set; ./atum password {settings.admin_email} resets it"
        return "\n".join(
            [
                "",
                "  ATUM DESK is ready",
                f"  desk      {settings.web_url}/desk   for your team",
                f"  portal    {settings.web_url}        for whoever asks for help",
                f"  mail      {mail}",
                f"  sign in   {sign_in}",
                "  stop      Ctrl-C",
                "",
            ]
        )


def _open_log(path: Path) -> IO[str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LONGEST_LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("a", encoding="utf-8")
