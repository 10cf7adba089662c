"""What systemd does on a server and `./atum up` does itself: the watch, and what the desk asked for."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from atum_desk.kernel.config.settings import REPOSITORY, Settings
from atum_desk.kernel.processes.child_signals import end_with_parent, send_signal
from atum_desk.launch.operations import TOOL, client_programs
from atum_desk.launch.problems import LaunchError

LOOK_SECONDS = 1.0
WATCH_SECONDS = 60.0
FIRST_WATCH_SECONDS = 15.0
# Behind everything that people wait for.
NICENESS = 15
MOST_WORDS = 4_000


class Chores:
    """Runs atumctl, one verb at a time."""

    def __init__(self, settings: Settings, environment: Mapping[str, str], say: Callable[[str, str], None]) -> None:
        """Take the environment that names the database; `say(name, line)` gets what went wrong."""
        self._settings = settings
        self._environment = environment
        self._say = say
        self._requests = settings.data / "requests"

    async def run(self) -> None:
        """Work until cancelled; a verb under way is then ended."""
        watch_at = time.monotonic() + FIRST_WATCH_SECONDS
        while True:
            try:
                if waiting := self._waiting():
                    await self._answer(waiting)
                    # What was asked for may have altered what is to be seen.
                    watch_at = 0.0
                elif time.monotonic() >= watch_at:
                    watch_at = time.monotonic() + WATCH_SECONDS
                    await self._watch()
            except OSError as error:
                self._say("chores", str(error))
            await asyncio.sleep(LOOK_SECONDS)

    async def _watch(self) -> None:
        code, words = await self._atumctl("watch")
        if code:
            self._say("watch", words.splitlines()[-1] if words else f"exit code {code}")

    def _waiting(self) -> list[Path]:
        """Return the requests without an answer."""
        with contextlib.suppress(OSError):
            names = set(os.listdir(self._requests))
            return [
                self._requests / name
                for name in names
                if name.endswith(".json")
                and not name.endswith(".done.json")
                and f"{name.removesuffix('.json')}.done.json" not in names
            ]
        return []

    async def _answer(self, waiting: list[Path]) -> None:
        """Let atumctl carry out what waits; what it left without an answer gets its words."""
        code, words = await self._atumctl("requests")
        left = set(self._waiting()) & set(waiting)
        for request in left:
            answer = {"exit_code": code or 1, "words": words or "atumctl left no word why."}
            request.with_suffix(".done.json").write_text(json.dumps(answer))
            self._say("requests", f"{request.name} was not carried out: {words[-200:]}")

    async def _atumctl(self, verb: str) -> tuple[int, str]:
        """Run a verb on this installation and return its exit code and what it said."""
        if not TOOL.exists():
            return 1, f"The operations tool is not here: {TOOL} is missing."
        try:
            programs = await asyncio.to_thread(client_programs, self._settings)
        except LaunchError as error:
            return 1, str(error)
        given = {"ATUM_PG_DSN": self._environment["ATUM_DATABASE_URL"], "ATUM_PG_BIN": str(programs)}
        process = await asyncio.create_subprocess_exec(
            *("nice", "-n", str(NICENESS), sys.executable, str(TOOL)),
            *(verb, "--yes", "--prefix", str(REPOSITORY)),
            env=dict(self._environment) | given,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            preexec_fn=end_with_parent(),
        )
        try:
            said, _ = await process.communicate()
        except asyncio.CancelledError:
            send_signal(process, signal.SIGTERM)
            await process.wait()
            raise
        return process.returncode or 0, said.decode(errors="replace").strip()[-MOST_WORDS:]
