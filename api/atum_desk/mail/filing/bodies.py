"""The body of a received mail: its images in place, and hidden history only where the desk holds it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.mime import REPLY_MARKER, MessageBody, place_images
from atum_desk.outbox.public import mailbox_part

# Who wrote the history stands in its first lines.
HEAD_CHARACTERS = 600
# As many characters in a row are the same words, whatever a mail program did to their line ends.
PIECE_CHARACTERS = 24
HELD_SHARE = 1 / 3
SEARCHED_CHARACTERS = 300_000
_BETWEEN_WORDS = re.compile(r"[\s>|*_]+")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}")


class Held(msgspec.Struct, frozen=True):
    """What the desk holds of a ticket: the newest texts of its thread; and its own addresses."""

    texts: list[str]
    own_addresses: list[str]


async def find_held(transaction: ReadTransaction, ticket_id: int, before_message_id: int | None = None) -> Held:
    """Return what a ticket, or the one it follows, held before a message: twenty texts at most."""
    row = await transaction.fetchrow(
        """select array(select left(m.text, 20000) || coalesce(left(m.quoted, 20000), '') from messages m
                  where m.ticket_id = any(select unnest(array[t.id, t.follow_up_of_id]) from tickets t where t.id = $1)
                    and ($2::bigint is null or m.id < $2) order by m.id desc limit 20) as texts,
                  array(select address from mailboxes where workspace_id = ctx_workspace()) as own_addresses""",
        ticket_id,
        before_message_id,
    )
    assert row is not None
    return Held(row["texts"], row["own_addresses"])


def shown_body(body: MessageBody, held: Held | None) -> MessageBody:
    """Return the body that a thread shows; `held` is None for the mail that opens a ticket.

    History is hidden where the ticket holds it or the desk wrote it. Other history is news and stays
    in the text, as does all of a first mail.
    """
    if body.whole is None or (held is not None and _is_held(body.history, held)):
        return body
    return body.whole


def _is_held(history: str, held: Held) -> bool:
    if not history.strip() or REPLY_MARKER in history:
        return True
    own = set(held.own_addresses)
    if any(mailbox_part(one) in own for one in _ADDRESS.findall(history[:HEAD_CHARACTERS])):
        return True
    return _known_share(history, held.texts) >= HELD_SHARE


def _known_share(history: str, texts: Sequence[str]) -> float:
    """Return which share of the pieces of a history stands in texts; 1 for one too short to say."""
    bare = _BETWEEN_WORDS.sub("", history)
    pieces = [bare[at : at + PIECE_CHARACTERS] for at in range(0, len(bare) - PIECE_CHARACTERS + 1, PIECE_CHARACTERS)]
    if len(pieces) < 3:
        return 1
    stored = "\n".join(_BETWEEN_WORDS.sub("", text) for text in texts)[:SEARCHED_CHARACTERS]
    wanted = set(pieces)
    windows = (stored[at : at + PIECE_CHARACTERS] for at in range(len(stored)))
    known = {window for window in windows if window in wanted}
    return sum(piece in known for piece in pieces) / len(pieces)


def served_html(body: MessageBody, served: Mapping[str, str]) -> str | None:
    """Return the HTML of a body with its images in place.

    `served` maps Content-IDs to the addresses that serve them.
    """
    if body.html is None or not served:
        return body.html
    return place_images(body.html, served)
