"""Reports in prose, of mail systems that know no RFC: who is meant, and what happened to each."""

import re
from collections.abc import Iterator

from .automatic_mail import has_null_sender
from .bounce_words import REPORT_NAMES, REPORT_SENDERS, REPORT_SUBJECTS, find_status, status_in
from .headers import Headers
from .models import BouncedRecipient

MAX_RECIPIENTS = 200
MAX_PROSE_CHARS = 30_000
MAX_LINE_CHARS = 1_000
MAX_DIAGNOSTIC_CHARS = 500

ADDRESS = r"(?<![\w.+@-])[\w!#$%&'*+/=?^`{|}~.-]{1,100}@[\w.-]{1,200}\w"
_ADDRESS = re.compile(ADDRESS)
# A line of its own: "<kim@x>:", "kim@x", "  kim@x (user not found)", "kim@x on Thu, ...".
_LISTED = re.compile(
    rf"^[\s*•·-]{{0,12}}(?:<({ADDRESS})>|({ADDRESS}))"
    r"(?=\s*$|\s{0,4}(?:\.\.\.|[:;,([<#]|—|- )|\s{1,4}(?:on|am|le|el) \S)"
)
# What the servers said to each other: "RCPT TO:<kim@x>", "550 <kim@x>", "<kim@x>... User unknown".
_DIALOG = re.compile(
    rf"(?:final|original)-recipient:\s{{0,5}}(?:[\w-]{{1,20}};)?\s{{0,5}}<?({ADDRESS})"
    rf"|RCPT TO:\s{{0,3}}<({ADDRESS})>|<({ADDRESS})>\.\.\.|\b[45]\d\d(?: \d\.\d{{1,3}}\.\d{{1,3}})? <({ADDRESS})>",
    re.IGNORECASE,
)
_CUE = re.compile(
    r"\b(?:recipients?|to|addresses|address|users?|accounts?|mailbox|for|size|an|à|destinataire)\b"
    rf"[^\n<@]{{0,40}}<?({ADDRESS})",
    re.IGNORECASE,
)
# The sentence or the line before names who sent, or whom to ask: nobody who was to receive.
_OTHERS = re.compile(
    r"\b(?:sent by|sender|from|contact|help|assist\w*|support|questions?|write to"
    r"|send (?:\w+ ){0,3}to|forward\w*|report (?:it|this|that)|ask|notify|expanded from|generated from"
    r"|kontakt\w*|wenden sie|contacte\w*|postmaster at)\b[^.!?]{0,80}$",
    re.IGNORECASE,
)
# A line that announces the addresses below it, whatever else it says.
_ANNOUNCES = re.compile(r"deliver|fail|recipient|address|reach|send to|zustell|destinataire", re.IGNORECASE)
_COPY_BELOW = re.compile(
    r"^(?:[-=_*# ]{2,40}.{0,40}(?:original|copy|header|returned|unsent|undelivered message)"
    r"|.{0,40}(?:below this line is a copy|this is a copy of|original message (?:follows|headers)"
    r"|unsent message|message header|copy of your message|message follows|forwarded message"
    r"|original headers|message headers follow))",
    re.IGNORECASE | re.MULTILINE,
)
_COPIED_SENDER = re.compile(rf"^(?:From|Return-Path|Sender):[^\n@]{{0,200}}?<?({ADDRESS})", re.I | re.M)
_Forms = tuple[re.Pattern[str], ...]
_DELAY_WORDS = (
    "warning",
    "delayed",
    "still trying",
    "will retry",
    "will be retried",
    "not yet been delivered",
    "verzögert",
    "noch nicht zugestellt",
    "retardé",
    "en retard",
    "retrasado",
    "atrasad",
    "задерж",
    "遅延",
)


def read_prose_report(headers: Headers, *, subject: str, sender: str, text: str) -> list[BouncedRecipient]:
    """Return whom a report in prose is about, nobody where the mail is none.

    A mail system is known by its address or name, and says in its subject that it reports. Of a mail
    that has an empty envelope sender alone, as scanners and monitors send it, the text must name
    a recipient or an enhanced status, too: "550" may be minutes.
    """
    is_announced = any(phrase in subject.lower() for phrase in REPORT_SUBJECTS)
    if headers.has("x-failed-recipients") or (is_announced and _is_mail_system(headers, sender)):
        return read_prose(headers, subject, text)
    if not is_announced or not has_null_sender(headers):
        return []
    found = read_prose(headers, subject, text, forms=(_LISTED, _DIALOG))
    is_told = any(one.recipient for one in found) or find_status(_without_copy(text)[0])
    return found if is_told else []


def _is_mail_system(headers: Headers, sender: str) -> bool:
    name = headers.text("from").lower()[:200].strip('"')
    local_part = sender.lower().partition("@")[0]
    return local_part.startswith(REPORT_SENDERS) or name.startswith(REPORT_NAMES)


def read_prose(
    headers: Headers, subject: str, text: str, *, forms: _Forms = (_LISTED, _DIALOG, _CUE)
) -> list[BouncedRecipient]:
    """Return whom a text is about, one without an address where it names nobody.

    Each gets the status and the words that stand below its name, or those of the whole report
    where it says them once. Of the `forms` in which it may name them the first that occurs counts.
    """
    prose, copy = _without_copy(text)
    found = sorted(_recipients(headers, prose, copy, forms), key=lambda one: one[1])
    overall = status_in(prose)
    lowered = (subject + prose[:2_000]).lower()
    is_delay = any(word in lowered for word in _DELAY_WORDS)
    action = "delayed" if is_delay and not (overall or "").startswith("5") else "failed"
    if not found:
        return [BouncedRecipient("", action, overall, _diagnostic(prose))]
    ends = [begin for _, begin in found[1:]] + [len(prose)]
    sections = [prose[begin:end] for (_, begin), end in zip(found, ends, strict=True)]
    statuses = [status_in(section) for section in sections]
    are_told_apart = len(found) > 1 and all(statuses)
    return [
        BouncedRecipient(
            address,
            action,
            status if are_told_apart else find_status(section) or overall,
            (_diagnostic(section) if are_told_apart else None) or _diagnostic(prose),
        )
        for (address, _), section, status in zip(found, sections, statuses, strict=True)
    ]


def _without_copy(text: str) -> tuple[str, str]:
    """Cut a report where the copy of the mail that came back begins."""
    cut = _COPY_BELOW.search(text, 1, MAX_PROSE_CHARS)
    while cut and "was received at" in text[cut.start() : cut.end() + 60]:
        cut = _COPY_BELOW.search(text, cut.end(), MAX_PROSE_CHARS)
    end = min(cut.start() if cut else MAX_PROSE_CHARS, MAX_PROSE_CHARS)
    return text[:end], text[end : end + MAX_PROSE_CHARS]


def _diagnostic(prose: str) -> str | None:
    lines = (line.strip() for line in prose.split("\n") if status_in(line[:MAX_LINE_CHARS]))
    return next((line[:MAX_DIAGNOSTIC_CHARS] for line in lines), None)


def _recipients(headers: Headers, prose: str, copy: str, forms: _Forms) -> list[tuple[str, int]]:
    """Return the addresses that failed, of the surest form alone, and where the line of each begins."""
    own = {address.lower() for name in ("to", "from") for address in _addresses(headers.text(name))}
    own |= {found[1].lower() for found in _COPIED_SENDER.finditer(copy)}
    announced = list(dict.fromkeys(_addresses(headers.text("x-failed-recipients"))))
    if announced:
        return [(one, _line_of(prose, one)) for one in announced[:MAX_RECIPIENTS]]
    for pattern in forms:
        found: dict[str, tuple[str, int]] = {}
        for address, position in _matches(pattern, prose):
            if address.lower() not in own:
                found.setdefault(address.lower(), (address, position))
        if found:
            return list(found.values())[:MAX_RECIPIENTS]
    return []


def _line_of(prose: str, address: str) -> int:
    found = prose.find(address)
    return prose.rfind("\n", 0, found) + 1 if found >= 0 else len(prose)


def _addresses(value: str) -> list[str]:
    return _ADDRESS.findall(value[:20_000])


def _matches(pattern: re.Pattern[str], prose: str) -> Iterator[tuple[str, int]]:
    """Yield what a pattern finds and where its line begins, without senders and addresses of those who help."""
    position = 0
    before = ""
    for line in prose.split("\n"):
        for found in pattern.finditer(line[:MAX_LINE_CHARS]):
            begin, address = found.end(), next(group for group in found.groups() if group)
            begin -= len(found[0]) - found[0].rfind(address)
            said = before if pattern is _LISTED else line[:begin]
            if not _names_others(said[-200:], is_listed=pattern is _LISTED):
                yield address, position
        if line.strip():
            before = line
        position += len(line) + 1


def _names_others(said: str, *, is_listed: bool) -> bool:
    """Say whether the words before an address are of a sender or of help, not of a recipient."""
    if is_listed and _ANNOUNCES.search(said):
        return False
    return _OTHERS.search(said) is not None
