"""What slices may use of signatures."""

from atum_desk.signatures.models import REPEAT_HOURS, FoundSignature, SignatureTexts, SignatureValues
from atum_desk.signatures.queries import signature_for
from atum_desk.signatures.texts import filled_in

__all__ = ["REPEAT_HOURS", "FoundSignature", "SignatureTexts", "SignatureValues", "filled_in", "signature_for"]
