"""Sentences about fetching mail that are stored or sent."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice


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
