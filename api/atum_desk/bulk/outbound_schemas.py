"""Requests and responses of runs that open a ticket for each of many people."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from atum_desk.templates.public import MOST_CHARACTERS
from atum_desk.tickets.public import Addresses, OutboundFacts

# So many people one run writes to: as many as Addresses takes.
MOST_PEOPLE = 500


class OutboundRequest(OutboundFacts, kw_only=True, forbid_unknown_fields=True):
    """People, and what each of them is written; the text is a Liquid template (docs/bulk.md)."""

    people: Annotated[Addresses, Meta(min_length=1)]
    text: Annotated[str, Meta(min_length=1, max_length=MOST_CHARACTERS)]


class OutboundRefused(msgspec.Struct):
    """Somebody who gets no ticket, by the place in the list from 1 on, and why."""

    place: int
    address: str
    problem: dict[str, Any]


class OutboundSample(msgspec.Struct):
    """One of the people, and what they would be written; `problem` where the text cannot be filled in."""

    address: str
    text: str | None
    problem: dict[str, Any] | None = None


class OutboundPreview(msgspec.Struct):
    """What a request would come to now: how many tickets, who gets none, and what the first few would read."""

    count: int
    most: int
    refused: list[OutboundRefused]
    samples: list[OutboundSample]
    variables: list[str]
