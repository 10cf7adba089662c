"""Sentences about relays: what became of a hand-over, and what a test of one found."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice, Sayable


class ConnectionEnded(Notice, frozen=True):
    """The connection ended before the relay answered: {error}"""

    code = "relay.connection_ended"

    error: str


class SenselessAnswer(Notice, frozen=True):
    """The relay's answer made no sense: {answer}"""

    code = "relay.senseless_answer"

    answer: str


class NoSense(Notice, frozen=True):
    """The relay's answer made no sense."""

    code = "relay.no_sense"


class SignInRefusedBy(Notice, frozen=True):
    """The relay refused the sign-in: {answer}"""

    code = "relay.sign_in_refused"

    answer: str


class Unreachable(Notice, frozen=True):
    """The relay cannot be reached: {reason}"""

    code = "relay.unreachable"

    reason: Sayable


class RefusedFor(Notice, frozen=True):
    """Refused for {refused}"""

    code = "relay.refused_for"

    refused: list[Notice]


class RefusedOne(Notice, frozen=True):
    """{recipient}: {answer}"""

    code = "relay.refused_one"

    recipient: str
    answer: str


class AsciiOnly(Notice, frozen=True):
    """The relay takes no addresses with letters beyond ASCII."""

    code = "relay.ascii_only"


class OffersNoEncryption(Notice, frozen=True):
    """it offers no encryption, and a password is not sent without"""

    code = "relay.offers_no_encryption"


class PasswordUnreadable(Notice, frozen=True):
    """The kept password cannot be read any more; enter it again."""

    code = "relay.password_unreadable"


class NoRelay(Notice, frozen=True):
    """There is no relay: name one here or set ATUM_MAIL_RELAY."""

    code = "relay.none"


class ConnectedTo(Notice, frozen=True):
    """Connected to {host}, port {port}."""

    code = "relay.connected"

    host: str
    port: int


class EncryptedWith(Notice, frozen=True):
    """Encrypted with {version}."""

    code = "relay.encrypted"

    version: str


class NotEncrypted(Notice, frozen=True):
    """Not encrypted: the relay offers no encryption."""

    code = "relay.not_encrypted"


class SignedInAs(Notice, frozen=True):
    """Signed in as {user}."""

    code = "relay.signed_in"

    user: str


class TakesUpTo(Notice, frozen=True):
    """Takes mails of up to {megabytes} MB."""

    code = "relay.takes_up_to"

    megabytes: int


class NoReports(Notice, frozen=True):
    """It cannot report that a mail was delivered."""

    code = "relay.no_reports"


class PlaceOffersNone(Notice, frozen=True):
    """{host}, port {port} offers no encryption, and a password is not sent without."""

    code = "relay.place_offers_no_encryption"

    host: str
    port: int


class PlaceRefusedSignIn(Notice, frozen=True):
    """{host}, port {port} refused the sign-in: {answer}"""

    code = "relay.place_refused_sign_in"

    host: str
    port: int
    answer: str


class CertificateNotTrusted(Notice, frozen=True):
    """The certificate of {host}, port {port} is not trusted: {reason}."""

    code = "relay.certificate_not_trusted"

    host: str
    port: int
    reason: str


class NoTls(Notice, frozen=True):
    """{host}, port {port} does not speak TLS here; choose another kind of security or port."""

    code = "relay.no_tls"

    host: str
    port: int


class NoAnswerWithin(Notice, frozen=True):
    """{host}, port {port} does not answer within {seconds:.0f} s."""

    code = "relay.no_answer_within"

    host: str
    port: int
    seconds: float


class PlaceAnswered(Notice, frozen=True):
    """{host}, port {port} answered: {answer}"""

    code = "relay.place_answered"

    host: str
    port: int
    answer: str


class NoSmtp(Notice, frozen=True):
    """{host}, port {port} does not speak SMTP."""

    code = "relay.no_smtp"

    host: str
    port: int


class PlaceUnreachable(Notice, frozen=True):
    """{host}, port {port} cannot be reached: {reason}"""

    code = "relay.place_unreachable"

    host: str
    port: int
    reason: Sayable
