"""Use cases of receiving: settings, a test, a look now, and a provider's consent."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

import msgspec

from atum_desk.fetching import credentials, oauth, queries
from atum_desk.fetching.error_texts import ConnectionBroken
from atum_desk.fetching.models import LOOPBACK, FetchState, Source
from atum_desk.fetching.notices import (
    EnterAgain,
    NeededToSignIn,
    NeedsFolder,
    NeedsHttps,
    NoRefreshToken,
    OnlyThisMachine,
    SameFolder,
)
from atum_desk.fetching.permissions import RECEIVING_READ, SETTINGS_MAILBOXES_EDIT
from atum_desk.fetching.probe import probe
from atum_desk.fetching.problems import ConsentOver, NotSetUp, ProviderRefused
from atum_desk.fetching.schemas import Receiving, ReceivingInput, ReceivingSettings, ReceivingTest, ReceivingTestResult
from atum_desk.fetching.sign_in import Credentials, client_of
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.notices import Notice
from atum_desk.kernel.problems import ValidationFailed, require_version

CONSENT_LASTS = timedelta(minutes=10)
CONSENT_PATH = "/desk/settings/mailboxes/consent"
NOTHING_YET = FetchState(state="off", words="", since=None, looked_at=None, fetched_at=None, fetched=0, leftovers=0)
# Where a secret was given for; given for one it is not sent to another.
_PASSWORD_IS_FOR = ("host", "username")
_CLIENT_SECRET_IS_FOR = ("token_url", "client_id")


async def get_receiving(database: Database, settings: Settings, actor: Actor, mailbox_id: int) -> Receiving:
    """Return a mailbox's receiving and how it does. Raises MailboxNotFound."""
    async with database.reading(actor) as transaction:
        transaction.actor.require_any(*RECEIVING_READ)
        await queries.get_address(transaction, mailbox_id)
        found = await queries.find_receiving(transaction, mailbox_id)
        state = await queries.find_state(transaction, mailbox_id) or NOTHING_YET
        leftovers = await queries.list_leftovers(transaction, mailbox_id)
    if not found or not found["active"]:
        state = msgspec.structs.replace(state, state="off", words="", notice=None)
    return Receiving(
        settings=ReceivingSettings(**found) if found else None,
        state=state,
        leftovers=leftovers,
        redirect_uri=settings.web_url + CONSENT_PATH,
    )


async def save_receiving(
    database: Database, settings: Settings, actor: Actor, mailbox_id: int, given: ReceivingInput, version: int | None
) -> ReceivingSettings:
    """Write a mailbox's receiving. Raises MailboxNotFound, VersionConflict and ValidationFailed."""
    _require_sound(given)
    async with database.writing(actor, "mailbox.receiving") as work:
        work.actor.require(SETTINGS_MAILBOXES_EDIT)
        await queries.get_address(work, mailbox_id)
        current = await queries.lock_receiving(work, mailbox_id)
        wanted = given.version if version is None else version
        if current:
            require_version(wanted, current["version"])
        values = _columns(settings, mailbox_id, given, current)
        written = await queries.write_receiving(work, mailbox_id, values)
        work.summary = {"mailbox_id": mailbox_id, "host": given.host}
        return ReceivingSettings(**written)


async def test_receiving(
    database: Database, settings: Settings, actor: Actor, given: ReceivingTest
) -> ReceivingTestResult:
    """Try settings of receiving, step by step; nothing is kept and nothing is fetched."""
    async with database.reading(actor) as transaction:
        transaction.actor.require(SETTINGS_MAILBOXES_EDIT)
    _require_sound(given)
    stored = None
    if given.mailbox_id is not None:
        async with database.reading(actor) as transaction:
            await queries.get_address(transaction, given.mailbox_id)
        async with database.reading(_system(actor)) as transaction:
            stored = await queries.find_source(transaction, given.mailbox_id)
    source = _source_of(settings, given, stored)

    async def keep(sealed: bytes) -> None:
        if given.mailbox_id is not None:
            async with database.marking(_system(actor)) as transaction:
                await queries.keep_refresh_token(transaction, given.mailbox_id, sealed)

    return await probe(Credentials(settings), source, settings.outgoing_rules, keep)


async def ask_to_fetch(database: Database, actor: Actor, mailbox_id: int) -> None:
    """Let the worker look at a mailbox now. Raises MailboxNotFound and NotSetUp."""
    async with database.reading(actor) as transaction:
        transaction.actor.require(SETTINGS_MAILBOXES_EDIT)
        await queries.get_address(transaction, mailbox_id)
        if not await queries.find_receiving(transaction, mailbox_id):
            raise NotSetUp
    async with database.marking(_system(actor)) as transaction:
        await queries.ask(transaction, mailbox_id)


async def begin_consent(database: Database, settings: Settings, actor: Actor, mailbox_id: int) -> str:
    """Return the provider's page where access to a mailbox is agreed to. Raises NotSetUp."""
    state, verifier = secrets.token_urlsafe(32), oauth.new_verifier()
    async with database.marking(actor) as transaction:
        transaction.actor.require(SETTINGS_MAILBOXES_EDIT)
        await queries.get_address(transaction, mailbox_id)
        found = await queries.find_receiving(transaction, mailbox_id)
        if not found or found["sign_in"] != "oauth2" or not found["authorize_url"]:
            raise NotSetUp
        await queries.add_consent(
            transaction,
            mailbox_id,
            actor.person_id,
            _digest(state),
            credentials.close(settings.secret, "oauth verifier", mailbox_id, verifier),
            CONSENT_LASTS,
        )
    return oauth.authorize_address(
        found["authorize_url"],
        client_id=found["client_id"],
        scope=found["scope"] or "",
        redirect_uri=settings.web_url + CONSENT_PATH,
        state=state,
        verifier=verifier,
        user=found["username"],
    )


async def end_consent(database: Database, settings: Settings, actor: Actor, state: str, code: str) -> int:
    """Turn what a provider sent back into lasting access; return the mailbox.

    Raises ConsentOver when this way back was not begun by the same person, or was used.
    """
    async with database.marking(actor) as transaction:
        transaction.actor.require(SETTINGS_MAILBOXES_EDIT)
        taken = await queries.take_consent(transaction, _digest(state))
    if taken is None:
        raise ConsentOver
    mailbox_id, sealed = taken
    async with database.reading(_system(actor)) as transaction:
        source = await queries.find_source(transaction, mailbox_id)
    if source is None:
        raise NotSetUp
    try:
        verifier = credentials.reveal(settings.secret, "oauth verifier", mailbox_id, sealed)
        client = client_of(settings.secret, source, settings.outgoing_rules)
        tokens = await oauth.redeem(client, code, verifier, settings.web_url + CONSENT_PATH)
    except ConnectionBroken as error:
        raise ProviderRefused(reason=error.notice) from None
    if tokens.refresh_token is None:
        raise ProviderRefused(reason=NoRefreshToken())
    kept = credentials.close(settings.secret, "oauth refresh", mailbox_id, tokens.refresh_token)
    async with database.marking(_system(actor)) as transaction:
        await queries.keep_refresh_token(transaction, mailbox_id, kept)
    async with database.writing(actor, "mailbox.consent") as work:
        work.actor.require(SETTINGS_MAILBOXES_EDIT)
        await queries.note_consent(work, mailbox_id)
        work.summary = {"mailbox_id": mailbox_id}
    return mailbox_id


def _require_sound(given: ReceivingInput) -> None:
    """Refuse what cannot be meant. Raises ValidationFailed."""
    errors: list[tuple[str, Notice]] = []
    if given.security == "none" and given.host not in LOOPBACK:
        errors.append(("security", OnlyThisMachine()))
    if given.afterwards == "move" and not given.move_to:
        errors.append(("move_to", NeedsFolder()))
    if given.afterwards == "move" and given.move_to == given.folder:
        errors.append(("move_to", SameFolder()))
    if given.sign_in == "oauth2":
        errors += [
            (name, NeededToSignIn()) for name in ("authorize_url", "token_url", "client_id") if not getattr(given, name)
        ]
    for name in ("authorize_url", "token_url"):
        url = getattr(given, name)
        if url and not oauth.is_safe(url):
            errors.append((name, NeedsHttps()))
    if errors:
        raise ValidationFailed(errors)


def _columns(
    settings: Settings, mailbox_id: int, given: ReceivingInput, current: dict[str, Any] | None
) -> dict[str, Any]:
    """Return what is written; a secret that was given for another place must be given again."""
    values = msgspec.structs.asdict(given)
    del values["version"]
    for name, use, places in (
        ("password", "imap password", _PASSWORD_IS_FOR),
        ("client_secret", "oauth client", _CLIENT_SECRET_IS_FOR),
    ):
        secret = values.pop(name)
        if secret is not None:
            values[name] = credentials.close(settings.secret, use, mailbox_id, secret)  # type: ignore[arg-type]
        elif current and any(current[place] != values[place] for place in places):
            if current[f"has_{name}"] and (name == "password") == (given.sign_in == "password"):
                raise ValidationFailed.of(name, EnterAgain())
            values[name] = None
    if values["afterwards"] != "move":
        values["move_to"] = None
    return values


def _source_of(settings: Settings, given: ReceivingTest, stored: Source | None) -> Source:
    """Return the settings to try as the fetcher would read them, with stored secrets where they belong."""
    mailbox_id = given.mailbox_id or 0

    def sealed(name: str, use: credentials.Use, places: tuple[str, ...]) -> bytes | None:
        secret = getattr(given, name)
        if secret is not None:
            return credentials.close(settings.secret, use, mailbox_id, secret)
        same = stored and all(getattr(stored, one) == getattr(given, one) for one in places)
        return getattr(stored, name) if same else None

    same_client = stored is not None and stored.token_url == given.token_url
    return Source(
        mailbox_id=mailbox_id,
        address=given.username,
        host=given.host,
        port=given.port,
        security=given.security,
        username=given.username,
        sign_in=given.sign_in,
        folder=given.folder,
        afterwards=given.afterwards,
        move_to=given.move_to,
        existing=given.existing,
        token_url=given.token_url,
        client_id=given.client_id,
        scope=given.scope,
        password=sealed("password", "imap password", _PASSWORD_IS_FOR),
        client_secret=sealed("client_secret", "oauth client", _CLIENT_SECRET_IS_FOR),
        refresh_token=stored.refresh_token if stored and same_client else None,
    )


def _system(actor: Actor) -> SystemActor:
    return SystemActor(workspace_id=actor.workspace_id, via="session", person_id=actor.person_id)


def _digest(state: str) -> bytes:
    return hashlib.sha256(state.encode()).digest()
