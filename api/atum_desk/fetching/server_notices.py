"""What mail servers and providers did: sentences for the log, the state and tests of a mailbox."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice, Sayable


class Said(Notice, frozen=True):
    """{host} says: {answer}"""

    code = "imap.said"

    host: str
    answer: str


class NotNumbered(Notice, frozen=True):
    """{host} does not number its mails durably."""

    code = "imap.not_numbered"

    host: str


class TooManyBytes(Notice, frozen=True):
    """It has more than {most} bytes, the most that is taken."""

    code = "imap.too_many_bytes"

    most: int


class TooLargeMail(Notice, frozen=True):
    """It has {megabytes:.1f} MB; at most {most:.1f} MB are taken (ATUM_MAIL_MAX_BYTES)."""

    code = "imap.too_large"

    megabytes: float
    most: float


class GivesNothing(Notice, frozen=True):
    """{host} lists it and gives nothing of it."""

    code = "imap.gives_nothing"

    host: str


class NoConnection(Notice, frozen=True):
    """There is no connection."""

    code = "imap.no_connection"


class NotSetUpYet(Notice, frozen=True):
    """It is not set up."""

    code = "imap.not_set_up"


class TookTooLongTo(Notice, frozen=True):
    """The server took too long."""

    code = "imap.took_too_long"


class OtherSecret(Notice, frozen=True):
    """What signs this mailbox in was kept under another ATUM_SECRET: enter it again."""

    code = "imap.other_secret"


class NoPassword(Notice, frozen=True):
    """There is no password yet: enter one."""

    code = "imap.no_password"


class NobodyAgreed(Notice, frozen=True):
    """Nobody has agreed at the provider yet: sign in there."""

    code = "imap.nobody_agreed"


class NotEncryptedUrl(Notice, frozen=True):
    """{url} is not encrypted."""

    code = "oauth.not_encrypted"

    url: str


class CannotBeAsked(Notice, frozen=True):
    """The provider {host} cannot be asked for access: {reason}."""

    code = "oauth.cannot_be_asked"

    host: str
    reason: Sayable


class NoAccess(Notice, frozen=True):
    """The provider {host} gives no access: {reason}"""

    code = "oauth.no_access"

    host: str
    reason: str


class UnknownForm(Notice, frozen=True):
    """The provider {host} answers in no form we know."""

    code = "oauth.unknown_form"

    host: str


class NothingListens(Notice, frozen=True):
    """Nothing listens on {host}, port {port}."""

    code = "imap.nothing_listens"

    host: str
    port: int


class CertificateDoubted(Notice, frozen=True):
    """The certificate of {host} cannot be trusted: {reason}."""

    code = "imap.certificate"

    host: str
    reason: str


class EncryptionFailed(Notice, frozen=True):
    """Encryption with {host}, port {port} failed: {reason}."""

    code = "imap.encryption_failed"

    host: str
    port: int
    reason: str


class NoAnswerInTime(Notice, frozen=True):
    """{host}, port {port} does not answer in time."""

    code = "imap.no_answer"

    host: str
    port: int


class NotLetIn(Notice, frozen=True):
    """{host} does not let {user} in: {answer}"""

    code = "imap.not_let_in"

    host: str
    user: str
    answer: str


class CannotDoThat(Notice, frozen=True):
    """{host} cannot do that: {answer}"""

    code = "imap.cannot_do_that"

    host: str
    answer: str


class NoImap(Notice, frozen=True):
    """{host}, port {port} does not speak IMAP."""

    code = "imap.no_imap"

    host: str
    port: int


class BrokeWith(Notice, frozen=True):
    """The connection to {host} broke: {answer}"""

    code = "imap.broke_with"

    host: str
    answer: str


class HostRefused(Notice, frozen=True):
    """{host} refused: {answer}"""

    code = "imap.refused"

    host: str
    answer: str


class BrokeAt(Notice, frozen=True):
    """The connection to {host}, port {port} broke: {reason}."""

    code = "imap.broke_at"

    host: str
    port: int
    reason: str


class SaysNoImap(Notice, frozen=True):
    """{host} says what is no IMAP: {error}."""

    code = "imap.says_no_imap"

    host: str
    error: str


class FolderNotOpened(Notice, frozen=True):
    """The folder {folder} cannot be opened: {reason}"""

    code = "imap.folder_not_opened"

    folder: str
    reason: Sayable


class NotMarked(Notice, frozen=True):
    """Mails cannot be marked as read: {reason}"""

    code = "imap.not_marked"

    reason: Sayable


class NotMoved(Notice, frozen=True):
    """Mails cannot be moved to {folder}: {reason}"""

    code = "imap.not_moved"

    folder: str
    reason: Sayable


class HostIs(Notice, frozen=True):
    """{host} is {addresses}."""

    code = "imap.host_is"

    host: str
    addresses: list[str]


class AnswersOnPort(Notice, frozen=True):
    """It answers on port {port}."""

    code = "imap.answers"

    port: int


class NotEncryptedHere(Notice, frozen=True):
    """Not encrypted, on this machine only."""

    code = "imap.not_encrypted"


class EncryptedFor(Notice, frozen=True):
    """Encrypted ({version}); the certificate is good for {host}."""

    code = "imap.encrypted"

    version: str
    host: str


class SignedInAsUser(Notice, frozen=True):
    """Signed in as {user}."""

    code = "imap.signed_in"

    user: str


class FolderHolds(Notice, frozen=True):
    """{folder} holds {mails} mails."""

    code = "imap.folder_holds"

    folder: str
    mails: int


class FolderHoldsOne(Notice, frozen=True):
    """{folder} holds 1 mail."""

    code = "imap.folder_holds_one"

    folder: str


class TookLongerThan(Notice, frozen=True):
    """{host} took longer than {seconds:g} s."""

    code = "imap.took_longer"

    host: str
    seconds: float


class HostSilent(Notice, frozen=True):
    """{host} does not answer in time."""

    code = "imap.host_silent"

    host: str
