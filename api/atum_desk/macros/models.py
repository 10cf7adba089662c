"""A macro as it is stored."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from atum_desk.actions.public import Action
from atum_desk.audiences.public import Scope
from atum_desk.files.public import KeptFile
from atum_desk.templates.public import MOST_CHARACTERS

MacroKind = Literal["none", "note", "reply"]

MOST_LANGUAGES = 20
MOST_FILES = 10

Language = Annotated[str, Meta(pattern="^$|^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$", examples=["de", "pt-BR"])]


class MacroText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A macro's text in one language, as `html` or as plain `text`; both may have variables.

    The language '' is the text for everybody whose language has none of its own. Where there is HTML,
    `text` is what it reads as without marks.
    """

    language: Language = ""
    text: Annotated[str, Meta(max_length=MOST_CHARACTERS)] = ""
    html: Annotated[str, Meta(max_length=MOST_CHARACTERS)] | None = None


class Macro(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `macros`, with how often it was applied: by everybody, and by the reader."""

    id: int
    name: str
    folder: str
    kind: MacroKind
    texts: list[MacroText]
    actions: list[Action]
    files: list[KeptFile]
    scope: Scope
    owner_id: int | None
    owner_name: str | None
    team_id: int | None
    condition: dict[str, Any] | None
    condition_text: str
    active: bool
    version: int
    uses: int
    own_uses: int


class MacroKey(msgspec.Struct, frozen=True):
    """What is read of a macro to tell whether a ticket gets it offered."""

    id: int
    condition: dict[str, Any] | None


def text_for(texts: list[MacroText], language: str | None) -> MacroText | None:
    """Return the text in a language, such as pt-BR: else in the language without its place, else the first."""
    by_language = {one.language.lower(): one for one in texts}
    wanted = (language or "").lower()
    for name in (wanted, wanted.partition("-")[0], ""):
        if name in by_language:
            return by_language[name]
    return texts[0] if texts else None
