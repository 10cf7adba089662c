"""Sentences of the search for people."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice


class CursorOfManyKinds(Notice, frozen=True):
    """A cursor goes on with one kind: name exactly one in `kinds`."""

    code = "search.cursor_of_many_kinds"
