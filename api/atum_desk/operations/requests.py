"""What the page asks of the machine: one file each in `data/requests`, carried out by others.

On a server systemd watches the folder and atumctl does it; `./atum up` does it itself. The answer
is written beside the request, and what was asked along with it, for the request then goes.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec

from atum_desk.operations.models import OperationRequest, RequestState, Verb
from atum_desk.operations.notices import AskedVerb
from atum_desk.operations.problems import OperationNotFound, RequestsNotWritable, RequestWaits

MOST_SHOWN = 10
MOST_LOOKED_AT = 500
KEPT = timedelta(days=14)
LARGEST_FILE_BYTES = 1_000_000
MOST_WORDS = 4_000
# A backup of a large desk takes minutes; after this long nobody is at it any more.
GIVEN_UP_AFTER = timedelta(hours=2)
NOBODY = "Nobody carried it out: is the requests service of this machine running?"


class _Asked(msgspec.Struct, frozen=True):
    verb: Verb
    asked_by: str
    at: datetime


class _Done(msgspec.Struct, frozen=True, kw_only=True):
    """How it ended, as atumctl or the supervisor wrote it; `exit_code` is atumctl's."""

    exit_code: int
    ended_at: datetime | None = None
    words: str = ""


def write_request(data: Path, verb: Verb, asked_by: str, now: datetime) -> OperationRequest:
    """Ask for a verb and return the request. Raises RequestWaits or RequestsNotWritable."""
    folder = data / "requests"
    earlier = list_requests(data, now)
    if any(one.verb == verb and one.state in ("waiting", "running") for one in earlier):
        raise RequestWaits(verb=AskedVerb(verb))
    number = uuid4()
    asked = {"verb": verb, "asked_by": asked_by, "at": now.isoformat(timespec="seconds")}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _clear_old(folder, now)
        _write_whole(folder / f"{number}.json", msgspec.json.encode(asked))
    except OSError as error:
        reason = (error.strerror or "it failed").lower()
        raise RequestsNotWritable(reason=reason, folder=str(folder)) from error
    return OperationRequest(id=number, verb=verb, asked_by=asked_by, at=now, state="waiting")


def get_request(data: Path, number: str, now: datetime) -> OperationRequest:
    """Return a request and what became of it. Raises OperationNotFound."""
    path = data / "requests" / f"{number}.json"
    # Whatever else was sent as a number must not become a path to another place.
    found = _read(path, now) if path.stem == number and _number_of(path) else None
    if found is None:
        raise OperationNotFound
    return found


def list_requests(data: Path, now: datetime) -> list[OperationRequest]:
    """Return the latest requests, newest first; what cannot be read is passed over."""
    found = (_read(path, now) for path in _request_files(data / "requests"))
    newest_first = sorted((one for one in found if one), key=lambda one: one.at, reverse=True)
    return newest_first[:MOST_SHOWN]


def _request_files(folder: Path) -> list[Path]:
    """Return the name that each request has or had: one that was carried out is its answer only."""
    try:
        numbers = {number for path in folder.iterdir() if (number := _number_of(path))}
    except OSError:
        return []
    return [folder / f"{number}.json" for number in numbers][:MOST_LOOKED_AT]


def _number_of(path: Path) -> UUID | None:
    """Return the number in `<uuid>.json` and `<uuid>.done.json`, None for any other file."""
    stem = path.name.removesuffix(".json").removesuffix(".done")
    try:
        number = UUID(stem)
    except ValueError:
        return None
    return number if path.suffix == ".json" and str(number) == stem else None


def _read(path: Path, now: datetime) -> OperationRequest | None:
    number = _number_of(path)
    asked = _content(path, _Asked) or _content(path.with_suffix(".done.json"), _Asked)
    if number is None or asked is None:
        return None
    done = _content(path.with_suffix(".done.json"), _Done)
    state: RequestState = "waiting"
    if done:
        state = "done" if done.exit_code == 0 else "failed"
    elif now - asked.at > GIVEN_UP_AFTER:
        state, done = "failed", _Done(exit_code=1, words=NOBODY)
    elif path.with_suffix(".running").exists():
        state = "running"
    return OperationRequest(
        id=number,
        verb=asked.verb,
        asked_by=asked.asked_by,
        at=asked.at,
        state=state,
        ended_at=done.ended_at if done else None,
        words=done.words[-MOST_WORDS:] if done else "",
    )


def _content(path: Path, kind: type[Any]) -> Any:
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            return None
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError):
        return None


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file so that whoever watches the folder sees all of it or nothing."""
    draft = path.with_suffix(".draft")
    with draft.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


def _clear_old(folder: Path, now: datetime) -> None:
    for path in _request_files(folder):
        files = [path.with_suffix(name) for name in (".json", ".done.json", ".running")]
        written_at = min((one.stat().st_mtime for one in files if one.exists()), default=0.0)
        if now.timestamp() - written_at > KEPT.total_seconds():
            for one in files:
                one.unlink(missing_ok=True)
