"""One ticket as a page to print: HTML without scripts, which a browser prints or keeps as PDF."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from atum_desk.exports.cells import clean
from atum_desk.exports.permissions import TICKET_EXPORT
from atum_desk.exports.slots import ExportSlots
from atum_desk.exports.streamed_file import StreamedFile, prefetched
from atum_desk.exports.thread_parts import MOST_MESSAGES, read_outline, walk_thread
from atum_desk.exports.words import Words
from atum_desk.kernel import clock
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import READ_ONE_MOMENT, Database
from atum_desk.tickets.public import MessageItem, Ticket, get_ticket, present_ticket

STYLE = (Path(__file__).resolve().parent / "print_page.css").read_text(encoding="utf-8")
SHOWN_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")


class AskedPage(msgspec.Struct, frozen=True, kw_only=True):
    """What of a ticket is printed, and in whose zone and language."""

    number: int
    notes: bool
    images: bool
    zone: ZoneInfo
    language: str


async def print_ticket(database: Database, actor: Actor, slots: ExportSlots, asked: AskedPage) -> StreamedFile:
    """Return the page of a ticket.

    Raises PermissionMissing, TicketNotFound, TooManyExports and ExportsBusy.
    """
    pieces = await prefetched(_pieces(database, actor, slots, asked))
    return StreamedFile(pieces, "text/html; charset=utf-8", f"ticket-{asked.number}.html")


async def _pieces(
    database: Database, actor: Actor, slots: ExportSlots, asked: AskedPage
) -> AsyncGenerator[bytes, None]:
    page = _Page(asked)
    with slots.slot(actor.person_id):
        async with database.reading(actor, READ_ONE_MOMENT) as transaction:
            transaction.actor.require(TICKET_EXPORT)
            stored = await get_ticket(transaction, asked.number)
            outline = await read_outline(transaction, stored.id, asked.number, with_notes=asked.notes)
            yield page.head(present_ticket(stored, transaction.actor)).encode()
            async for part in walk_thread(transaction, outline):
                yield "".join(map(page.message, part)).encode()
            yield page.foot(is_cut=outline.is_cut).encode()


class _Page:
    """Makes the page's parts of a ticket and its messages."""

    def __init__(self, asked: AskedPage) -> None:
        self._asked = asked
        self._words = Words(asked.language)

    def head(self, ticket: Ticket) -> str:
        """Return what stands above the thread: subject, people, properties, dates."""
        requester = ticket.requester
        people = [_person(requester.name, requester.email), *(_person(one.name, one.email) for one in ticket.cc)]
        word = self._words.get
        organization, assignee = ticket.organization, ticket.assignee
        facts = [
            (word("column", "number"), f"#{ticket.number}"),
            (word("column", "requester"), people[0]),
            (word("column", "organization"), organization.name if organization else ""),
            (word("print", "participants"), ", ".join(people[1:])),
            (word("column", "assignee"), assignee.name if assignee else word("print", "nobody")),
            (word("column", "team"), ticket.team.name),
            (word("column", "status"), ticket.status.name),
            (word("column", "priority"), word("value", ticket.priority)),
            (word("column", "tags"), ", ".join(ticket.tags)),
            (word("column", "created_at"), self._moment(ticket.created_at)),
            (word("column", "updated_at"), self._moment(ticket.updated_at)),
            (word("print", "printed"), self._moment(clock.now())),
        ]
        rows = "".join(f"<dt>{_text(name)}</dt><dd><bdi>{_text(shown)}</bdi></dd>" for name, shown in facts if shown)
        title = _text(f"#{ticket.number} {ticket.subject}")
        return (
            f'<!doctype html><html lang="{self._words.language}"><head><meta charset="utf-8"><title>{title}</title>'
            '<meta name="viewport" content="width=device-width">'
            f"<style>{STYLE}</style></head><body>"
            f'<header><h1 dir="auto">{_text(ticket.subject)}</h1><dl>{rows}</dl></header><main>'
        )

    def message(self, message: MessageItem) -> str:
        """Return a message with who wrote it and when, its files beneath."""
        is_claimed = message.author_check is not None and message.author_check.verdict != "proven"
        name = _text(message.author.name)
        author = _text(self._words.get("print", "claims")).format(name=name) if is_claimed else name
        kind = self._words.get("print", "note" if message.kind == "note" else "reply")
        return (
            f'<article class="{message.kind}"><h2><bdi>{author}</bdi> <span>{_text(kind)}</span> '
            f'<time datetime="{message.created_at.isoformat()}">{self._moment(message.created_at)}</time></h2>'
            f"{self._recipients(message)}"
            f'<div class="body" dir="auto">{self._body(message)}</div>{self._files(message)}</article>'
        )

    def foot(self, *, is_cut: bool) -> str:
        """Return the page's end."""
        cut = self._words.get("print", "cut").format(count=f"{MOST_MESSAGES:,}") if is_cut else ""
        zone = self._words.get("print", "moments").format(zone=self._asked.zone.key)
        return f"</main><footer><p>{_text(cut)}</p><p>{_text(zone)}</p></footer></body></html>"

    def _recipients(self, message: MessageItem) -> str:
        people = ", ".join(_person(one.name, one.address) for one in (*message.to, *message.cc))
        return f'<p class="to"><bdi>{_text(people)}</bdi></p>' if people else ""

    def _body(self, message: MessageItem) -> str:
        # Sanitised when it was stored: no scripts, no places outside of its own box, no addresses elsewhere.
        body = message.html or f'<div class="plain">{_text(message.text)}</div>'
        if message.quoted:
            quoted = f"<h3>{_text(self._words.get('print', 'quoted'))}</h3>"
            body += f'{quoted}<blockquote class="plain">{_text(message.quoted)}</blockquote>'
        return body

    def _files(self, message: MessageItem) -> str:
        beside = [one for one in message.attachments if not one.inline]
        if not beside:
            return ""
        names = "".join(f"<li><bdi>{_text(one.filename)}</bdi></li>" for one in beside)
        shown = [one for one in beside if self._asked.images and one.mime_type in SHOWN_IMAGES]
        images = "".join(f'<img src="{one.url}?inline=true" alt="{_text(one.filename)}">' for one in shown)
        return f'<h3>{_text(self._words.get("print", "files"))}</h3><ul>{names}</ul><div class="images">{images}</div>'

    def _moment(self, at: datetime) -> str:
        return f"{at.astimezone(self._asked.zone):%Y-%m-%d %H:%M}"


def _text(text: str) -> str:
    return escape(clean(text))


def _person(name: str, email: str | None) -> str:
    return f"{name} <{email}>" if email and email != name else name
