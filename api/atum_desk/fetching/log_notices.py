"""What the log of a mailbox tells of fetching, and why mails were left over."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice, Sayable


class Connected(Notice, frozen=True):
    """Connected to {host}. {held}"""

    code = "fetching.connected"

    host: str
    held: Sayable


class NotTaken(Notice, frozen=True):
    """Mail {uid} on the server could not be taken: {reason}"""

    code = "fetching.not_taken"

    uid: int
    reason: Sayable


class TriedAgain(Notice, frozen=True):
    """It is being tried again."""

    code = "fetching.tried_again"


class TakenAfterAll(Notice, frozen=True):
    """Mail {uid} on the server was taken after all."""

    code = "fetching.taken_after_all"

    uid: int


class KeptAllTheSame(Notice, frozen=True):
    """{reason} The mails themselves are kept here."""

    code = "fetching.kept_all_the_same"

    reason: Sayable


class FetchedOne(Notice, frozen=True):
    """Fetched 1 mail."""

    code = "fetching.fetched_one"


class FetchedMany(Notice, frozen=True):
    """Fetched {count} mails."""

    code = "fetching.fetched_many"

    count: int


class KnownOne(Notice, frozen=True):
    """1 mail had been kept before."""

    code = "fetching.known_one"


class KnownMany(Notice, frozen=True):
    """{count} mails had been kept before."""

    code = "fetching.known_many"

    count: int


class BrokeEachTime(Notice, frozen=True):
    """Each time the server was asked for it the connection broke."""

    code = "fetching.broke_each_time"


class OtherWorker(Notice, frozen=True):
    """Another worker fetches this mailbox, too."""

    code = "fetching.other_worker"


class OurFault(Notice, frozen=True):
    """Something went wrong on our side: {error}."""

    code = "fetching.our_fault"

    error: str


class NumberedAnew(Notice, frozen=True):
    """The server numbered its mails anew, so all of them are read again; what came before is not kept twice."""

    code = "fetching.numbered_anew"


class NotStored(Notice, frozen=True):
    """It could not be stored: {error}."""

    code = "fetching.not_stored"

    error: str
