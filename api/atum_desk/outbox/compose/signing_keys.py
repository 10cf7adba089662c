"""DKIM keys of domains (RFC 6376, RFC 8463): their SQL and use cases, and signing with them."""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Sequence

import asyncpg
import dkim
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction, UnitOfWork
from atum_desk.kernel.mail_domains import ascii_domain
from atum_desk.kernel.problems import AlreadyExists, ValidationFailed, require_version
from atum_desk.kernel.sealed_secrets import seal, unseal
from atum_desk.outbox.models import SigningKey
from atum_desk.outbox.notices import KeyNamed, NoMailboxOfDomain
from atum_desk.outbox.permissions import SENDING_EDIT
from atum_desk.outbox.problems import SigningKeyNotFound
from atum_desk.outbox.schemas import Algorithm, DnsRecord, NewSigningKey, SigningKeyItem

PURPOSE = "dkim key"
RSA_BITS = 2048
# What a reader sees and what threads; headers that relays add or rewrite stay out.
SIGNED_HEADERS = [
    b"from",
    b"to",
    b"cc",
    b"reply-to",
    b"subject",
    b"date",
    b"message-id",
    b"in-reply-to",
    b"references",
    b"mime-version",
    b"content-type",
    b"content-transfer-encoding",
    b"auto-submitted",
]
_FIELD_NAME = re.compile(rb"^([!-9;-~]+)[ \t]*:", re.MULTILINE)
COLUMNS = """id, domain, selector, algorithm, active, private_key is not null as usable, public_key,
    created_at, version"""


async def list_keys(transaction: ReadTransaction) -> list[SigningKeyItem]:
    """Return all keys by domain and selector."""
    rows = await transaction.fetch(
        f"select {COLUMNS} from dkim_keys where workspace_id = ctx_workspace() order by domain, selector"
    )
    return [_item(row) for row in rows]


async def list_active_keys(transaction: ReadTransaction, domain: str) -> list[SigningKey]:
    """Return the keys that sign a domain's mail: at most one of each algorithm, RSA first."""
    rows = await transaction.fetch(
        """select distinct on (algorithm) domain, selector, algorithm, private_key from dkim_keys
            where workspace_id = ctx_workspace() and domain = $1 and active and private_key is not null
            order by algorithm desc, id""",
        domain.lower(),
    )
    return [SigningKey(**row) for row in rows]


async def find_public_key(transaction: ReadTransaction, domain: str) -> tuple[str, str] | None:
    """Return the selector and the public key of a domain's key: the one in use, else the newest."""
    row = await transaction.fetchrow(
        """select selector, public_key from dkim_keys
            where workspace_id = ctx_workspace() and domain = $1 and private_key is not null
            order by active desc, algorithm = 'rsa' desc, id desc limit 1""",
        domain.lower(),
    )
    return (row["selector"], row["public_key"]) if row else None


async def make_key(database: Database, settings: Settings, actor: Actor, new: NewSigningKey) -> SigningKeyItem:
    """Make a key for a domain of one of the mailboxes. Raises AlreadyExists and ValidationFailed."""
    domain = new.domain.strip().lower()
    private, public = _made(new.algorithm)
    async with database.writing(actor, "dkim.add") as work:
        work.actor.require(SENDING_EDIT)
        if not await work.fetchval(
            """select true from mailboxes
                where workspace_id = ctx_workspace() and split_part(address, '@', 2) = $1 limit 1""",
            domain,
        ):
            raise ValidationFailed.of("domain", NoMailboxOfDomain())
        try:
            row = await work.fetchrow(
                f"""insert into dkim_keys (workspace_id, domain, selector, algorithm, public_key, private_key)
                    values (ctx_workspace(), $1, $2, $3, $4, $5) returning {COLUMNS}""",
                domain,
                new.selector,
                new.algorithm,
                public,
                seal(settings.secret, PURPOSE, private),
            )
        except asyncpg.UniqueViolationError:
            raise AlreadyExists(what=KeyNamed(new.selector, domain)) from None
        assert row is not None
        work.summary = {"domain": domain, "selector": new.selector}
        return _item(row)


async def switch_key(
    database: Database, actor: Actor, key_id: int, active: bool, version: int | None
) -> SigningKeyItem:
    """Let a key sign or not; the others of its domain and algorithm stop. Raises SigningKeyNotFound."""
    async with database.writing(actor, "dkim.edit") as work:
        work.actor.require(SENDING_EDIT)
        await _lock(work, key_id, version)
        if active:
            await work.execute(
                """update dkim_keys k set active = false from dkim_keys mine
                    where mine.id = $1 and k.id <> $1 and k.active and k.domain = mine.domain
                      and k.algorithm = mine.algorithm and k.workspace_id = mine.workspace_id""",
                key_id,
            )
        row = await work.fetchrow(f"update dkim_keys set active = $2 where id = $1 returning {COLUMNS}", key_id, active)
        assert row is not None
        work.summary = {"domain": row["domain"], "selector": row["selector"], "active": active}
        return _item(row)


async def remove_key(database: Database, actor: Actor, key_id: int) -> None:
    """Take a key away; its private part is gone for good. Raises SigningKeyNotFound."""
    async with database.writing(actor, "dkim.remove") as work:
        work.actor.require(SENDING_EDIT)
        await _lock(work, key_id, None)
        row = await work.fetchone("delete from dkim_keys where id = $1 returning domain, selector", key_id)
        work.summary = dict(row)


def sign_mail(settings: Settings, keys: Sequence[SigningKey], raw: bytes) -> bytes:
    """Return a mail with a signature of each key in front, in the order of the keys.

    A verifier that cannot check one algorithm takes the other (RFC 8463, 3). Raises SealBroken and
    dkim.DKIMException.
    """
    names = signed_names(raw)
    signatures = b""
    for key in keys:
        private = unseal(settings.secret, PURPOSE, key.private_key).encode()
        signatures += dkim.sign(
            raw,
            key.selector.encode(),
            ascii_domain(key.domain).encode(),
            private,
            canonicalize=(b"relaxed", b"relaxed"),
            signature_algorithm=f"{key.algorithm}-sha256".encode(),
            include_headers=names,
        )
    return signatures + raw


def signed_names(raw: bytes) -> list[bytes]:
    """Return the header names that a signature of a mail covers, each once more than the mail has it.

    The one too many signs that there is no other, so a second From or Subject breaks the signature
    (RFC 6376, 5.4.2 and 8.15).
    """
    head, _, _ = raw.partition(b"\r\n\r\n")
    held = Counter(name.lower() for name in _FIELD_NAME.findall(head))
    return [name for name in SIGNED_HEADERS for _ in range(held[name] + 1)]


def _made(algorithm: Algorithm) -> tuple[str, str]:
    """Return a fresh private key as dkimpy reads it, and the public one as the DNS record holds it."""
    if algorithm == "rsa":
        rsa = generate_private_key(public_exponent=65537, key_size=RSA_BITS)
        pem = rsa.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        der = rsa.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return pem.decode(), base64.b64encode(der).decode()
    edwards = Ed25519PrivateKey.generate()
    seed = edwards.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    public = edwards.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(seed).decode(), base64.b64encode(public).decode()


async def _lock(work: UnitOfWork, key_id: int, version: int | None) -> None:
    current = await work.fetchval("select version from dkim_keys where id = $1 for update", key_id)
    if current is None:
        raise SigningKeyNotFound
    require_version(version, current)


def _item(row: asyncpg.Record) -> SigningKeyItem:
    values = dict(row)
    public = values.pop("public_key")
    record = DnsRecord(
        f"{row['selector']}._domainkey.{row['domain']}", "TXT", f"v=DKIM1; k={row['algorithm']}; p={public}"
    )
    return SigningKeyItem(**values, record=record)
