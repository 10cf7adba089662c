"""What a spam filter before us wrote into a mail's header. We filter nothing ourselves."""

from __future__ import annotations

import re

from atum_desk.mail.filing.classify import headers_named
from atum_desk.mail.models import SpamVerdict
from atum_desk.mime import ParsedMail

# Fields that hold a lone number: SpamAssassin, amavis, rspamd, Rspamd by its proxy.
SCORE_FIELDS = ("x-spam-score", "x-rspamd-score", "x-spamd-score", "x-rspamd-value")
FLAG_FIELDS = ("x-spam-flag", "x-spam", "x-rspamd-flag")
_NUMBER = re.compile(r"-?\d{1,5}(?:\.\d{1,4})?")
# "Yes, score=7.3 required=5.0 ..." (SpamAssassin), "Yes, hits=7.3"
_STATUS = re.compile(r"^\s*(yes|no)\b(?:.{0,80}?(?:score|hits)=(-?\d{1,5}(?:\.\d{1,4})?))?", re.I | re.S)
# "default: False [5.20 / 15.00];" (rspamd)
_RSPAMD = re.compile(r"\b(true|false)\b\s*\[\s*(-?\d{1,5}(?:\.\d{1,4})?)\s*/", re.I)


def spam_verdict(mail: ParsedMail) -> SpamVerdict:
    """Return whether a filter called the mail spam, and the highest score that one gave it."""
    flagged = any(
        value.lower().startswith(("yes", "true", "spam")) for name in FLAG_FIELDS for value in headers_named(mail, name)
    )
    scores = [
        float(found.group(0))
        for name in SCORE_FIELDS
        for value in headers_named(mail, name)
        if (found := _NUMBER.match(value))
    ]
    for pattern, name in ((_STATUS, "x-spam-status"), (_RSPAMD, "x-spamd-result")):
        for value in headers_named(mail, name):
            if told := pattern.search(value[:300]):
                flagged = flagged or told.group(1).lower() in ("yes", "true")
                scores += [float(told.group(2))] if told.group(2) else []
    for value in headers_named(mail, "x-spam-level"):
        scores.append(float(len(value) - len(value.lstrip("*"))))
    return SpamVerdict(flagged, max(scores, default=None))
