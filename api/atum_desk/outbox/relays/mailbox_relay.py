"""What a mailbox sends through: its SQL, its use cases, and the live test of a relay."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import aiosmtplib
import msgspec
from msgspec import UNSET

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction
from atum_desk.kernel.notices import Sayable, notice_of
from atum_desk.kernel.outgoing.rules import OutgoingRefused, OutgoingRules
from atum_desk.kernel.problems import ValidationFailed, require_version
from atum_desk.kernel.sealed_secrets import SealBroken, seal, unseal
from atum_desk.outbox.mail_sizes import find_announced_limit
from atum_desk.outbox.models import Route
from atum_desk.outbox.notices import NeedsEncryption
from atum_desk.outbox.permissions import SENDING_EDIT
from atum_desk.outbox.problems import SendingMailboxNotFound
from atum_desk.outbox.relays import notices
from atum_desk.outbox.relays.smtp import (
    BEFORE_DATA,
    AnswerTimes,
    NoEncryption,
    Relay,
    Security,
    connect,
    one_line,
    parse_relay,
    reason_of,
    size_limit_of,
)
from atum_desk.outbox.schemas import Sending, SendingChange, SendingStep, SendingTest

PURPOSE = "relay password"
TEST_SECONDS = 15.0
COLUMNS = """host, port, security, username, password, max_per_minute, ask_delivery, marker, plain_text,
    quoted_messages, sender_form, max_bytes, version"""
NAMES = [name.strip() for name in COLUMNS.split(",")]
VALUES = NAMES[:-1]
DEFAULTS = {
    "host": None,
    "port": None,
    "security": "starttls",
    "username": None,
    "password": None,
    "max_per_minute": None,
    "ask_delivery": False,
    "marker": True,
    "plain_text": False,
    "quoted_messages": 0,
    "sender_form": None,
    "max_bytes": None,
    "version": 0,
}


def relay_of(settings: Settings, route: Route) -> Relay | None:
    """Return the relay a mail travels by: the mailbox's own, else the settings'. Raises SealBroken."""
    if route.host is None or route.port is None:
        return parse_relay(settings.mail_relay)
    password = unseal(settings.secret, PURPOSE, route.password) if route.password else None
    return Relay(
        host=route.host,
        port=route.port,
        security=route.security or "starttls",
        user=route.username,
        password=password,
        rules=settings.outgoing_rules,
    )


def relay_name(host: str | None, port: int | None) -> str:
    """Return what a mailbox's relay is remembered by; that of the settings has no name."""
    return "" if host is None else f"{host}:{port}"


async def get_sending(transaction: ReadTransaction, settings: Settings, mailbox_id: int) -> Sending:
    """Return how a mailbox sends. Raises SendingMailboxNotFound."""
    values = await _read(transaction, mailbox_id)
    announced = await find_announced_limit(transaction, mailbox_id, relay_name(values["host"], values["port"]))
    return msgspec.structs.replace(_shown(settings, mailbox_id, values), announced_max_bytes=announced)


async def find_relay_host(transaction: ReadTransaction, settings: Settings, mailbox_id: int) -> str | None:
    """Return the host that a mailbox's mail leaves through, if there is one."""
    sending = await get_sending(transaction, settings, mailbox_id)
    return sending.host or sending.fallback_host


async def change_sending(
    database: Database, settings: Settings, actor: Actor, mailbox_id: int, change: SendingChange, version: int | None
) -> Sending:
    """Change how a mailbox sends. Raises SendingMailboxNotFound, VersionConflict, ValidationFailed."""
    async with database.writing(actor, "sending.edit") as work:
        work.actor.require(SENDING_EDIT)
        await work.execute("select from mailboxes where id = $1 for update", mailbox_id)
        held = await _read(work, mailbox_id)
        require_version(change.version if version is None else version, held["version"])
        values = _changed(settings, held, change)
        await work.execute(
            f"""insert into mailbox_sending (workspace_id, mailbox_id, {", ".join(VALUES)})
                values (ctx_workspace(), $1, {", ".join(f"${place}" for place in range(2, len(VALUES) + 2))})
                on conflict (mailbox_id) do update set {", ".join(f"{name} = excluded.{name}" for name in VALUES)}""",
            mailbox_id,
            *(values[name] for name in VALUES),
        )
        work.summary = {"mailbox_id": mailbox_id}
        return await get_sending(work, settings, mailbox_id)


def _changed(settings: Settings, held: dict[str, Any], change: SendingChange) -> dict[str, Any]:
    given = {
        name: value
        for name, value in msgspec.structs.asdict(change).items()
        if value is not UNSET and name != "version"
    }
    if isinstance(given.get("password"), str):
        given["password"] = seal(settings.secret, PURPOSE, given["password"])
    values = {**held, **given}
    if values["host"] is None:
        values |= {"port": None, "username": None, "password": None}
    elif values["port"] is None:
        values["port"] = {"tls": 465, "starttls": 587}.get(values["security"], 25)
    if values["username"] is None or (values["host"] != held["host"] and "password" not in given):
        values["password"] = None
    if values["username"] is not None and values["security"] == "none":
        raise ValidationFailed.of("security", NeedsEncryption())
    return values


async def try_sending(
    database: Database, settings: Settings, actor: Actor, mailbox_id: int, change: SendingChange
) -> SendingTest:
    """Connect to a mailbox's relay as `change` would have it, and say what happened in words."""
    async with database.reading(actor) as transaction:
        transaction.actor.require(SENDING_EDIT)
        values = _changed(settings, await _read(transaction, mailbox_id), change)
    route = Route(mailbox_id=mailbox_id, **{name: values[name] for name in Route.__struct_fields__ if name in values})
    try:
        relay = relay_of(settings, route)
    except SealBroken:
        step = _step(False, notices.PasswordUnreadable())
        return SendingTest(ok=False, steps=[step])
    if relay is None:
        step = _step(False, notices.NoRelay())
        return SendingTest(ok=False, steps=[step])
    return await try_relay(relay)


async def try_relay(relay: Relay) -> SendingTest:
    """Connect to a relay, sign in and say goodbye; tell each step in words. Sends no mail."""
    try:
        async with asyncio.timeout(TEST_SECONDS):
            client = await connect(relay, AnswerTimes(command_seconds=TEST_SECONDS))
    except BEFORE_DATA as error:
        return SendingTest(ok=False, steps=[_step(False, _trouble(relay, error, TEST_SECONDS))])
    transport = client.transport
    version = transport.get_extra_info("ssl_object") if transport else None
    steps = [_step(True, notices.ConnectedTo(relay.host, relay.port))]
    if version is not None:
        steps.append(_step(True, notices.EncryptedWith(str(version.version()))))
    else:
        steps.append(_step(True, notices.NotEncrypted()))
    if relay.user:
        steps.append(_step(True, notices.SignedInAs(relay.user)))
    size = size_limit_of(client)
    if size:
        steps.append(_step(True, notices.TakesUpTo(size // 1_000_000)))
    if not client.supports_extension("dsn"):
        steps.append(_step(True, notices.NoReports()))
    try:
        await client.quit(timeout=2)
    except BEFORE_DATA:
        client.close()
    return SendingTest(ok=True, steps=steps)


async def relay_trouble(
    host: str, port: int, security: Security, rules: OutgoingRules, seconds: float
) -> Sayable | None:
    """Return why a relay cannot be reached and encrypted, None when it can."""
    relay = Relay(host=host, port=port, security=security, rules=rules)
    try:
        async with asyncio.timeout(seconds):
            client = await connect(relay, AnswerTimes(command_seconds=seconds))
    except BEFORE_DATA as error:
        return _trouble(relay, error, seconds)
    client.close()
    return None


def _step(ok: bool, notice: Sayable) -> SendingStep:
    return SendingStep(ok, notice.text, notice.ref)


def _trouble(relay: Relay, error: BaseException, seconds: float) -> Sayable:
    host, port = relay.host, relay.port
    if isinstance(error, OutgoingRefused):
        return notice_of(error)
    if isinstance(error, NoEncryption):
        return notices.PlaceOffersNone(host, port)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return notices.PlaceRefusedSignIn(host, port, f"{error.code} {one_line(error.message)}")
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return notices.CertificateNotTrusted(host, port, cause.verify_message)
        if isinstance(cause, ssl.SSLError):
            return notices.NoTls(host, port)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, TimeoutError | aiosmtplib.SMTPTimeoutError):
        return notices.NoAnswerWithin(host, port, seconds)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        # Only the refusal of a mail server is shown, never what something else says there.
        if 400 <= error.code < 600:
            return notices.PlaceAnswered(host, port, f"{error.code} {one_line(error.message)}")
        return notices.NoSmtp(host, port)
    return notices.PlaceUnreachable(host, port, reason_of(error))


async def _read(transaction: ReadTransaction, mailbox_id: int) -> dict[str, Any]:
    row = await transaction.fetchrow(
        f"""select b.id as found, s.* from mailboxes b
             left join (select mailbox_id, {COLUMNS} from mailbox_sending) s on s.mailbox_id = b.id
            where b.id = $1 and array_position(ctx_teams(), b.team_id) is not null""",
        mailbox_id,
    )
    if row is None:
        raise SendingMailboxNotFound
    if row["mailbox_id"] is None:
        return dict(DEFAULTS)
    return {name: row[name] for name in NAMES}


def _shown(settings: Settings, mailbox_id: int, values: dict[str, Any]) -> Sending:
    fallback = parse_relay(settings.mail_relay)
    return Sending(
        mailbox_id=mailbox_id,
        has_password=values["password"] is not None,
        fallback_host=fallback.host if fallback else None,
        **{name: values[name] for name in NAMES if name != "password"},
    )
