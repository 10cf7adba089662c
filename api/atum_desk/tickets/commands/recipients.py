"""Who a reply goes to: what was named, and what that comes to on a ticket.

The requester alone is the default (ADR 0015). Addresses of ours never are among them.
"""

from __future__ import annotations

import msgspec

from atum_desk.contacts.public import ContactRef, find_by_addresses, find_or_create_contacts, list_own_among
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.field_notices import OwnAddress
from atum_desk.kernel.mail_address import is_answerable, read_address
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.outbox.public import MailAddress, list_stopped_among, require_reachable
from atum_desk.tickets.models import LockedTicket, Recipients
from atum_desk.tickets.notices import IsRequester, NamesNobody, NeedsRecipient
from atum_desk.tickets.problems import ManyRecipients
from atum_desk.tickets.queries import people as people_queries
from atum_desk.tickets.queries.writes import MailContext
from atum_desk.tickets.schemas import Addresses, RecipientsInput

MOST_UNASKED = 10
FIELDS = ("to", "cc", "bcc")


class Named(msgspec.Struct, frozen=True):
    """Who was named for a reply, each address read; `to` is None when nobody said."""

    to: list[MailAddress] | None = None
    cc: list[MailAddress] = []
    bcc: list[MailAddress] = []
    everybody: bool = False
    confirmed: bool = False
    # what only somebody who wrote from it may have: address to the error otherwise
    unusual: dict[str, ValidationFailed] = {}

    @property
    def requester_alone(self) -> bool:
        """Whether it comes to the default."""
        return self.to is None and not (self.cc or self.bcc or self.everybody)


def names_recipients(given: RecipientsInput) -> bool:
    """Tell whether a request says anything of recipients."""
    return any(one is not None for one in (given.recipients, given.to, given.cc, given.bcc))


def read_recipients(given: RecipientsInput) -> Named:
    """Return who was named. Raises ValidationFailed naming the field of what is no address."""
    unusual: dict[str, ValidationFailed] = {}
    to = None if given.to is None else _read("to", given.to, unusual)
    if to == []:
        raise ValidationFailed.of("to", NamesNobody())
    return Named(
        to,
        _read("cc", given.cc or [], unusual),
        _read("bcc", given.bcc or [], unusual),
        given.recipients == "all",
        given.confirm_recipients,
        unusual,
    )


async def settle_recipients(work: UnitOfWork, ticket: LockedTicket, context: MailContext, named: Named) -> Recipients:
    """Return who a reply on a locked ticket goes to; who is named openly becomes a participant.

    The default needs no statement. Raises ValidationFailed (an address of ours, or nobody to write
    to), ManyRecipients and AddressStopped.
    """
    requester = _requester(context)
    if named.requester_alone:
        if context.requester_is_own:
            raise ValidationFailed.of("to", OwnAddress(context.requester_email or ""))
        require_reachable(context.stopped)
        return Recipients(requester)
    await _refuse_own(work, named)
    await _refuse_unusual(work, named)
    others = await people_queries.list_participants(work, ticket.id) if named.everybody else []
    known = await _known(work, ticket, named)
    to = requester if named.to is None else _with_names(named.to, known)
    people = _each_once(to, [*others, *_with_names(named.cc, known)], _with_names(named.bcc, known))
    if not people.to:
        raise ValidationFailed.of("to", NeedsRecipient())
    addresses = [one.address for one in people.people]
    if len(addresses) > MOST_UNASKED and not named.confirmed:
        raise ManyRecipients(addresses)
    require_reachable(await list_stopped_among(work, addresses))
    return people


async def settle_outsiders(work: UnitOfWork, named: Named, requester_email: str | None) -> Recipients:
    """Return who a mail goes to that is not the requester's: those named, who do not take part in the ticket by it.

    Raises ValidationFailed (an address of ours, the requester's, or nobody), ManyRecipients and AddressStopped.
    """
    await _refuse_own(work, named)
    await _refuse_unusual(work, named)
    known = await find_by_addresses(work, [one.address for one in (*(named.to or []), *named.cc, *named.bcc)])
    people = _each_once(*(_with_names(group, known) for group in (named.to or [], named.cc, named.bcc)))
    if not people.to:
        raise ValidationFailed.of("to", NeedsRecipient())
    addresses = [one.address for one in people.people]
    if requester_email and requester_email.lower() in (one.lower() for one in addresses):
        raise ValidationFailed.of("to", IsRequester(requester_email))
    if len(addresses) > MOST_UNASKED and not named.confirmed:
        raise ManyRecipients(addresses)
    require_reachable(await list_stopped_among(work, addresses))
    return people


def _requester(context: MailContext) -> list[MailAddress]:
    if not context.requester_email or context.requester_is_own:
        return []
    return [MailAddress(context.requester_name, context.requester_email)]


def _read(field: str, given: Addresses, unusual: dict[str, ValidationFailed]) -> list[MailAddress]:
    pairs = [("", one) if isinstance(one, str) else (one.name, one.address) for one in given]
    return [MailAddress(" ".join(name.split()), _address(field, address, unusual)) for name, address in pairs]


def _address(field: str, typed: str, unusual: dict[str, ValidationFailed]) -> str:
    try:
        return read_address(field, typed)
    except ValidationFailed as refusal:
        address = typed.strip().lower()
        if not is_answerable(address):
            raise
        unusual[address] = refusal
        return address


async def _refuse_unusual(work: UnitOfWork, named: Named) -> None:
    """Refuse addresses that nobody would have, but those that somebody wrote from."""
    if named.unusual:
        known = await find_by_addresses(work, list(named.unusual))
        for address, refusal in named.unusual.items():
            if address not in known:
                raise refusal


async def _refuse_own(work: UnitOfWork, named: Named) -> None:
    typed = {field: [one.address for one in getattr(named, field) or []] for field in FIELDS}
    if not any(typed.values()):
        return
    every = [address for addresses in typed.values() for address in addresses]
    own = set(await list_own_among(work, every))
    errors = [
        (field, OwnAddress(address)) for field, addresses in typed.items() for address in addresses if address in own
    ]
    if errors:
        raise ValidationFailed(errors)


async def _known(work: UnitOfWork, ticket: LockedTicket, named: Named) -> dict[str, ContactRef]:
    """Return the people behind named addresses; those named openly take part from now on."""
    openly = [(one.address, one.name) for one in (*(named.to or []), *named.cc)]
    hidden = [one.address for one in named.bcc]
    known = await find_by_addresses(work, hidden) if hidden else {}
    if openly:
        made = await find_or_create_contacts(work, openly)
        await people_queries.ensure_participants(work, ticket.id, [p.id for p in made.values()], "addressed")
        known |= made
    return known


def _with_names(people: list[MailAddress], known: dict[str, ContactRef]) -> list[MailAddress]:
    return [
        one if one.name or one.address not in known else MailAddress(known[one.address].name, one.address)
        for one in people
    ]


def _each_once(*groups: list[MailAddress]) -> Recipients:
    """Keep of each address the first mention: To before Cc before Bcc."""
    seen: set[str] = set()
    kept: list[list[MailAddress]] = []
    for group in groups:
        kept.append([])
        for one in group:
            if one.address.lower() not in seen:
                seen.add(one.address.lower())
                kept[-1].append(one)
    return Recipients(*kept)
