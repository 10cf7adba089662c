"""Sentences about the virus scanner."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice, Sayable


class LargerThanScanned(Notice, frozen=True):
    """It is larger than the virus scanner takes."""

    code = "scan.too_large"


class EmptyAnswer(Notice, frozen=True):
    """an empty answer"""

    code = "scan.empty_answer"


class ScannerSilent(Notice, frozen=True):
    """The virus scanner did not answer: {error}"""

    code = "scan.silent"

    error: Sayable
