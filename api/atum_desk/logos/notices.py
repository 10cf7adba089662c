"""Why an image cannot become a logo."""

from __future__ import annotations

from typing import ClassVar

from atum_desk.kernel.notices import Term


class LogoFault(Term, frozen=True):
    """What is wrong with an image."""

    code = "logo_fault"
    WORDS: ClassVar = {
        "format": "it is no PNG, JPEG or WebP image",
        "animated": "it is animated; choose a still image",
        "large": "it has more than 16 million pixels or 8000 on a side",
        "broken": "it is damaged or not complete",
    }
