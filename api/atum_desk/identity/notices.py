"""Sentences about people, teams and passwords that stand in problems."""

from __future__ import annotations

from typing import ClassVar

from atum_desk.kernel.notices import Notice, Term


class AddressTaken(Notice, frozen=True):
    """Somebody with the address {address}"""

    code = "exists.address"

    address: str


class TeamNamed(Notice, frozen=True):
    """A team named {name}"""

    code = "exists.team"

    name: str


class TeamsNotSeen(Notice, frozen=True):
    """names a team that does not exist or you do not see"""

    code = "field.teams_not_seen"


class SightOf(Term, frozen=True):
    """Teams whose tickets somebody may see, as a power that others lack."""

    code = "sight_of"
    WORDS: ClassVar = {"all": "the sight of all teams", "others": "the sight of some of these teams"}


class PasswordWeakness(Term, frozen=True):
    """Why a password would be guessed too soon."""

    code = "password_weakness"
    WORDS: ClassVar = {
        "own_data": "it is made of your name, your address or the name of this desk",
        "common": "it is one of the most used passwords, or very like one",
        "words": "it is a single word or a name, or little more",
        "keyboard": "its keys are beside each other",
        "repeat": "it repeats the same characters",
        "sequence": "it is a sequence such as abc or 6543",
        "date": "it is a date or a year",
        "simple": "it is too short for how simple it is",
    }
