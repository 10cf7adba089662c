"""A backup under load is of one point: all that was answered for before it is in it, whole."""

from __future__ import annotations

import asyncio
import secrets
import smtplib
from email.message import EmailMessage
from typing import Any

import httpx
from desk_with_uploads import asked

from atumctl.backup import backup, restore, verify_backup
from atumctl.backup.manifest import Manifest
from atumctl.core.postgres import Postgres
from atumctl.core.site import Site
from e2e.desk_processes import DeskProcesses, RecordingRelay
from scratch_databases import ADMIN_EMAIL, ADMIN_PASSWORD
from suite.machine_speed import scaled

BACKUPS = 3
WRITERS = 2
# A mail's row names its subject once it is filed; its bytes do from the beginning.
SUBJECTS = r"select substring(convert_from(raw, 'LATIN1') from 'Subject: ([^\r\n]*)') from atum.mail_sources"


class WritesMeanwhile:
    """Mail with attachments, uploads and replies; keeps what the desk has answered for."""

    def __init__(self, processes: DeskProcesses) -> None:
        self.kept: dict[str, list[str]] = {"mails": [], "replies": [], "files": []}
        self._processes = processes
        self._stopping = asyncio.Event()

    def so_far(self) -> dict[str, list[str]]:
        return {kind: list(names) for kind, names in self.kept.items()}

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(WRITERS):
                group.create_task(self._send_mail(number))
                group.create_task(self._reply(number))

    def stop(self) -> None:
        self._stopping.set()

    async def _send_mail(self, writer: int) -> None:
        number = 0
        while not self._stopping.is_set():
            number += 1
            subject = f"load {writer} {number}"
            await asyncio.to_thread(_send, self._processes.smtp_port, subject)
            self.kept["mails"].append(subject)

    async def _reply(self, writer: int) -> None:
        address = f"{self._processes.address}/api/v1"
        async with httpx.AsyncClient(base_url=address, timeout=scaled(60)) as client:
            signed_in = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
            assert (await client.post("/session", json=signed_in)).status_code == 200
            number = 0
            while not self._stopping.is_set():
                number += 1
                words = f"reply {writer} {number}"
                file = {"file": (f"{words}.bin", secrets.token_bytes(20_000), "image/png")}
                upload = (await client.post("/attachments", files=file)).json()
                body = {"kind": "reply", "text": words, "attachment_ids": [upload["id"]]}
                answer = await client.post(f"/tickets/{number % 30 + 1}/messages", json=body)
                assert answer.status_code == 201, answer.text
                self.kept["replies"].append(words)
                self.kept["files"].append(f"{words}.bin")


def _send(port: int, subject: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = ("a@halvorsen.example", "support@atum.localhost", subject)
    mail.set_content("Please help.")
    mail.add_attachment(secrets.token_bytes(5_000), maintype="image", subtype="png", filename="a.png")
    with smtplib.SMTP("127.0.0.1", port, timeout=scaled(60)) as server:
        server.send_message(mail)


def test_what_was_answered_for_before_a_backup_is_in_it_and_it_restores_elsewhere(
    site: Site, postgres: Postgres, elsewhere: tuple[Site, str], monkeypatch: Any
) -> None:
    made = asyncio.run(_back_up_under_load(site, postgres))
    kinds = ("mails", "replies", "files")
    assert all(made[-1][1][kind] for kind in kinds), "there was load of every kind"
    for manifest, _kept in made:
        assert verify_backup.prove(site, site.backups / manifest.file).failures == ()

    other, url = elsewhere
    monkeypatch.setenv("ATUM_PG_DSN", url)
    manifest, kept = made[-1]
    restore.run(asked(str(site.backups / manifest.file)), other)
    there = Postgres(other)
    found = {
        "mails": there.query(SUBJECTS),
        "replies": there.query("select text from atum.messages"),
        "files": there.query("select filename from atum.attachments"),
    }
    for kind in kinds:
        lost = set(kept[kind]) - {row[0] for row in found[kind]}
        assert not lost, f"{kind} that were answered for before the backup began"
    assert backup.make_backup(other).uploads.missing == ()


async def _back_up_under_load(site: Site, postgres: Postgres) -> list[tuple[Manifest, dict[str, list[str]]]]:
    """Return backups made meanwhile, each with what was answered for before it began."""
    relay = RecordingRelay()
    relay.start()
    processes = DeskProcesses(postgres.url(postgres.database), site.data, relay)
    await processes.start()
    made = []
    try:
        load = WritesMeanwhile(processes)
        running = asyncio.create_task(load.run())
        for _ in range(BACKUPS):
            await asyncio.sleep(1)
            kept = load.so_far()
            made.append((await asyncio.to_thread(backup.make_backup, site), kept))
        assert sum(map(len, load.so_far().values())) > sum(map(len, kept.values())), (
            "the load went on during the last backup"
        )
        load.stop()
        await running
    finally:
        await processes.stop()
        relay.stop()
    return made
