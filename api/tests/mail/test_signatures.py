"""What a signature of ours covers, and that a verifier takes each of them (RFC 6376, RFC 8463)."""

from __future__ import annotations

import contextlib
from collections import Counter
from typing import Any

import dkim
import pytest
from mail_desk import MAILBOX, FakeRelay, MailDesk
from test_mail_out import ask
from test_sending import answer

from atum_desk.outbox.compose.signing_keys import SIGNED_HEADERS, signed_names
from desk import Client

DOMAIN = MAILBOX.partition("@")[2]


async def make_keys(admin: Client, *algorithms: str) -> dict[str, str]:
    """Make and switch on a key of each algorithm; return the records by name."""
    records = {}
    for algorithm in algorithms:
        given = {"domain": DOMAIN, "selector": f"with-{algorithm}", "algorithm": algorithm}
        key = await admin.posted("/signing-keys", given)
        await admin.patched(f"/signing-keys/{key['id']}", {"active": True})
        records[key["record"]["name"]] = key["record"]["value"]
    return records


def signatures_that_hold(raw: bytes, records: dict[str, str]) -> list[bytes]:
    """Return the algorithms of a mail's valid signatures."""

    def look_up(name: bytes, timeout: int = 5) -> bytes | None:
        record = records.get(name.decode().rstrip("."))
        return record.encode() if record else None

    verifier = dkim.DKIM(raw)
    count = sum(name.lower() == b"dkim-signature" for name, _ in verifier.headers)
    found = []
    for place in range(count):
        one = dkim.DKIM(raw)
        with contextlib.suppress(dkim.ValidationError):
            if one.verify(idx=place, dnsfunc=look_up):
                found.append(one.signature_fields[b"a"])
    return found


async def signed(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client, **given: Any
) -> tuple[bytes, list[dict[bytes, bytes]]]:
    """Answer a new ticket; return the mail as the relay took it and the fields of its signatures."""
    number = await ask(mail_desk)
    await answer(lead, number, **given)
    await mail_desk.outbox_in("sent")
    raw = relay.taken[-1][0].original_content or b""
    headers = dkim.DKIM(raw).headers
    fields = [dkim.parse_tag_value(value) for name, value in headers if name == b"DKIM-Signature"]
    return raw, fields


async def test_each_active_key_signs_and_each_signature_holds(
    mail_desk: MailDesk, relay: FakeRelay, admin: Client, lead: Client
) -> None:
    records = await make_keys(admin, "ed25519", "rsa")
    raw, fields = await signed(mail_desk, relay, lead, text="Grüße, signed twice.\n.leading dot")
    assert [one[b"a"] for one in fields] == [b"rsa-sha256", b"ed25519-sha256"]
    assert signatures_that_hold(raw, records) == [b"rsa-sha256", b"ed25519-sha256"]
    # A verifier that knows one algorithm alone has a signature to take.
    for name, record in records.items():
        assert len(signatures_that_hold(raw, {name: record})) == 1
    assert signatures_that_hold(raw.replace(b"leading dot", b"leading dog"), records) == []


@pytest.mark.parametrize(
    "added",
    [
        b"From: Somebody Else <boss@example.net>",
        b"To: everybody@example.net",
        b"Cc: everybody@example.net",
        b"Subject: Pay at once",
        b"Reply-To: thief@example.net",
        b"Date: Mon, 01 Jan 2024 00:00:00 +0000",
        b"Message-ID: <another@example.net>",
        b"In-Reply-To: <another@example.net>",
        b"References: <another@example.net>",
        b"Content-Type: text/html",
        b"Content-Transfer-Encoding: base64",
        b"MIME-Version: 2.0",
        b"Auto-Submitted: auto-replied",
    ],
)
async def test_a_header_added_on_the_way_breaks_every_signature(
    mail_desk: MailDesk, relay: FakeRelay, admin: Client, lead: Client, added: bytes
) -> None:
    records = await make_keys(admin, "rsa", "ed25519")
    raw, _ = await signed(mail_desk, relay, lead)
    assert len(signatures_that_hold(raw, records)) == 2
    assert signatures_that_hold(added + b"\r\n" + raw, records) == []
    head, _, body = raw.partition(b"\r\n\r\n")
    assert signatures_that_hold(head + b"\r\n" + added + b"\r\n\r\n" + body, records) == []


async def test_a_key_that_is_switched_off_signs_no_more(
    mail_desk: MailDesk, relay: FakeRelay, admin: Client, lead: Client
) -> None:
    await make_keys(admin, "rsa", "ed25519")
    keys = {key["algorithm"]: key for key in (await admin.got("/signing-keys"))["items"]}
    await admin.patched(f"/signing-keys/{keys['rsa']['id']}", {"active": False})
    _, fields = await signed(mail_desk, relay, lead)
    assert [one[b"a"] for one in fields] == [b"ed25519-sha256"]


def test_every_covered_name_is_signed_once_more_than_the_mail_has_it() -> None:
    raw = (
        b"From: a@example.com\r\nTO : b@example.com\r\nSubject: From: folded\r\n to: no header\r\n"
        b"To: c@example.com\r\nX-Other: x\r\n\r\nFrom: body\r\n"
    )
    counts = Counter(signed_names(raw))
    assert (counts[b"from"], counts[b"to"], counts[b"subject"], counts[b"cc"]) == (2, 3, 2, 1)
    assert set(counts) == set(SIGNED_HEADERS)
