"""`atumctl requests`: runs what the Operations page requested, and nothing else.

A request is a file that the application wrote; the application may be in somebody else's hands. So
a request chooses a verb from a list and nothing more: no word of it reaches a command line, and
nothing is followed that is not a plain file in the folder itself.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pwd
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from atumctl.core import output, shell
from atumctl.core.output import AtumctlError
from atumctl.core.own_tree import ATUMCTL
from atumctl.core.shell import ShellError, last_words
from atumctl.core.site import Site

VERBS = ("backup", "verify", "doctor")
# Who asks for the doctor wants to see on the page what it found: that is what the watch writes.
# A backup counts only when it is proven, as the timer's is, too.
RUN_AS = {"doctor": ("watch",), "backup": ("backup", "--verify")}
NAME = re.compile(r"^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.json$")
MAX_BYTES = 4096
MAX_NAME_CHARACTERS = 320
MAX_AT_ONCE = 50
VERB_SECONDS = 5 * 3600.0
MAX_ANSWER_CHARACTERS = 4000
READABLE = 0o644


class UnacceptableRequest(AtumctlError):
    """A request that is not carried out; the text says why."""


@dataclass(frozen=True)
class RequestOutcome:
    """How a request ended, as the desk reads it."""

    exit_code: int
    words: str

    def as_json(self, asked: dict[str, str]) -> bytes:
        """Return it as its file has it, with what was asked: the request itself goes."""
        ended = datetime.now(UTC).isoformat(timespec="seconds")
        told = {"exit_code": self.exit_code, "ended_at": ended, "words": self.words[-MAX_ANSWER_CHARACTERS:]}
        return json.dumps(asked | told, ensure_ascii=False).encode()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb: none but the shared ones."""


def run(args: argparse.Namespace, site: Site) -> int:
    """Carry out what waits; the exit code says whether all of it ended well."""
    answered: dict[str, Any] = {}
    with _opened(site) as folder:
        while waiting := _waiting(folder)[:MAX_AT_ONCE]:
            if args.dry_run:
                output.note(f"would: look at {len(waiting)} requests")
                return 0
            answered |= _carry_out(site, folder, waiting)
    output.result({"answered": answered})
    return 1 if any(answer["exit_code"] for answer in answered.values()) else 0


def _carry_out(site: Site, folder: int, waiting: list[str]) -> dict[str, Any]:
    """Answer these requests; several that ask for the same get the same answer."""
    asked: dict[str, dict[str, str]] = {}
    answered: dict[str, Any] = {}

    def answer(number: str, given: RequestOutcome) -> None:
        _write(folder, f"{number}.done.json", given.as_json(asked.get(number, {})))
        for name in (f"{number}.running", f"{number}.json"):
            _remove(folder, name)
        answered[number] = {"exit_code": given.exit_code, "words": given.words[:200]}

    for number in waiting:
        try:
            asked[number] = _request(site, folder, number)
        except UnacceptableRequest as refusal:
            output.warn(f"{number}: {refusal}")
            answer(number, RequestOutcome(2, str(refusal)))
    for verb in VERBS:
        numbers = [number for number, request in asked.items() if request["verb"] == verb]
        if not numbers:
            continue
        output.step(f"{verb}: {len(numbers)} requests")
        for number in numbers:
            _write(folder, f"{number}.running", b"")
        ended = _run_verb(site, verb)
        for number in numbers:
            answer(number, ended)
    return answered


def _run_verb(site: Site, verb: str) -> RequestOutcome:
    argv = [sys.executable, str(ATUMCTL), *RUN_AS.get(verb, (verb,)), "--yes", "--prefix", str(site.prefix)]
    try:
        done = shell.run(argv, timeout=VERB_SECONDS, check=False)
    except ShellError as error:
        return RequestOutcome(1, str(error))
    said = "\n".join(part for part in (done.stdout.strip(), done.stderr.strip()) if part)
    (output.ok if done.ok else output.fail)(last_words(done))
    return RequestOutcome(done.returncode, said)


def _waiting(folder: int) -> list[str]:
    """Return the numbers of requests, in the order they were written."""
    numbers = [found[1] for name in os.listdir(folder) if (found := NAME.match(name))]
    return sorted(numbers, key=lambda number: _written_at(folder, f"{number}.json"))


def _request(site: Site, folder: int, number: str) -> dict[str, str]:
    """Return what is asked for. Raises Unacceptable."""
    try:
        request = json.loads(_content(site, folder, f"{number}.json"))
    except (ValueError, RecursionError):
        raise UnacceptableRequest("The request is not JSON.") from None
    if not isinstance(request, dict) or set(request) != {"verb", "asked_by", "at"}:
        raise UnacceptableRequest("A request has verb, asked_by and at, and nothing else.")
    if request["verb"] not in VERBS:
        raise UnacceptableRequest(f"Only {', '.join(VERBS)} may be asked for.")
    asked_by, at = request["asked_by"], request["at"]
    if not isinstance(asked_by, str) or not isinstance(at, str) or len(asked_by) > MAX_NAME_CHARACTERS:
        raise UnacceptableRequest("asked_by must be a name and at a moment.")
    try:
        datetime.fromisoformat(at)
    except ValueError:
        raise UnacceptableRequest("at is not a moment.") from None
    return request


def _content(site: Site, folder: int, name: str) -> bytes:
    try:
        # Never waits for the other end of a pipe, and never follows a link.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(name, flags, dir_fd=folder)
    except OSError as error:
        raise UnacceptableRequest(f"The request cannot be read: {error.strerror}.") from None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
            raise UnacceptableRequest("The request is not a plain file.")
        if found.st_uid != _writer(site):
            raise UnacceptableRequest("The request is not the application's.")
        if found.st_size > MAX_BYTES:
            raise UnacceptableRequest("The request is too large.")
        return os.read(descriptor, MAX_BYTES)
    finally:
        os.close(descriptor)


def _writer(site: Site) -> int:
    """Return the id of the user whose requests are carried out."""
    if site.kind != "server":
        return os.getuid()
    try:
        return pwd.getpwnam(site.user).pw_uid
    except KeyError:
        raise UnacceptableRequest(f"There is no user {site.user}.") from None


@contextlib.contextmanager
def _opened(site: Site) -> Iterator[int]:
    """Keep the folder open, so that every name means a file in it and nowhere else."""
    site.requests.mkdir(mode=0o750, exist_ok=True)
    folder = os.open(site.requests, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield folder
    finally:
        os.close(folder)


def _written_at(folder: int, name: str) -> float:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False).st_mtime
    except FileNotFoundError:
        return 0.0


def _write(folder: int, name: str, content: bytes) -> None:
    """Write a file under its name whole or not at all, whatever has that name now."""
    draft = f".{name}.new"
    _remove(folder, draft)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(draft, flags, READABLE, dir_fd=folder)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, READABLE)
        file.write(content)
        os.fsync(descriptor)
    try:
        os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
    except IsADirectoryError:
        _remove(folder, name)
        os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)


def _remove(folder: int, name: str) -> None:
    try:
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        pass
    except IsADirectoryError:
        shutil.rmtree(name, dir_fd=folder)
