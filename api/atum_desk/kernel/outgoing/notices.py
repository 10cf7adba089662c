"""Why a place cannot be reached, or may not be."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice


class NameUnknown(Notice, frozen=True):
    """The name {host} cannot be found."""

    code = "outgoing.name_unknown"

    host: str


class NoServerName(Notice, frozen=True):
    """This is no name of a server."""

    code = "outgoing.no_server_name"


class NoAddressLeft(Notice, frozen=True):
    """There is no address to connect to."""

    code = "outgoing.no_address"


class LedElsewhere(Notice, frozen=True):
    """The connection led elsewhere than to the address that was checked."""

    code = "outgoing.led_elsewhere"


class PrivatePlace(Notice, frozen=True):
    """{host} may not be reached from here: it leads to this machine or a private network.
    Whoever runs this machine can permit it (ATUM_OUTGOING_ALLOW)."""

    code = "outgoing.private_place"

    host: str


class PortRefused(Notice, frozen=True):
    """Port {port} may not be used from here for this, only {usual}.
    Whoever runs this machine can permit it (ATUM_OUTGOING_ALLOW)."""

    code = "outgoing.port_refused"

    port: int
    usual: list[str]


class OnlyHttps(Notice, frozen=True):
    """Only addresses that begin with https:// may be asked."""

    code = "outgoing.only_https"


class SentOnUnencrypted(Notice, frozen=True):
    """It was sent on to an address without encryption."""

    code = "outgoing.sent_on_unencrypted"


class SentOnTooOften(Notice, frozen=True):
    """it was sent on too often"""

    code = "web.sent_on_too_often"


class SentOnNowhere(Notice, frozen=True):
    """it was sent on to no address"""

    code = "web.sent_on_nowhere"


class NoWebAddress(Notice, frozen=True):
    """this is no address that can be asked"""

    code = "web.no_address"


class NoWebAnswer(Notice, frozen=True):
    """it does not answer in time"""

    code = "web.no_answer"


class WebEncryptionFailed(Notice, frozen=True):
    """encryption failed"""

    code = "web.encryption_failed"


class NoHttp(Notice, frozen=True):
    """it does not speak HTTP there"""

    code = "web.no_http"


class AnswerTooLong(Notice, frozen=True):
    """its answer is too long"""

    code = "web.answer_too_long"


class WebUnreachable(Notice, frozen=True):
    """it cannot be reached"""

    code = "web.unreachable"


class WebCertificate(Notice, frozen=True):
    """its certificate cannot be trusted: {reason}"""

    code = "web.certificate"

    reason: str
