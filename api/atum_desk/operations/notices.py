"""Words about the machine that stand in problems."""

from __future__ import annotations

from typing import ClassVar

from atum_desk.kernel.notices import Term


class AskedVerb(Term, frozen=True):
    """What can be asked of the machine, as a noun."""

    code = "asked_verb"
    WORDS: ClassVar = {"backup": "backup", "verify": "proof of the backups", "doctor": "check of the server"}
