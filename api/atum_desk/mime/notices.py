"""Sentences about signatures of mail (S/MIME, PGP)."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice


class PgpNotChecked(Notice, frozen=True):
    """PGP signatures are not checked."""

    code = "signature.pgp"


class ChangedAfterwards(Notice, frozen=True):
    """It was changed after it was signed."""

    code = "signature.changed"


class NotReadableSignature(Notice, frozen=True):
    """The signature cannot be read."""

    code = "signature.not_readable"


class HoldsNoMail(Notice, frozen=True):
    """The signature holds no mail."""

    code = "signature.holds_no_mail"


class TooLargeSignature(Notice, frozen=True):
    """The signature is too large."""

    code = "signature.too_large"


class DamagedSignature(Notice, frozen=True):
    """The signature is damaged."""

    code = "signature.damaged"


class NoSignature(Notice, frozen=True):
    """It is not a signature."""

    code = "signature.none"


class CertificateNotThere(Notice, frozen=True):
    """The signer's certificate is not in the mail."""

    code = "signature.no_certificate"


class WeakMethod(Notice, frozen=True):
    """It is signed by a method that proves nothing any more ({digest})."""

    code = "signature.weak_method"

    digest: str


class UnknownKey(Notice, frozen=True):
    """The signer's key is of a kind that is not checked here."""

    code = "signature.unknown_key"


class OtherSender(Notice, frozen=True):
    """Its certificate is not the sender's."""

    code = "signature.other_sender"


class NoAuthorities(Notice, frozen=True):
    """No authorities are set, so nobody vouches for the signer."""

    code = "signature.no_authorities"


class CertificateNotForMail(Notice, frozen=True):
    """Its certificate is not for mail."""

    code = "signature.certificate_not_for_mail"


class NoAuthorityVouches(Notice, frozen=True):
    """No authority we know vouches for the signer ({told})."""

    code = "signature.no_authority"

    told: str
