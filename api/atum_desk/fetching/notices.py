"""Sentences about fetching mail that are stored or sent."""

from __future__ import annotations

from typing import ClassVar

from atum_desk.kernel.notices import Notice, Sayable, Term


class OnlyThisMachine(Notice, frozen=True):
    """only a server on this machine may go without encryption"""

    code = "field.only_this_machine"


class NeedsFolder(Notice, frozen=True):
    """name the folder that mails are moved to"""

    code = "field.needs_folder"


class SameFolder(Notice, frozen=True):
    """is the folder that is fetched from"""

    code = "field.same_folder"


class NeededToSignIn(Notice, frozen=True):
    """is needed to sign in at a provider"""

    code = "field.needed_to_sign_in"


class NeedsHttps(Notice, frozen=True):
    """must begin with https://"""

    code = "field.needs_https"


class EnterAgain(Notice, frozen=True):
    """enter it again: it was given for another place"""

    code = "field.enter_again"


class NoRefreshToken(Notice, frozen=True):
    """it sent no refresh token; ask for offline access."""

    code = "fetching.no_refresh_token"


class WorksBothWays(Notice, frozen=True):
    """It left and came back in {seconds:.0f} s: both directions work."""

    code = "self_test.works"

    seconds: float


class DidNotLeave(Notice, frozen=True):
    """It did not leave: {trouble}."""

    code = "self_test.did_not_leave"

    trouble: Sayable


class NotBackYet(Notice, frozen=True):
    """The relay took it; it has not come back for {seconds:.0f} s."""

    code = "self_test.not_back_yet"

    seconds: float


class LooksLost(Notice, frozen=True):
    """That is long: look into the log, and into the spam folder on the server."""

    code = "self_test.looks_lost"


class WaitsForAttempt(Notice, frozen=True):
    """It waits for the next attempt: {trouble}"""

    code = "self_test.waits_for_attempt"

    trouble: Sayable


class StillWaits(Notice, frozen=True):
    """It still waits to leave: is a relay set up, and the worker running?"""

    code = "self_test.still_waits"


class WaitsItsTurn(Notice, frozen=True):
    """It waits in the outbox for its turn."""

    code = "self_test.waits_its_turn"


class ProviderHint(Term, frozen=True):
    """What the users of a mail provider must do before programs may fetch their mail."""

    code = "provider_hint"
    WORDS: ClassVar = {
        "turn_on": "Turn IMAP on in the account's settings first.",
        "app_password": "It lets programs in with an app password only: make one in the account's settings.",
        "oauth_or_app_password": "Sign in with OAuth2, or make an app password (two-step verification must be on).",
        "oauth_only": "It lets programs in by OAuth2 only: "
        "register one in Entra, with the address below as its way back.",
    }
