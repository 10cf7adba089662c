"""What a slice declares about itself, and the register of all that is declared.

Each slice has a `feature.py` with one `Feature`; `entry/features.py` lists them. What takes memory or
time to import (routes, jobs, seeds) is given as a function that imports when it is called, so that
every process may read all declarations.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from atum_desk.kernel.audience import Audience, person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atum_desk.kernel.config.settings import Settings
    from atum_desk.kernel.database.stored_reads import StoredRead
    from atum_desk.kernel.database.units_of_work import UnitOfWork
    from atum_desk.kernel.jobs.job_types import HandledJob, JobType
    from atum_desk.kernel.jobs.schedules import Schedule

COMMAND_NAME = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,40}")

BuiltInRole = Literal["Agent", "Team lead", "Administrator", "Auditor"]
ADMINISTRATORS: tuple[BuiltInRole, ...] = ("Administrator",)
LEADS: tuple[BuiltInRole, ...] = ("Team lead", *ADMINISTRATORS)
AGENTS: tuple[BuiltInRole, ...] = ("Agent", *LEADS)
AUDITORS: tuple[BuiltInRole, ...] = (*ADMINISTRATORS, "Auditor")
ALL_STAFF: tuple[BuiltInRole, ...] = (*AGENTS, "Auditor")
BUILT_IN_ROLES: tuple[BuiltInRole, ...] = ALL_STAFF


class Irreversible(msgspec.Struct, frozen=True):
    """Why no undo takes a command back, as the end of a sentence: "This cannot be undone: ..."."""

    reason: str


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of change. Its sentence for people is in the web's catalogue, under its name."""

    name: str
    # What it takes of the staff, and its undo takes again; of several one. None: nothing, or the system does it.
    permission: str | tuple[str, ...] | None
    # By the inverse of its row changes, or not at all.
    undo: Literal["inverse"] | Irreversible
    # What an undo does not bring back, in sentences.
    leaves: tuple[str, ...] = ()
    # Whoever did it undoes it without the permission.
    own_undo_is_free: bool = False
    # Unless it concerns a ticket, auditors and whoever did it see it in the list of changes, and nobody else.
    is_quiet: bool = False
    # It may change who may see or do what: the live service reads everybody's powers again.
    alters_powers: bool = False
    # Only an earlier release wrote it; the ledger may still hold it.
    is_retired: bool = False
    # For what it changes beside the ledger's tables: the word that browsers are told, and whom it concerns.
    live: str | None = None
    audience: tuple[Audience, ...] = ()

    @property
    def permissions(self) -> tuple[str, ...]:
        """The permissions of which it takes one; none when it takes none."""
        if self.permission is None:
            return ()
        return (self.permission,) if isinstance(self.permission, str) else self.permission

    @property
    def refusal(self) -> str | None:
        """Why no undo takes it back, or None when one may."""
        return self.undo.reason if isinstance(self.undo, Irreversible) else None


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table whose rows the ledger records, and what the live service tells of its changes."""

    name: str
    # The word that browsers are told when a row changed; None: they are told nothing of it.
    live: str | None
    # For a table that is told by column: the word of each column whose update is told.
    live_by_column: Mapping[str, str] = {}
    # Whom a change of a row concerns, one of these being enough; nobody until it is declared.
    audience: tuple[Audience, ...] | None = None
    # The word that one person is told of each change of a row, and the column that names them.
    own: tuple[str, str] | None = None
    # Of the words above, those that contacts are told of their own tickets.
    contacts_hear: tuple[str, ...] = ()
    # Whether a change of a row, or of one of these columns, may change who may see or do what.
    alters_powers: bool | tuple[str, ...] = False

    @property
    def words(self) -> frozenset[str]:
        """All words that browsers may be told of it."""
        told = {*self.live_by_column.values(), self.live, self.own and self.own[0]}
        return frozenset(word for word in told if word)

    @property
    def audiences(self) -> frozenset[Audience]:
        """All that are declared."""
        return frozenset(self.audience or ()).union([person(self.own[1])] if self.own else [])


class Permission(msgspec.Struct, frozen=True):
    """A permission and the built-in roles that hold it; docs/permissions.md says what it opens."""

    name: str
    roles: tuple[BuiltInRole, ...]


# An upload is a form with a file, which is read as a stream; a mail is a body by itself.
LargeBody = Literal["upload_max_bytes", "mail_max_bytes"]
Seed = Callable[["UnitOfWork", "Settings"], Awaitable[None]]


class Feature(msgspec.Struct, frozen=True, kw_only=True):
    """All that a slice adds to the product."""

    name: str
    commands: tuple[Command, ...] = ()
    tables: tuple[Table, ...] = ()
    permissions: tuple[Permission, ...] = ()
    # Permissions of earlier releases that open nothing any more; roles lose them.
    retired_permissions: tuple[str, ...] = ()
    # Fields of `Settings` that only this slice reads.
    settings: tuple[str, ...] = ()
    # The route handlers below /api/v1.
    routes: Callable[[], Sequence[Any]] = tuple
    # Those beside it, at the root of the address.
    root_routes: Callable[[], Sequence[Any]] = tuple
    # Addresses below /api/v1 whose bodies may be larger than others, by the setting that bounds them.
    large_bodies: Mapping[str, LargeBody] = {}
    jobs: tuple[JobType[Any], ...] = ()
    # The handlers of these jobs, and of jobs that a slice below declares for this one to do.
    job_handlers: Callable[[], Sequence[HandledJob]] = tuple
    schedules: Callable[[], Mapping[str, Schedule]] = dict
    # What follows the ledger, by a name that never changes: it is the key of its cursor.
    consumers: Callable[[], Mapping[str, Any]] = dict
    # Its hot reads, which stand in the database as functions.
    stored_reads: Callable[[], Sequence[StoredRead]] = tuple
    # Fills its part of a new workspace, in the unit of work "workspace.prepare".
    seed: Callable[[], Seed] | None = None


class UndeclaredCommand(LookupError):
    """A unit of work was to become a change of a kind that no feature declares."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"no feature declares the command {name!r}: add it to the feature.py of its slice; "
            "a process of its own imports atum_desk.entry.features first"
        )


class DeclaredTwice(ValueError):
    """Two features, or one twice, declare the same name."""


class Declarations:
    """What all features of this process declare, by name."""

    def __init__(self) -> None:
        self.features: dict[str, Feature] = {}
        self.commands: dict[str, Command] = {}
        self.tables: dict[str, Table] = {}
        self.permissions: dict[str, Permission] = {}
        self.jobs: dict[str, JobType[Any]] = {}
        # All words that browsers may be told, and those of them that contacts are.
        self.live_words: frozenset[str] = frozenset()
        self.words_for_contacts: frozenset[str] = frozenset()

    def add(self, *features: Feature) -> None:
        """Register features. Raises DeclaredTwice, or ValueError for a name that is no command's."""
        for feature in features:
            _put(self.features, "feature", [(feature.name, feature)])
            _put(self.commands, "command", ((one.name, one) for one in feature.commands))
            _put(self.tables, "table", ((one.name, one) for one in feature.tables))
            _put(self.permissions, "permission", ((one.name, one) for one in feature.permissions))
            _put(self.jobs, "job", ((one.name, one) for one in feature.jobs))
            for command in feature.commands:
                if not COMMAND_NAME.fullmatch(command.name):
                    raise ValueError(f"{command.name!r} is no name of a command, such as team.add")
                self.live_words = self.live_words.union([command.live] if command.live else [])
            for table in feature.tables:
                self.live_words = self.live_words.union(table.words)
                self.words_for_contacts = self.words_for_contacts.union(table.contacts_hear)

    def require_command(self, name: str) -> None:
        """Raise UndeclaredCommand unless a feature declares a command of this name."""
        if name not in self.commands:
            raise UndeclaredCommand(name)

    def quiet_commands(self) -> list[str]:
        """Return the names of the commands that hardly anybody sees, sorted."""
        return sorted(one.name for one in self.commands.values() if one.is_quiet)

    def permissions_of(self, role: str) -> tuple[str, ...]:
        """Return the permissions of a built-in role, in the order of the features."""
        return tuple(one.name for one in self.permissions.values() if role in one.roles)

    def retired_permissions(self) -> list[str]:
        """Return the permissions of earlier releases that open nothing any more."""
        return [name for feature in self.features.values() for name in feature.retired_permissions]

    def seeds(self) -> list[Seed]:
        """Return what fills a new workspace, in the order of the features."""
        return [feature.seed() for feature in self.features.values() if feature.seed]


def _put(register: dict[str, Any], what: str, entries: Iterable[tuple[str, Any]]) -> None:
    for name, entry in entries:
        if name in register:
            raise DeclaredTwice(f"the {what} {name!r} is declared twice")
        register[name] = entry


declared = Declarations()
