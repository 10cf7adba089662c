"""Child processes that read mail: within their limits, never in the way, gone with their parent."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import atum_desk
from atum_desk.mime import message_body, parse_mail
from atum_desk.sandbox import pool
from atum_desk.sandbox.limits import TaskLimits
from atum_desk.sandbox.pool import Sandbox
from atum_desk.sandbox.problems import ChildCrashed, MemoryExceeded, TaskFailed, TimeExceeded
from atum_desk.sandbox.tasks import CheckSignature, CleanHtml, PreviewMail, ReadForwarded, ReadMail
from waiting import until

SMALL = b"From: Ann <ann@example.org>\nSubject: Printer\n\nIt does not print.\n"
HUGE = b"Content-Type: text/html\n\n" + b"<li>x" * 600_000


@pytest.fixture
async def children() -> AsyncIterator[Sandbox]:
    sandbox = Sandbox()
    yield sandbox
    await sandbox.close()


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _bound(monkeypatch: pytest.MonkeyPatch, **named: float) -> None:
    given = {"cpu_seconds": 60, "wall_seconds": 60, "memory_bytes": 1_000_000_000} | named
    monkeypatch.setattr(pool, "limits_for", lambda _size: TaskLimits(**given))  # type: ignore[arg-type]


async def test_a_child_reads_what_the_parser_reads(children: Sandbox) -> None:
    reading = await children.run(ReadMail(SMALL))
    expected = parse_mail(SMALL, with_html=False)
    assert reading.mail == expected
    assert reading.body == message_body(expected)
    assert (await children.run(PreviewMail(SMALL))).subject == "Printer"
    assert await children.run(ReadForwarded(SMALL)) is None
    cleaned = await children.run(CleanHtml("<p>a &amp; b<script>x()</script></p>"))
    assert (cleaned.html, cleaned.text) == ("<p>a &amp; b</p>", "a & b")


async def test_one_child_does_one_task_after_the_other(children: Sandbox) -> None:
    await children.run(ReadMail(SMALL))
    (first,) = children._free
    await children.run(ReadMail(SMALL))
    assert children._free == [first]
    assert first.tasks == 2


async def test_what_takes_too_long_is_ended_and_the_next_mail_is_read(
    children: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        _bound(patch, wall_seconds=0.2)
        with pytest.raises(TimeExceeded, match="longer than"):
            await children.run(ReadMail(HUGE))
    assert (await children.run(ReadMail(SMALL))).mail.subject == "Printer"


async def test_what_uses_up_its_processor_time_is_ended(children: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    _bound(monkeypatch, cpu_seconds=0)
    with pytest.raises(TimeExceeded, match="processor time"):
        await children.run(ReadMail(HUGE))


async def test_what_needs_too_much_memory_is_ended(children: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    await children.run(ReadMail(SMALL))
    _bound(monkeypatch, memory_bytes=60_000_000)
    with pytest.raises(MemoryExceeded, match="60 MB"):
        await children.run(ReadMail(HUGE))
    monkeypatch.undo()
    assert (await children.run(ReadMail(SMALL))).mail.subject == "Printer"


async def test_a_child_that_is_killed_fails_its_task_only(children: Sandbox) -> None:
    await children.run(ReadMail(SMALL))
    (child,) = children._free
    task = asyncio.create_task(children.run(ReadMail(HUGE)))
    await asyncio.sleep(0.1)
    os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(ChildCrashed):
        await task
    assert (await children.run(ReadMail(SMALL))).mail.subject == "Printer"


async def test_a_task_that_raises_leaves_its_child_alive(children: Sandbox) -> None:
    moment = parse_mail(b"Date: Thu, 1 Jan 2026 00:00:00 +0000\n\nx").date
    assert moment is not None
    with pytest.raises(TaskFailed, match="ValueError"):
        await children.run(CheckSignature(SMALL, b"no certificate", "a@example.org", moment))
    assert children._free[0].is_alive


async def test_nobody_waits_for_a_large_mail(children: Sandbox) -> None:
    """The loop goes on, and small mails are read by the other child."""
    large = asyncio.create_task(children.run(ReadMail(HUGE)))
    await asyncio.sleep(0.05)
    for _ in range(5):
        assert (await children.run(ReadMail(SMALL))).mail.subject == "Printer"
    assert not large.done()
    large.cancel()
    with pytest.raises(asyncio.CancelledError):
        await large


async def test_at_most_two_children_work(children: Sandbox) -> None:
    await asyncio.gather(*(children.run(ReadMail(SMALL)) for _ in range(8)))
    assert len(children._free) == 2


async def test_a_worn_child_and_an_idle_one_end(children: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MOST_TASKS", 1)
    await children.run(ReadMail(SMALL))
    assert children._free == []
    monkeypatch.undo()
    monkeypatch.setattr(pool, "IDLE_SECONDS", 0.05)
    children._idle = None
    await children.run(ReadMail(SMALL))
    pid = children._free[0].pid

    async def ended() -> bool:
        return not _is_running(pid)

    await until(ended)
    assert children._free == []


PARENT = """
import asyncio, sys
from atum_desk.sandbox.pool import Sandbox
from atum_desk.sandbox.tasks import ReadMail

async def main():
    children = Sandbox()
    await children.run(ReadMail(b"x"))
    print(children._free[0].pid, flush=True)
    await children.run(ReadMail(b"Content-Type: text/html\\n\\n" + b"<li>x" * 3_000_000))

asyncio.run(main())
"""


async def test_a_child_ends_with_its_parent_even_in_the_middle_of_a_task() -> None:
    root = Path(atum_desk.__file__).parent.parent
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", textwrap.dedent(PARENT), stdout=asyncio.subprocess.PIPE, cwd=root
    )
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    await asyncio.sleep(0.2)
    parent.kill()
    await parent.wait()

    async def ended() -> bool:
        return not _is_running(pid)

    await until(ended)


async def test_a_child_sees_no_settings(children: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATUM_SECRET", "not for children")
    await children.run(ReadMail(SMALL))
    assert b"ATUM" not in Path(f"/proc/{children._free[0].pid}/environ").read_bytes()
